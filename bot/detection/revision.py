"""What a publisher changed when an article's headline or lead changed under one address."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.detection.text import first_sentence, numbers, tidy

if TYPE_CHECKING:
    from bot.detection.claim import Claim
    from bot.domain.item import Item


class RevisionKind(StrEnum):
    """How much of an article's meaning a revision changed."""

    COSMETIC = "cosmetic"
    UPDATED = "updated"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class Revision:
    """What changed, and in words for the desk; `words` is None for a cosmetic change."""

    kind: RevisionKind
    words: str | None = None
    slots: tuple[str, ...] = ()


def compare_revision(
    before: Item, after: Item, claim_before: Claim | None = None, claim_after: Claim | None = None
) -> Revision:
    """Compare two revisions of one item.

    Figures are compared always; polarity, stage and actors where both claims are given. A rewording that leaves
    all of them as they were is cosmetic.
    """
    was, now = tidy(before.title), tidy(after.title)
    lead_was, lead_now = first_sentence(before.summary), first_sentence(after.summary)
    if was == now and lead_was == lead_now:
        return Revision(RevisionKind.COSMETIC)
    slots = []
    if numbers(was) != numbers(now) or (lead_was and lead_now and numbers(lead_was) != numbers(lead_now)):
        slots.append("figures")
    reversed_now = False
    if claim_before is not None and claim_after is not None:
        reversed_now = claim_before.polarity * claim_after.polarity < 0 or (
            ("negated" in claim_before.aux) != ("negated" in claim_after.aux)
        )
        if reversed_now:
            slots.append("for or against")
        if claim_before.stage != claim_after.stage and claim_after.stage is not None:
            slots.append("stage")
        if set(claim_before.actors) != set(claim_after.actors) and claim_after.actors:
            slots.append("who acts")
    if not slots:
        return Revision(RevisionKind.COSMETIC)
    words = (
        f'headline changed: was "{was}", now "{now}"'
        if was != now
        else f'lead changed: was "{lead_was}", now "{lead_now}"'
    )
    return Revision(RevisionKind.REVERSED if reversed_now else RevisionKind.UPDATED, words, tuple(slots))
