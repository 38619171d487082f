"""The sources of a development as an editor checks them: who, where from, on whose side, and who copies whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.decision import Status
from bot.slack.blocks.elements import fitting, sections
from bot.slack.blocks.reading import foreign
from bot.slack.blocks.text import clock_time, count, lead_sentences, link, mrkdwn
from bot.slack.blocks.vocabulary import TIER, origin_name, party_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.development import Development, Report
    from bot.slack.blocks.elements import Block
    from config.schema import Negotiation

_LONGEST_LIST = 1_500
_LONGEST_QUOTE = 320
_LONGEST_NAME = 80
_LONGEST_HEADLINE = 160


def quote(report: Report, negotiation: Negotiation) -> str:
    """The opening sentences of a report as a quotation with its outlet; empty where it has no text of its own."""
    words = lead_sentences(report.summary, _LONGEST_QUOTE)
    if not words or words.rstrip(".… ").casefold() == report.title.rstrip(".… ").casefold():
        return ""
    spoken = foreign(report, negotiation)
    voice = mrkdwn(report.outlet, _LONGEST_NAME) + (f", in {spoken}" if spoken else "")
    return f"> {mrkdwn(words, 2 * _LONGEST_QUOTE)}\n> — {voice}"


def source_list(development: Development, negotiation: Negotiation, *, most: int = 5) -> list[Block]:
    """Outlets with their links, those with facts of their own first, then copies; "+4 more" after `most`."""
    shown, left_out = _chosen(development.reports, most)
    copies = sum(report.status is Status.COPY for report in development.reports)
    tally = [count(len(development.reports), "report"), count(development.origins, "origin")]
    if copies:
        tally.append(f"{count(copies, 'copy', 'copies')} not counted")
    rows = [f"*Sources* · {', '.join(tally)}"]
    rows += [source_line(report, development, negotiation) for report in shown]
    if left_out:
        rows.append(f"+{left_out} more: see Timeline")
    return sections(rows, lambda further: f"+{further} more: see Timeline", gap="\n")


def voice(report: Report, development: Development, negotiation: Negotiation) -> str:
    """An outlet linked to its report: tier, language, affiliation, whom it copies, and when it was seen."""
    notes = [TIER[report.tier], *marks(report, development, negotiation)]
    return f"{link(report.url, report.outlet, _LONGEST_NAME)} · {' · '.join(notes)} · {clock_time(report.first_seen)}"


def marks(report: Report, development: Development, negotiation: Negotiation) -> list[str]:
    """What to know of a report before relying on it: its language, whose side it is on, and whom it copies."""
    notes = [spoken] if (spoken := foreign(report, negotiation)) else []
    if report.party:
        notes.append(f"state-affiliated: {mrkdwn(party_name(report.party, negotiation), _LONGEST_NAME)}")
    if report.status is Status.COPY:
        origin = origin_name(report.origin, development.reports)
        copied = f"reprints {mrkdwn(origin, _LONGEST_NAME)}"
        notes.append("further report" if origin == report.outlet else copied)
    return notes


def source_line(report: Report, development: Development, negotiation: Negotiation) -> str:
    """One report in a list of sources, with the headline its publisher changed."""
    line = f"• {voice(report, development, negotiation)}"
    if report.revised_from:
        line += f"\n      changed its headline: was “{mrkdwn(report.revised_from, _LONGEST_HEADLINE)}”"
    return line


def _chosen(reports: Sequence[Report], most: int) -> tuple[list[Report], int]:
    """At most `most` reports, and how many are left out: the first of each origin, then further ones, then copies."""
    spoken: set[str] = set()
    first, further, copies = [], [], []
    for report in reports:
        if report.status is Status.COPY:
            copies.append(report)
        elif report.origin in spoken:
            further.append(report)
        else:
            spoken.add(report.origin)
            first.append(report)
    ranked = [*first, *further, *copies]
    return ranked[:most], len(ranked[most:])


def origin_list(development: Development, negotiation: Negotiation, *, most: int = 4) -> str:
    """The same in one line, for an answer: outlets linked, with what tells them apart."""
    shown, left_out = _chosen(development.reports, most)
    words = []
    for report in shown:
        notes = marks(report, development, negotiation)
        told = f" ({', '.join(notes)})" if notes else ""
        words.append(f"{link(report.url, report.outlet, _LONGEST_NAME)}{told}")
    kept = fitting(words, _LONGEST_LIST)
    left_out += len(words) - len(kept)
    return f"Sources: {', '.join(kept)}{f', +{left_out} more' if left_out else ''}"
