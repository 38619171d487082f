"""What a headline says, slot by slot: who, what, where, when, how many, for or against, how far, said by whom.

Slots are ids of the newsroom's configuration where it knows the words, else the words' stems. Two headlines are
compared by their slots (`comparison.py`), since meaning alone calls "confirms" and "denies" alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.detection.lexicon import Sense
from bot.detection.relevance import parties_of
from bot.detection.representation import stem_of
from bot.detection.text import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.detection.claim import Claim
    from bot.detection.lexicon import Hit
    from bot.detection.reading import Reading
    from bot.detection.text import Text
    from bot.detection.vocabulary import Vocabulary

_SHORT = 4
_LETTERS_OF_A_NAME = 4
_CAPITALISED_NOUNS = frozenset({"de"})
CUES = ("repeated", "anew", "detail", "confirmed", "unsourced", "negated", "future", "hypothetical", "historical")


@dataclass(frozen=True, slots=True)
class Slots:
    """The slots of one `headline`.

    `parties` are sides named or spoken for, `people` and `places` configured ids, `names` the stems of capitalised
    words no list knows, `figures` with number words turned into digits, `days` weekdays and months, `acts` action ids,
    `words` the stems of all words of four letters and more, `cues` the turns of phrase found, negations counted.
    """

    headline: str
    claim: Claim
    language: str | None
    parties: frozenset[str]
    people: frozenset[str]
    places: frozenset[str]
    names: frozenset[str]
    figures: frozenset[str]
    days: frozenset[str]
    acts: frozenset[str]
    words: frozenset[str]
    cues: frozenset[str]
    negations: int
    length: int


def slots_of(reading: Reading, claim: Claim, vocabulary: Vocabulary) -> Slots:
    """The slots of a reading's headline."""
    hits = reading.in_title
    written = frozenset(hit.id for hit in hits if hit.sense == Sense.FIGURE)
    return Slots(
        headline=reading.title.plain,
        claim=claim,
        language=reading.language,
        parties=parties_of(hits, vocabulary),
        people=_ids(hits, Sense.ACTOR),
        places=_ids(hits, Sense.PLACE),
        names=_unknown_names(reading, hits),
        figures=numbers(reading.title.plain) | written,
        days=_ids(hits, Sense.DAY),
        acts=_ids(hits, Sense.ACTION),
        words=frozenset(stem_of(word) for word in reading.title.words if len(word) >= _SHORT),
        cues=frozenset(hit.id for hit in hits if hit.sense == Sense.CUE and hit.id in CUES),
        negations=sum(hit.sense == Sense.CUE and hit.id == "negated" for hit in hits),
        length=len(reading.title.words),
    )


def _ids(hits: Sequence[Hit], sense: Sense) -> frozenset[str]:
    return frozenset(hit.id for hit in hits if hit.sense == sense)


def _unknown_names(reading: Reading, hits: Sequence[Hit]) -> frozenset[str]:
    """Capitalised words inside a headline that no list knows; none where every noun or every word has a capital."""
    title: Text = reading.title
    if reading.language in _CAPITALISED_NOUNS or not title.raw:
        return frozenset()
    capitals = [word[:1].isupper() for word in title.raw]
    if sum(capitals) > len(capitals) * 0.6 and len(capitals) > _LETTERS_OF_A_NAME:
        return frozenset()
    known = {at for hit in hits for at in range(hit.start, hit.end)}
    return frozenset(
        stem_of(folded)
        for at, (raw, folded) in enumerate(zip(title.raw, title.words, strict=True))
        if at and capitals[at] and at not in known and len(raw) >= _LETTERS_OF_A_NAME
    )
