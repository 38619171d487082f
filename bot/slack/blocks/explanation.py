"""Why an alert: what made it new, what made it news of the talks, how urgent, whose reports, and what came since.

An editor's words for what was kept with each decision. Nothing is worked out again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.decision import AlertAction, Status
from bot.slack.blocks.elements import context, fitting, modal, section
from bot.slack.blocks.modals import SHOWN
from bot.slack.blocks.put_right import by, changed_words, outlet
from bot.slack.blocks.reading import headline_link, readable
from bot.slack.blocks.text import clock_time, link, listing, mrkdwn, sentence, when
from bot.slack.blocks.vocabulary import corroboration, origin_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.decision import Decided, Decision
    from bot.domain.development import Development, Report
    from bot.domain.evidence import Weight
    from bot.slack.blocks.elements import View
    from config.schema import Negotiation

_LONGEST_HEADLINE = 200
_LONGEST_NAME = 80
_LONGEST_REASON = 200
_MOST_SIGNS = 4
_MOST_ROWS = 8
_PART = 2_800
"""Characters of one part: below what Slack takes of a section."""
_KEY = "Numbers say how much a sign counted: + for, − against; 1 is some, 3 is a lot."
_SIGNS = {
    "meaning of headlines": "what the headlines mean",
    "meaning of reports": "what the reports mean",
    "meaning of headline against report": "headline against report",
    "wording": "the wording",
    "spelling": "the spelling",
    "same outlet": "from the same outlet",
    "time between": "the time between",
    "principals named": "sides of the talks named",
    "principals in the headline": "sides of the talks in the headline",
    "no principal named": "no side of the talks named",
    "meaning near a track": "close to what a track covers",
    "meaning near the war around it": "close to news of the war",
    "weight of the people": "how senior the people are",
}
"""Signs whose names say how they are measured rather than what they are."""


def why_modal(development: Development, negotiation: Negotiation, decided: Sequence[Decided]) -> View:
    """The answer to "Why this alert?"; `decided` are the decisions on its reports, in order."""
    opening = next((each for each in decided if each.decision.status is Status.NEW), decided[0] if decided else None)
    parts = [f"*{headline_link(readable(development.members, negotiation), negotiation, _LONGEST_HEADLINE)}*"]
    if opening is not None:
        parts += [_new(opening), _relevant(opening), _waited(opening, decided)]
    reasons = mrkdwn("; ".join(development.urgency_reasons), 600) or "no single reason stood out"
    parts.append(f"*Why {development.urgency}:* {reasons}.")
    parts += [_origins(development, decided), _since(development, negotiation, decided, opening)]
    shown = [section(part) for part in parts if part]
    return modal(SHOWN, "Why this alert?", [*shown, context(_KEY)])


def _new(opening: Decided) -> str:
    """What it was compared with."""
    evidence = opening.decision.evidence
    if evidence is None:  # decided before evidence was kept
        return f"*Why new:* {_plainly(opening.decision.why)}"
    if evidence.nearest is None:
        return "*Why new:* nothing known in the last four days was there to compare it with."
    nearest = evidence.nearest
    likely, needed = _percent(nearest.score), _percent(nearest.needed)
    told = f"*Why new:* {likely} likely one event with the nearest known alert; {needed} would have joined it."
    told += f"\nNearest: {link(nearest.url, nearest.title, _LONGEST_HEADLINE)}"
    told += f" — {mrkdwn(nearest.outlet, _LONGEST_NAME)}"
    if opening.decision.change:
        told += f"\n{sentence(mrkdwn(opening.decision.change, _LONGEST_REASON))} Linked, not merged."
    return told + _signs("alike", "apart", nearest.weights)


def _relevant(opening: Decided) -> str:
    evidence = opening.decision.evidence
    if evidence is None or not evidence.relevance:
        return ""
    return f"*Why it is about the talks*{_signs('for', 'against', evidence.relevance)}"


def _waited(opening: Decided, decided: Sequence[Decided]) -> str:
    """Why it was not told when it was first seen, where it was not."""
    if not opening.decision.waits:
        return ""
    likely = _percent(opening.decision.evidence.scope) if opening.decision.evidence is not None else "perhaps"
    told = next((each for each in decided if each.decision.alert is AlertAction.POST), None)
    words = f"one report, {likely} likely about the talks, is not alerted alone"
    if told is None:
        return f"*Why not yet:* {words}."
    return f"*Why only at {clock_time(told.at)}:* {words}; {link(told.url, told.outlet, _LONGEST_NAME)} made it enough."


def _signs(pro: str, contra: str, weights: Sequence[Weight]) -> str:
    """The strongest signs each way, a line each."""
    lines = []
    for words, towards in ((pro, 1), (contra, -1)):
        signs = [each for each in weights if each.share * towards > 0][:_MOST_SIGNS]
        if signs:
            named = ", ".join(f"{sign_name(sign.name)} {_weight(sign.share)}" for sign in signs)
            lines.append(f"\n• {words}: {named}")
    return "".join(lines)


def sign_name(name: str) -> str:
    """A sign as an editor would put it; one we have no other words for by its own name."""
    return mrkdwn(_SIGNS.get(name, name), _LONGEST_NAME)


def _origins(development: Development, decided: Sequence[Decided]) -> str:
    """Each origin, and how it is known whose facts a report has."""
    if not development.reports:
        return ""
    known = {each.decision.item: each.decision for each in decided}
    heard: set[str] = set()
    rows = []
    for report in development.reports:
        rows.append(
            f"• {outlet(report)}: {_origin(report, known.get(report.item), development, again=report.origin in heard)}"
        )
        heard.add(report.origin)
    return _listed(f"*Origins:* {corroboration(development)}", rows, "see Timeline")


def _origin(report: Report, decision: Decision | None, development: Development, *, again: bool) -> str:
    """Whose facts a report has, how that is known, and whether they count."""
    if decision is not None and decision.origin is None:
        return "a roundup, not counted"
    name = origin_name(report.origin, development.reports)
    how = decision.evidence.origin if decision is not None and decision.evidence is not None else ""
    if how == f"{report.outlet}'s own report":
        return "its own report again, counted once" if again else "its own report"
    counted = f"counted once with {name}" if again else f"counts as {name}"
    return mrkdwn(f"{how}; {counted}" if how else counted, _LONGEST_REASON)


def _since(
    development: Development, negotiation: Negotiation, decided: Sequence[Decided], opening: Decided | None
) -> str:
    """What came after, in order: updates and what they changed, mergers and why, reports that left."""
    rows = [
        (each.at, f"• {when(each.at)} {_update(each)}")
        for each in decided
        if each is not opening and each.decision.status in {Status.UPDATE, Status.RESTATED}
    ]
    rows += [
        (merger.at, f"• Merged with {headline_link(merger.lead, negotiation, _LONGEST_HEADLINE)} · {by(merger)}")
        for merger in development.absorbed
    ]
    rows += [
        (left.left_at, f"• {when(left.left_at)} {outlet(left)} {changed_words(left)}: not counted any more")
        for left in development.former
        if left.left_at is not None
    ]
    return _listed("*Since then*", [row for _, row in sorted(rows)], "see Timeline") if rows else ""


def _update(each: Decided) -> str:
    """One report that was told in the thread, or was not because it said nothing new."""
    decision, evidence = each.decision, each.decision.evidence
    kind = "an old statement said again" if decision.status is Status.RESTATED else "an update"
    told = f"{link(each.url, each.outlet, _LONGEST_NAME)}: {kind}"
    if decision.change:
        told += f": {mrkdwn(decision.change, _LONGEST_REASON)}"
    if evidence is not None and evidence.nearest is not None and decision.status is not Status.NEW:
        told += f" ({_percent(evidence.nearest.score)} likely one event)"
    return told


def _listed(title: str, rows: Sequence[str], more: str) -> str:
    kept = fitting(rows[:_MOST_ROWS], _PART)
    over = len(rows) - len(kept)
    return "\n".join([title, *kept, *([f"+{over} more: {more}"] if over else [])])


def _plainly(why: Sequence[str]) -> str:
    """Reasons of a decision whose evidence was not kept: those that are words."""
    return sentence(mrkdwn(listing([each for each in why if "(" not in each][:_MOST_SIGNS]), 600))


def _percent(likely: float) -> str:
    return f"{round(100 * likely)}%"


def _weight(share: float) -> str:
    return f"{'+' if share > 0 else '−'}{abs(share):.1f}"
