"""What a report adds to a development it belongs to: the same again, new detail, an old statement, the opposite.

Embeddings cannot tell ("confirms" and "denies" are .95 alike), so claim slots are compared instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.decision import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.detection.claim import Claim

# How far each stage has come; a step up this ladder is news about a known development.
_LADDER = {
    Stage.PROPOSED: 0,
    Stage.ANNOUNCED: 1,
    Stage.UNDER_WAY: 2,
    Stage.AGREED: 3,
    Stage.REJECTED: 3,
    Stage.SIGNED: 4,
}
_STAGE_WORDS = {
    Stage.PROPOSED: "proposed",
    Stage.ANNOUNCED: "announced",
    Stage.UNDER_WAY: "under way",
    Stage.AGREED: "agreed",
    Stage.REJECTED: "rejected",
    Stage.SIGNED: "signed",
}


class RelationKind(StrEnum):
    """How a report stands to a development."""

    SAME = "same"
    UPDATE = "update"
    RESTATED = "restated"
    OPPOSED = "opposed"


@dataclass(frozen=True, slots=True)
class Relation:
    """The relation, and in words what changed; `change` is None where nothing did."""

    kind: RelationKind
    change: str | None = None


def relation(claim: Claim, known: Sequence[Claim]) -> Relation:
    """Compare a report's claim with those of a development's reports, in the order they came (at least one).

    Opposed: the act goes the other way than every report that codes one by the same actor. Update: the act has come
    further than any report of its type said. Restated: its words say it was said before.
    """
    if _opposed(claim, known):
        return Relation(RelationKind.OPPOSED, "says the opposite of what was reported")
    if claim.repeated:
        return Relation(RelationKind.RESTATED)
    step = _step(claim, known)
    if step is not None:
        return Relation(RelationKind.UPDATE, step)
    return Relation(RelationKind.SAME)


def steps(before: Stage | None, after: Stage | None) -> int:
    """How many steps further an act is: negative where it is taken back, 0 where `after` has no place on the ladder.

    One step where only `before` has none: a word about it became the act.
    """
    if after not in _LADDER:
        return 0
    return 1 if before not in _LADDER else _LADDER[after] - _LADDER[before]


def _opposed(claim: Claim, known: Sequence[Claim]) -> bool:
    if not claim.polarity or claim.action is None:
        return False
    comparable = [other for other in known if other.polarity and set(other.actors) & set(claim.actors)]
    return bool(comparable) and all(other.polarity * claim.polarity < 0 for other in comparable)


def _step(claim: Claim, known: Sequence[Claim]) -> str | None:
    stages = [other.stage for other in known if other.stage in _LADDER and other.plover == claim.plover]
    if claim.stage not in _LADDER or not stages:
        return None
    furthest = max((stage for stage in stages if stage is not None), key=lambda stage: _LADDER[stage])
    if _LADDER[claim.stage] <= _LADDER[furthest]:
        return None
    return f"was {_STAGE_WORDS[furthest]}, now {_STAGE_WORDS[claim.stage]}"
