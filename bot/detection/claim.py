"""Who did what to whom: the claim a headline makes, coded with the newsroom's actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.detection.lexicon import Sense
from bot.detection.text import numbers
from bot.domain.decision import EventType, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.detection.lexicon import Hit
    from bot.detection.reading import Reading
    from bot.detection.vocabulary import Vocabulary
    from config.schema import Action

_NEAR = 4
_MOST_PARTIES = 4
_UNDER_A_CONDITION = 4


@dataclass(frozen=True, slots=True)
class Claim:
    """The claim slots of one item. `polarity` is -1, 0 or 1: whether the act is for or against what it is about.

    `action` is the id of the act coded, `actions` every act named in the headline; `figures` and `places` are the
    headline's own. `repeated`: the words say it was said before. `unsourced`: the words say it is hearsay.
    """

    plover: EventType | None
    action: str | None
    actors: tuple[str, ...]
    targets: tuple[str, ...]
    people: tuple[str, ...]
    aux: tuple[str, ...]
    stage: Stage | None
    polarity: int
    actions: frozenset[str]
    figures: frozenset[str]
    places: frozenset[str]
    repeated: bool
    unsourced: bool


class EventCoder:
    """Codes claims from readings by the configured lexicon; it does not understand grammar beyond word order."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def code(self, reading: Reading) -> Claim:
        """The claim of the headline, or of the lead where the headline names no act."""
        hits = reading.in_title
        head = self._head(hits)
        if head is None:
            hits = reading.in_lead
            head = self._head(hits)
        action = self._meant(head, hits) if head is not None else None
        actors, targets = self._roles(hits, head, reading)
        aux = _aux(hits, head)
        if head is not None and action is not None and action.id != head.id and "hypothetical" not in aux:
            aux = ("hypothetical", *aux)
        polarity = {"positive": 1, "negative": -1, "neutral": 0}[action.polarity] if action is not None else 0
        plover = EventType(action.plover) if action is not None and action.plover is not None else None
        return Claim(
            plover=plover,
            action=action.id if action is not None else None,
            actors=actors,
            targets=targets,
            people=tuple(_unique(hit.id for hit in (*reading.in_title, *reading.in_lead) if hit.sense == Sense.ACTOR)),
            aux=aux,
            stage=_stage(action, aux),
            polarity=-polarity if "negated" in aux else polarity,
            actions=reading.ids(Sense.ACTION, lead=False),
            figures=numbers(reading.title.plain),
            places=reading.ids(Sense.PLACE, lead=False),
            repeated=_has_cue(reading.in_title, "repeated"),
            unsourced=_has_cue(reading.in_title, "unsourced"),
        )

    def _head(self, hits: Sequence[Hit]) -> Hit | None:
        """The most telling act: one under a condition first, for what the condition names has not been done.

        Otherwise one with an event type and a stage before one with neither; then the first.
        """
        best: tuple[int, Hit] | None = None
        for hit in hits:
            if hit.sense != Sense.ACTION:
                continue
            action = self._meant(hit, hits)
            rank = 2 * (action.plover is not None) + (action.stage not in (None, "statement"))
            rank += _UNDER_A_CONDITION * (action.id != hit.id)
            if best is None or rank > best[0]:
                best = rank, hit
        return best[1] if best is not None else None

    def _meant(self, hit: Hit, hits: Sequence[Hit]) -> Action:
        """The act a word stands for: under a condition, perhaps another than without."""
        action = self._vocabulary.actions[hit.id]
        if action.conditional is not None and _has_cue(hits, "conditional"):
            return self._vocabulary.actions[action.conditional]
        return action

    def _roles(
        self, hits: Sequence[Hit], head: Hit | None, reading: Reading
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Parties before the act did it, those after it are whom it is about."""
        if head is None:
            return self._parties((*reading.in_title, *reading.in_lead))[:1], ()
        before = self._parties(hit for hit in hits if hit.end <= head.start)
        after = self._parties(hit for hit in hits if hit.start >= head.end)
        actors = before or after[:1] or self._parties(reading.in_lead)[:1]
        targets = tuple(party for party in after if party not in actors)
        return actors[:_MOST_PARTIES], targets[:_MOST_PARTIES]

    def _parties(self, hits: Iterable[Hit]) -> tuple[str, ...]:
        found = []
        for hit in hits:
            if hit.sense == Sense.PARTY:
                found.append(hit.id)
            elif hit.sense == Sense.ACTOR and (party := self._vocabulary.actors[hit.id].party) is not None:
                found.append(party)
        return tuple(_unique(found))


def _aux(hits: Sequence[Hit], head: Hit | None) -> tuple[str, ...]:
    found = []
    for name in ("future", "hypothetical", "negated", "historical"):
        for hit in hits:
            if hit.sense != Sense.CUE or hit.id != name:
                continue
            if head is None or (hit.start < head.end + 1 and head.start - hit.end < _NEAR and not _inside(hit, head)):
                found.append(name)
                break
    return tuple(found)


def _inside(cue: Hit, head: Hit) -> bool:
    """The act's own word already carries the cue: "refuses" is not a refusal negated."""
    return head.start <= cue.start and cue.end <= head.end


def _has_cue(hits: Sequence[Hit], name: str) -> bool:
    return any(hit.sense == Sense.CUE and hit.id == name for hit in hits)


def _stage(action: Action | None, aux: tuple[str, ...]) -> Stage | None:
    """How far the act has come: what the newsroom says of it, or what its tense and type imply."""
    if action is None:
        return None
    if action.stage is not None:
        stage = Stage(action.stage)
        ahead = "future" in aux and stage in (Stage.UNDER_WAY, Stage.AGREED, Stage.SIGNED)
        return Stage.ANNOUNCED if ahead else stage
    if "hypothetical" in aux:
        return Stage.PROPOSED
    if "future" in aux:
        return Stage.ANNOUNCED
    if action.plover == "REJECT":
        return Stage.REJECTED
    return Stage.STATEMENT


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
