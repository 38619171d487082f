"""What a publisher changed when an article's headline or lead changed under one address."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from bot.detection.reading import without_outlet
from bot.detection.stages import steps
from bot.detection.text import first_sentence, numbers, read
from bot.domain.decision import EventType, Stage

if TYPE_CHECKING:
    from bot.detection.claim import Claim
    from bot.domain.item import Item

_MUTUAL = {EventType.AGREE, EventType.CONSULT, EventType.COOPERATE}
"""Acts done together: who is named first says nothing."""
_SETTLED = {Stage.AGREED, Stage.SIGNED}
_REFUSED = {Stage.REJECTED, Stage.DENIED}
_DETAIL = 2
"""Words a headline must gain to say more: one is style ("Updated", "Breaking")."""
_SAME_SENTENCE = 80.0


class RevisionKind(StrEnum):
    """What a revision did to an article's meaning.

    COSMETIC: nothing. UPDATED: it says more, or is a step further, and takes nothing back. CORRECTED: a figure, a
    stage or who acts is another. REVERSED: it now says the opposite.
    """

    COSMETIC = "cosmetic"
    UPDATED = "updated"
    CORRECTED = "corrected"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class Revision:
    """What changed, and in words for the desk; `words` is None for a cosmetic change.

    The words quote both versions and have no subject: the publisher is theirs ("said “A”, now says “B”"), or for an
    update the headline is ("headline now says “B”; it said “A”").
    """

    kind: RevisionKind
    words: str | None = None
    slots: tuple[str, ...] = ()


def compare_revision(
    before: Item, after: Item, claim_before: Claim | None = None, claim_after: Claim | None = None
) -> Revision:
    """Compare two revisions of one item.

    Figures are compared always; polarity, stage and actors where both claims are given. A rewording that leaves
    all of them as they were is cosmetic; so is one that only drops a figure, for nobody says it was wrong.
    """
    was, now = without_outlet(before.title, before.outlet), without_outlet(after.title, after.outlet)
    lead_was, lead_now = first_sentence(before.summary), first_sentence(after.summary)
    claims = (claim_before, claim_after) if claim_before is not None and claim_after is not None else None
    turned = claims is not None and _turned(*claims)
    changed = ["for or against"] if turned else []
    if _replaced(was, now) or (_replaced(lead_was, lead_now) and _same_sentence(lead_was, lead_now)):
        changed.append("figures")
    if claims is not None:
        changed += _changed_slots(*claims)
    if changed:
        words = f"said “{before.title}”, now says “{after.title}”"
        if was == now:
            words = f"opened with “{lead_was}”, now opens with “{lead_now}”"
        return Revision(RevisionKind.REVERSED if turned else RevisionKind.CORRECTED, words, tuple(changed))
    further = claims is not None and steps(claims[0].stage, claims[1].stage) > 0
    if was != now and (further or _says_more(was, now)):
        words = f"headline now says “{after.title}”; it said “{before.title}”"
        return Revision(RevisionKind.UPDATED, words, ("detail",))
    return Revision(RevisionKind.COSMETIC)


def _replaced(was: str, now: str) -> bool:
    """Whether a figure gave way to another."""
    before, after = numbers(was), numbers(now)
    return bool(before - after) and bool(after - before)


def _same_sentence(was: str, now: str) -> bool:
    """Whether a lead was kept but for details: one written anew may well have other figures without any being wrong."""
    return fuzz.ratio(was, now) >= _SAME_SENTENCE


def _says_more(was: str, now: str) -> bool:
    """Whether there is a figure more and none gone, or every word was kept and some were added."""
    if numbers(was) < numbers(now):
        return True
    before, after = Counter(read(was).words), Counter(read(now).words)
    return before <= after and after.total() - before.total() >= _DETAIL


def _changed_slots(before: Claim, after: Claim) -> list[str]:
    taken_back = before.plover == after.plover and steps(before.stage, after.stage) < 0
    return ["stage"] * taken_back + ["who acts"] * _other_actors(before, after)


def _turned(before: Claim, after: Claim) -> bool:
    """Whether the act now goes the other way: for against against, agreed against refused, done against not done."""
    if before.polarity * after.polarity < 0:
        return True
    stages = {before.stage, after.stage}
    if len(stages) > 1 and stages & _SETTLED and stages & _REFUSED:
        return True
    negated = ("negated" in before.aux) != ("negated" in after.aux)
    return negated and before.action is not None and before.action == after.action


def _other_actors(before: Claim, after: Claim) -> bool:
    """Whether somebody else acts: one party in another's place, or the two sides of an act the other way round."""
    gone, come = set(before.actors) - set(after.actors), set(after.actors) - set(before.actors)
    if not gone or not come:
        return False
    swapped = gone <= set(after.targets) and come <= set(before.targets)
    return before.action == after.action and not (swapped and after.plover in _MUTUAL)
