"""Answers to "where do the talks stand?": every track, one track, one development's timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.decision import Corroboration, Status
from bot.slack.blocks.card import names
from bot.slack.blocks.elements import BUDGET, actions, button, context, header, message, section, sections
from bot.slack.blocks.evidence import marks, origin_list
from bot.slack.blocks.put_right import changed_words
from bot.slack.blocks.reading import headline_link, readable
from bot.slack.blocks.seeing import blindness, no_news
from bot.slack.blocks.text import ago, count, escape, link, listing, mrkdwn, when
from bot.slack.blocks.vocabulary import STAND, TIER, URGENCY, corroboration, typed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.alert import Message
    from bot.domain.development import Development
    from bot.queries.coverage import Coverage
    from bot.queries.status import NegotiationStatus, TrackReport, TrackStatus
    from bot.queries.timeline import Moment, Timeline
    from bot.slack.blocks.elements import Block
    from config.schema import Negotiation

OPEN_SUBSCRIBE = "open_subscribe"
_BARS = "▁▂▃▄▅▆▇█"
_MOST_BLOCKS = 36


def status_answer(states: Sequence[NegotiationStatus]) -> Message:
    """Every track of every negotiation: its last development, and its last seven days."""
    blocks: list[Block] = []
    for state in states:
        blocks.append(header(f"Peace status · {state.negotiation.name}"))
        if blind := blindness(state.coverage):
            blocks.append(section(f"*{blind}*"))
        rows = [track_summary(status, state.negotiation, state.at, state.coverage) for status in state.tracks]
        blocks += sections(rows, _more_tracks, budget=BUDGET // len(states), most=_MOST_BLOCKS // len(states))
    example = _example(states)
    blocks += [
        context(
            f"Bars: new developments on each of 7 days, the last 24 h at the end. "
            f"With sources: `/peace-status {example}`."
        ),
        actions(button("Subscribe…", OPEN_SUBSCRIBE, "*")),
    ]
    return message(" ".join(_spoken(status, state) for state in states for status in state.tracks), *blocks)


def track_summary(
    status: TrackStatus, negotiation: Negotiation, now: datetime, coverage: Coverage | None = None
) -> str:
    """One track in a few lines: its name, its last development, its week, and what it means if nothing is new."""
    name, last = f"*{mrkdwn(status.track.name, 100)}*", status.last
    silence = no_news(status, coverage, now)
    if last is None:
        return f"{name} · nothing yet\n{silence}"
    rows = (
        f"{name} · latest {ago(last.opened_at, now)} · {corroboration(last)}",
        headline_link(readable(last.reports, negotiation), negotiation),
        week(status),
        silence,
    )
    return "\n".join(filter(None, rows))


def week(status: TrackStatus) -> str:
    """The last seven days as a bar and in words, and how the week's developments stand where there are several."""
    if not status.week:
        return "No new development in 7 days."
    today = status.days[-1]
    recent = f"{today or 'none'} in the last 24 h"
    if today == status.week:
        recent = "in the last 24 h" if today == 1 else "all in the last 24 h"
    told = f"{bar(status.days)}  {count(status.week, 'development')} in 7 days, {recent}"
    if status.week == 1:
        return told
    standing = [f"{number} {STAND[each]}" for each in Corroboration if (number := status.standing[each])]
    return f"{told} · {listing(standing[::-1])}"


