"""How urgent a development is for the desk, with the reasons in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.decision import Corroboration, EventType, Stage, Urgency
from bot.domain.source import Tier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.detection.claim import Claim
    from bot.detection.vocabulary import Vocabulary

_DECISIVE = {Stage.SIGNED: 4, Stage.AGREED: 3, Stage.REJECTED: 2, Stage.DENIED: 2, Stage.UNDER_WAY: 1}
_STAGE_WORDS = {
    Stage.SIGNED: "something was signed",
    Stage.AGREED: "something was agreed",
    Stage.REJECTED: "something was rejected",
    Stage.DENIED: "something was denied",
    Stage.UNDER_WAY: "talks are under way",
}
_HEAVY = {EventType.AGREE: 1, EventType.CONCEDE: 2, EventType.RETREAT: 2, EventType.THREATEN: 1, EventType.REJECT: 1}
_TOP = 3
_FLASH, _URGENT, _ROUTINE = 8, 5, 2


@dataclass(frozen=True, slots=True)
class Newsworthiness:
    """An urgency and why."""

    urgency: Urgency
    reasons: tuple[str, ...]


def weigh(
    claim: Claim, vocabulary: Vocabulary, *, tiers: Sequence[Tier], corroboration: Corroboration
) -> Newsworthiness:
    """Points for the act, for who acts and for how well it stands; every point has its reason."""
    points = 0
    reasons: list[str] = []
    ahead = bool({"future", "hypothetical"} & set(claim.aux))
    if claim.stage in _DECISIVE and not ahead:
        points += _DECISIVE[claim.stage]
        reasons.append(_STAGE_WORDS[claim.stage])
    if claim.plover in _HEAVY:
        points += _HEAVY[claim.plover]
        reasons.append(f"the act is of the type {claim.plover.value}")
    principals = [party for party in (*claim.actors, *claim.targets) if party in vocabulary.principals]
    if principals:
        points += 1 + (claim.actors[:1] == tuple(principals[:1]))
        reasons.append(f"{vocabulary.name(principals[0])} is a principal")
    top = [person for person in claim.people if vocabulary.actors[person].weight >= _TOP]
    if top:
        points += 1
        reasons.append(f"{vocabulary.name(top[0])} decides")
    if Tier.OFFICIAL in tiers or Tier.AGENCY in tiers:
        points += 1
        reasons.append("an official or agency source carries it")
    if corroboration is Corroboration.CONFIRMED:
        points += 1
        reasons.append("independent origins agree")
    elif corroboration is Corroboration.DISPUTED:
        points += 1
        reasons.append("a party disputes it")
    if claim.unsourced:
        points -= 2
        reasons.append("the headline says it is hearsay")
    if claim.repeated:
        points -= 2
        reasons.append("it was said before")
    return Newsworthiness(_urgency(points, claim, ahead=ahead), tuple(reasons) or ("nothing marks it as pressing",))


def _urgency(points: int, claim: Claim, *, ahead: bool) -> Urgency:
    if points >= _FLASH and claim.stage in (Stage.SIGNED, Stage.AGREED) and not ahead:
        return Urgency.FLASH
    if points >= _URGENT:
        return Urgency.URGENT
    return Urgency.ROUTINE if points >= _ROUTINE else Urgency.LOW
