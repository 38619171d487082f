"""How urgent a development is for the desk, with the reasons in an editor's words.

A reason says what reports say and whom they name, never that something happened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.decision import Corroboration, EventType, Stage, Urgency
from bot.domain.source import Tier

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.detection.claim import Claim
    from bot.detection.corroboration import Standing
    from bot.detection.vocabulary import Vocabulary

_DECISIVE = {Stage.SIGNED: 4, Stage.AGREED: 3, Stage.REJECTED: 2, Stage.DENIED: 2, Stage.UNDER_WAY: 1}
_HEAVY = {EventType.AGREE: 1, EventType.CONCEDE: 2, EventType.RETREAT: 2, EventType.THREATEN: 1, EventType.REJECT: 1}
_SAID = {EventType.THREATEN, EventType.REJECT, EventType.REQUEST, EventType.ACCUSE}
"""Acts that are done by saying so."""
_SPOKEN = {EventType.THREATEN, EventType.REQUEST, EventType.ACCUSE}
"""Of those, the ones nobody reports of another: "Putin rejects the plan, aide says" is not Putin speaking."""
_NAMES = {
    EventType.AGREE: "an agreement", EventType.CONSULT: "talks", EventType.SUPPORT: "support",
    EventType.CONCEDE: "a concession", EventType.COOPERATE: "cooperation", EventType.AID: "aid",
    EventType.RETREAT: "a release, truce or withdrawal", EventType.REQUEST: "a demand",
    EventType.ACCUSE: "an accusation", EventType.REJECT: "a refusal", EventType.THREATEN: "a threat",
    EventType.PROTEST: "a protest", EventType.SANCTION: "a sanction", EventType.MOBILIZE: "a mobilisation",
    EventType.COERCE: "coercion", EventType.ASSAULT: "an attack",
}  # fmt: skip
_STAGE_NAMES = {Stage.SIGNED: "a signature", Stage.DENIED: "a denial"}
"""What an act is called where the newsroom gives it no name: by how far it has come, else by its type."""
_CARRIED = {Tier.AGENCY: "an agency", Tier.OFFICIAL: "an official source"}
_UNSETTLED = {"future", "hypothetical", "negated"}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_OFFICE = re.compile(r"(?P<title>(?!.*\bthe\b)[^,]+) of (?P<party>[^,]+)")
_TOP = 3
_FLASH, _URGENT, _ROUTINE = 8, 5, 2


@dataclass(frozen=True, slots=True)
class Newsworthiness:
    """An urgency and why."""

    urgency: Urgency
    reasons: tuple[str, ...]


def weigh(claim: Claim, vocabulary: Vocabulary, *, tiers: Collection[Tier], stands: Standing) -> Newsworthiness:
    """Points for the act, for who acts and for how well it stands; every point has its reason."""
    settled = not _UNSETTLED & set(claim.aux)
    rated = [
        _act(claim, vocabulary, settled=settled),
        _side(claim, vocabulary),
        _person(claim, vocabulary),
        _carriers(tiers),
        _standing(stands),
        (-2, "the headline itself calls it unconfirmed") if claim.unsourced else None,
        (-2, "the headline says it was said before") if claim.repeated else None,
    ]
    counted = [each for each in rated if each is not None]
    urgency = _urgency(sum(points for points, _ in counted), claim, settled=settled)
    return Newsworthiness(urgency, tuple(reason for _, reason in counted) or ("nothing marks it as pressing",))


def _act(claim: Claim, vocabulary: Vocabulary, *, settled: bool) -> tuple[int, str] | None:
    """The act as reported. One only proposed, planned, possible or negated is at issue: no report says it was done."""
    decisive = _DECISIVE.get(claim.stage, 0) if claim.stage is not None and settled else 0
    heavy = _HEAVY.get(claim.plover, 0) if claim.plover is not None else 0
    if not decisive and not heavy:
        return None
    action = vocabulary.actions.get(claim.action or "")
    name = action.name if action is not None else None
    if name is None:
        by_type = _NAMES[claim.plover] if claim.plover is not None else "an act"
        name = by_type if claim.stage is None else _STAGE_NAMES.get(claim.stage, by_type)
    said = claim.plover in _SAID and "negated" not in claim.aux
    plural = name.endswith("s") and not name.endswith("ss") and not name.startswith(("a ", "an "))
    verb = "are" if plural else "is"
    return decisive + heavy, f"{name} {verb} {'reported' if decisive or said else 'at issue'}"


def _side(claim: Claim, vocabulary: Vocabulary) -> tuple[int, str] | None:
    """Whether one of the sides of the talks acts, or is named.

    Word order alone does not tell that a side acts ("Ukrainian children return"): its own people are named first, or
    the act is one of saying.
    """
    sides = [party for party in (*claim.actors, *claim.targets) if party in vocabulary.principals]
    if not sides:
        return None
    itself = claim.actors[:1] == (sides[0],)
    first = vocabulary.actors[claim.people[0]].party if claim.people else None
    acts = itself and claim.action is not None and (first == sides[0] or claim.plover in _SAID)
    name = vocabulary.name(sides[0])
    return 1 + itself, f"{name} itself acts" if acts else f"it concerns {name}"


def _person(claim: Claim, vocabulary: Vocabulary) -> tuple[int, str] | None:
    """Somebody who decides: by office where that says for which side, and whether they speak or are only named."""
    top = next((person for person in claim.people if vocabulary.actors[person].weight >= _TOP), None)
    if top is None:
        return None
    actor = vocabulary.actors[top]
    office = _OFFICE.fullmatch(actor.office or "")
    who = actor.name
    if office is not None and actor.party is not None and office["party"] == vocabulary.name(actor.party):
        who = f"{office['party']}'s {office['title'].lower()}"
    speaks = claim.people[0] == top and claim.actors[:1] == (actor.party,) and claim.plover in _SPOKEN
    return 1, f"{who} {'speaks' if speaks else 'is named'}"


def _carriers(tiers: Collection[Tier]) -> tuple[int, str] | None:
    carried = [word for tier, word in _CARRIED.items() if tier in tiers]
    return (1, f"carried by {' and '.join(carried)}") if carried else None


def _standing(stands: Standing) -> tuple[int, str] | None:
    if stands.corroboration is Corroboration.CONFIRMED:
        number = _NUMBERS[stands.origins] if stands.origins < len(_NUMBERS) else str(stands.origins)
        return 1, f"{number} independent origins report it"
    if stands.corroboration is Corroboration.DISPUTED:
        return 1, "a party disputes it"
    return None


def _urgency(points: int, claim: Claim, *, settled: bool) -> Urgency:
    if points >= _FLASH and claim.stage in (Stage.SIGNED, Stage.AGREED) and settled:
        return Urgency.FLASH
    if points >= _URGENT:
        return Urgency.URGENT
    return Urgency.ROUTINE if points >= _ROUTINE else Urgency.LOW