def bar(days: Sequence[int]) -> str:
    """Counts as a bar a character each, the tallest full; a day without any is the lowest."""
    tallest = max(days, default=0)
    return "".join(_BARS[-(-day * (len(_BARS) - 1) // tallest)] if day else _BARS[0] for day in days)


def track_answer(report: TrackReport) -> Message:
    """One track's last developments with their sources."""
    name = report.status.track.name
    blocks: list[Block] = [
        header(f"{name} · {report.negotiation.name}"),
        context(mrkdwn(report.status.track.covers, 500)),
    ]
    silence = no_news(report.status, report.coverage, report.at)
    blocks.append(section("\n".join(filter(None, (week(report.status), silence)))))
    rows = [development_summary(each, report.negotiation, report.at) for each in report.developments]
    blocks += sections(rows, lambda left_out: f"+{left_out} earlier developments.")
    if not report.developments:
        blocks.append(section("No development has been seen on this track yet. Subscribe to hear of the first."))
    key = f"{report.negotiation.id}:{report.status.track.id}"
    blocks.append(actions(button("Subscribe…", OPEN_SUBSCRIBE, key, label=f"Subscribe to {name}")))
    return message(_spoken(report.status, report), *blocks)


def development_summary(development: Development, negotiation: Negotiation, now: datetime) -> str:
    """A development in an answer: headline, how it stands, who, and its sources on one line."""
    rows = [
        f"*{headline_link(readable(development.reports, negotiation), negotiation)}*",
        f"{URGENCY[development.urgency]} · {ago(development.opened_at, now)} · {corroboration(development)}",
    ]
    if who := names(development, negotiation):
        rows.append(who)
    rows.append(origin_list(development, negotiation))
    return "\n".join(rows)


def timeline_answer(timeline: Timeline, negotiation: Negotiation) -> Message:
    """How a development grew, report by report."""
    development = timeline.development
    blocks: list[Block] = [
        header("Timeline"),
        section(f"*{headline_link(readable(development.members, negotiation), negotiation)}*\n{_stand(development)}"),
    ]
    if timeline.earlier is not None:
        earlier = timeline.earlier
        told = headline_link(readable(earlier.members, negotiation), negotiation)
        blocks.append(section(f"Follows: {told} · {when(earlier.opened_at)}"))
    rows = [_moment(moment, timeline, negotiation) for moment in timeline.moments]
    blocks += sections(rows, lambda left_out: f"+{left_out} later reports.", gap="\n\n")
    reports = count(len(rows), "report")
    shown = mrkdwn(readable(development.members, negotiation).title, 500)
    return message(f"Timeline of “{shown}”: {reports}, {_stand(development)}.", *blocks)


def _stand(development: Development) -> str:
    """How it stands; of what is no news any more, that."""
    if development.withdrawn:
        return "withdrawn by its source"
    return f"{corroboration(development)}{' · not new: the desk knew it' if development.not_new else ''}"


def _more_tracks(left_out: int) -> str:
    return f"+{left_out} more tracks: ask for one by name."


def _example(states: Sequence[NegotiationStatus]) -> str:
    every = [track for state in states for track in state.negotiation.tracks]
    return escape(typed(every[0], every)) if every else "help"


def _moment(moment: Moment, timeline: Timeline, negotiation: Negotiation) -> str:
    report = moment.report
    notes = [TIER[report.tier], *marks(report, timeline.development, negotiation)]
    if report.status is not Status.COPY and moment.first:
        notes.append(f"origin {moment.origins}")
    line = f"{when(report.first_seen)} *{mrkdwn(report.outlet, 80)}* ({', '.join(notes)})"
    line += f"\n{link(report.url, report.title, 200)}"
    if report.left_at:
        line += f"\n{changed_words(report)}"
    elif report.revised_from:
        line += f"\nchanged its headline: was “{mrkdwn(report.revised_from, 160)}”"
    return line


def _spoken(status: TrackStatus, state: NegotiationStatus | TrackReport) -> str:
    name = mrkdwn(status.track.name, 80)
    silence = no_news(status, state.coverage, state.at)
    if status.last is None:
        return f"{name}: nothing yet. {silence}"
    told = (
        f"{name}: last “{mrkdwn(readable(status.last.reports, state.negotiation).title, 200)}”, "
        f"{ago(status.last.opened_at, state.at)}; {status.week} in 7 days."
    )
    return f"{told} {silence}" if silence else told
