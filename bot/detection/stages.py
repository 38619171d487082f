"""How far an act has come: a ladder from proposed to signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.decision import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.detection.claim import Claim

# A step up this ladder is news about a known development.
_LADDER = {
    Stage.PROPOSED: 0,
    Stage.ANNOUNCED: 1,
    Stage.UNDER_WAY: 2,
    Stage.AGREED: 3,
    Stage.REJECTED: 3,
    Stage.SIGNED: 4,
}


def steps(before: Stage | None, after: Stage | None) -> int:
    """How many steps further an act is: negative where it is taken back, 0 where `after` has no place on the ladder.

    One step where only `before` has none: a word about it became the act.
    """
    if after not in _LADDER:
        return 0
    return 1 if before not in _LADDER else _LADDER[after] - _LADDER[before]


def step_further(claim: Claim, known: Sequence[Claim]) -> str | None:
    """In words, how much further an act is than any report of its type said; None where it is not."""
    stages = [other.stage for other in known if other.stage in _LADDER and other.plover == claim.plover]
    if claim.stage not in _LADDER or not stages:
        return None
    furthest = max((stage for stage in stages if stage is not None), key=lambda stage: _LADDER[stage])
    if _LADDER[claim.stage] <= _LADDER[furthest]:
        return None
    return f"was {_words(furthest)}, now {_words(claim.stage)}"


def opposed(claim: Claim, other: Claim) -> bool:
    """Whether the same side's act goes the other way: for against against."""
    return claim.polarity * other.polarity < 0 and bool(set(other.actors) & set(claim.actors))


def _words(stage: Stage) -> str:
    return stage.value.replace("_", " ")
