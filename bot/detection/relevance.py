"""What sort of article an item is, and whether it is about the talks at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np

from bot.detection.lexicon import Sense
from bot.detection.text import read
from bot.domain.decision import EventType, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from bot.detection.encoder import Encoder
    from bot.detection.lexicon import Hit, Lexicon
    from bot.detection.model import Linear, Models
    from bot.detection.reading import Reading
    from bot.detection.representation import Representation
    from bot.detection.vocabulary import Vocabulary
    from bot.domain.evidence import Weight
    from config.schema import Negotiation, Words

SCOPE_FEATURES = (
    "words of the talks in the headline",
    "words of the talks in the lead",
    "words of a track in the headline",
    "words of a track in the lead",
    "words of the war around it in the headline",
    "words of the war around it in the lead",
    "acts of negotiation in the headline",
    "acts of force in the headline",
    "principals in the headline",
    "principals named",
    "no principal named",
    "others in the headline",
    "people in the headline",
    "weight of the people",
    "meaning near a track",
    "meaning near the war around it",
    "countries outside the talks in the headline",
    "countries outside the talks in the lead",
    "an office filled or left in the headline",
    "meaning like news of talks",
)
# Which way each may count: a model fitted to few days must not learn that peace talks are no sign of peace talks.
SCOPE_SIGNS = (1, 1, 1, 1, -1, -1, 1, -1, 1, 1, -1, 1, 1, 1, 1, -1, -1, -1, 0, 1)

GENRE_FEATURES = (
    "words of analysis in the headline",
    "headline opens with a word of analysis",
    "words of analysis in the lead",
    "words of a roundup in the headline",
    "name of a series",
    "section of the address says analysis",
    "section of the address says roundup",
    "headline asks",
    "headline opens with a name and a colon or bar",
    "headline quotes",
    "an act in the headline",
    "somebody in the headline",
    "long headline",
)
ANALYSIS_FEATURES = (*GENRE_FEATURES, "meaning like analysis")
_PRINCIPALS = SCOPE_FEATURES.index("principals named")
_ROUNDUP_WORDS = GENRE_FEATURES.index("words of a roundup in the headline")
_SERIES = GENRE_FEATURES.index("name of a series")
_FORCE = frozenset({EventType.ASSAULT.value, EventType.COERCE.value, EventType.MOBILIZE.value})
_TELLING = (Sense.PARTY, Sense.ACTOR, Sense.PLACE, Sense.SCOPE)
_MOST = 3
_HEAVIEST = 3
_LONG = 14
_COLUMN = re.compile(r"^[^:|]{3,40}[:|]\s|\s\|\s[^|]{4,40}$")
_QUOTES = re.compile(r"[\"“”„«»‘]|(?<!\w)'\w")
_LONGEST_SECTION = 20
_SECTIONS = 1_024
_LIKELY = 0.5
_UNLIKELY = 0.1


@dataclass(frozen=True, slots=True)
class Relevance:
    """The kind of an item and how likely (0 to 1) its subject is the talks; `reasons` in words, most telling first.

    `weights` are the signs of the talks among them. An item that names no principal may report a known development,
    but never opens one.
    """

    kind: Kind
    scope: float
    names_principal: bool
    reasons: tuple[str, ...]
    weights: tuple[Weight, ...] = ()


class Gate:
    """The cheap first look: most of the world's news names nobody in the talks and is put aside unread."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._names = vocabulary.lexicon.only(_TELLING)
        self._themes = vocabulary.lexicon.only((Sense.TRACK,))

    def passes(self, reading: Reading) -> bool:
        """Whether an item names a principal, disputed land, the talks, or a theme of theirs with anybody in them."""
        hits = self._found(self._names, reading)
        if not hits:
            return False
        parties = parties_of(hits, self._vocabulary)
        if parties & self._vocabulary.principals or any(self._tells(hit) for hit in hits):
            return True
        return bool(parties) and bool(self._found(self._themes, reading))

    def _tells(self, hit: Hit) -> bool:
        return hit.sense == Sense.SCOPE or (hit.sense == Sense.PLACE and hit.id in self._vocabulary.territories)

    def _found(self, lexicon: Lexicon, reading: Reading) -> tuple[Hit, ...]:
        return (*lexicon.find(reading.title, reading.language), *lexicon.find(reading.lead, reading.language))


class RelevanceModel:
    """Weighs what the gate let through, by the newsroom's words and the meaning of its tracks."""

    def __init__(self, vocabulary: Vocabulary, models: Models, encoder: Encoder) -> None:
        self._vocabulary = vocabulary
        self._models = models
        self._tracks = encoder.encode(track_texts(vocabulary.negotiation))
        self._background = encoder.encode(_joined(vocabulary.negotiation.background) or ["."])

    def judge(self, representation: Representation) -> Relevance:
        """The kind and scope of one item."""
        genre = genre_features(representation.reading, self._vocabulary.lexicon)
        scope = self.scope_features(representation)
        kind, kind_reasons = self._kind(genre, float(self._models.towards_analysis @ representation.vector))
        probability = float(self._models.scope.probability(scope[None])[0])
        if kind is Kind.DEVELOPMENT and probability < _UNLIKELY and not self._touches_the_war(representation.reading):
            kind, kind_reasons = Kind.OFFTOPIC, ("names a side, but is about something else",)
        reasons = (*kind_reasons, *self._models.scope.reasons(scope))
        return Relevance(
            kind,
            probability,
            names_principal=bool(scope[_PRINCIPALS]),
            reasons=reasons,
            weights=self._models.scope.weights_in(scope),
        )

    def _touches_the_war(self, reading: Reading) -> bool:
        """Whether it is news of the sides: two principals, or one with an act, a theme or a word of the war or talks.

        A headline about a country outside the talks is not.
        """
        if _elsewhere(reading.in_title):
            return False
        principals = parties_of((*reading.in_title, *reading.in_lead), self._vocabulary) & self._vocabulary.principals
        told = any(reading.count(sense) for sense in (Sense.SCOPE, Sense.TRACK, Sense.BACKGROUND))
        acts = bool(reading.count(Sense.ACTION, lead=False))
        return len(principals) > 1 or (bool(principals) and (told or acts))

    def _kind(self, features: NDArray[np.float64], meaning: float) -> tuple[Kind, tuple[str, ...]]:
        if features[_ROUNDUP_WORDS] or features[_SERIES] or _likely(self._models.roundup, features):
            return Kind.ROUNDUP, self._models.roundup.reasons(features, most=3)
        with_meaning = np.append(features, meaning)
        if _likely(self._models.analysis, with_meaning):
            return Kind.ANALYSIS, self._models.analysis.reasons(with_meaning, most=3)
        return Kind.DEVELOPMENT, ()

    def scope_features(self, representation: Representation) -> NDArray[np.float64]:
        """A (len(SCOPE_FEATURES),) array."""
        reading, vocabulary = representation.reading, self._vocabulary
        acts = [vocabulary.actions[hit.id] for hit in reading.in_title if hit.sense == Sense.ACTION]
        in_title = parties_of(reading.in_title, vocabulary)
        principals = parties_of((*reading.in_title, *reading.in_lead), vocabulary) & vocabulary.principals
        people = [vocabulary.actors[person] for person in reading.ids(Sense.ACTOR)]
        return np.array([
            _count(reading.in_title, Sense.SCOPE),
            _count(reading.in_lead, Sense.SCOPE),
            _count(reading.in_title, Sense.TRACK),
            _count(reading.in_lead, Sense.TRACK),
            _count(reading.in_title, Sense.BACKGROUND),
            _count(reading.in_lead, Sense.BACKGROUND),
            min(_MOST, sum(act.plover is not None and act.plover not in _FORCE for act in acts)),
            min(_MOST, sum(act.plover in _FORCE for act in acts)),
            len(in_title & vocabulary.principals),
            len(principals),
            not principals,
            bool(in_title - vocabulary.principals),
            _count(reading.in_title, Sense.ACTOR),
            max((person.weight for person in people), default=0) / _HEAVIEST,
            float((self._tracks @ representation.vector).max()),
            float((self._background @ representation.vector).max()),
            _elsewhere(reading.in_title),
            _elsewhere(reading.in_lead),
            any(act.plover is None and act.stage == "announced" for act in acts),
            float(self._models.towards_talks @ representation.vector),
        ], np.float64)  # fmt: skip


def genre_features(reading: Reading, lexicon: Lexicon) -> NDArray[np.float64]:
    """A (len(GENRE_FEATURES),) array."""
    title = reading.title.plain
    sections = _section_genres(urlsplit(reading.item.url).path.rstrip("/").rpartition("/")[0], lexicon)
    return np.array([
        min(2, reading.count(Sense.GENRE, "analysis", lead=False)),
        any(hit.id == "analysis" and hit.start == 0 for hit in reading.in_title),
        min(2, sum(hit.sense == Sense.GENRE and hit.id == "analysis" for hit in reading.in_lead)),
        min(2, reading.count(Sense.GENRE, "roundup", lead=False)),
        min(1, reading.count(Sense.GENRE, "series", lead=False)),
        "analysis" in sections,
        "roundup" in sections,
        "?" in title,
        bool(_COLUMN.search(title)),
        bool(_QUOTES.search(title)),
        bool(reading.ids(Sense.ACTION, lead=False)),
        bool(reading.ids(Sense.ACTOR, lead=False) | reading.ids(Sense.PARTY, lead=False)),
        len(reading.title.words) > _LONG,
    ], np.float64)  # fmt: skip


def track_texts(negotiation: Negotiation) -> list[str]:
    """What each track is about, as texts to compare meaning with: its description, and its words by language."""
    texts = [f"{track.name}: {track.covers}" for track in negotiation.tracks]
    return texts + [text for track in negotiation.tracks for text in _joined(track.seeds)]


def parties_of(hits: Iterable[Hit], vocabulary: Vocabulary) -> frozenset[str]:
    """The parties named, or spoken for by the people named."""
    found = set()
    for hit in hits:
        if hit.sense == Sense.PARTY:
            found.add(hit.id)
        elif hit.sense == Sense.ACTOR and (party := vocabulary.actors[hit.id].party) is not None:
            found.add(party)
    return frozenset(found)


def _joined(words: Words) -> list[str]:
    return [", ".join(phrases).replace("*", "").replace("#", "") for phrases in words.values()]


def _count(hits: Sequence[Hit], sense: Sense) -> int:
    return min(_MOST, sum(hit.sense == sense for hit in hits))


def _elsewhere(hits: Sequence[Hit]) -> int:
    """How many countries are named that the negotiation does not name itself."""
    own = [hit for hit in hits if hit.sense in (Sense.PARTY, Sense.ACTOR, Sense.PLACE)]
    return min(
        _MOST,
        sum(
            hit.sense == Sense.ELSEWHERE and not any(one.start < hit.end and hit.start < one.end for one in own)
            for hit in hits
        ),
    )


@lru_cache(_SECTIONS)
def _section_genres(path: str, lexicon: Lexicon) -> frozenset[str]:
    """The genres the folders of a path are named after: `/opinion/`, `/live/`; outlets name them in English."""
    folders = path.split("/")
    hits = [hit for folder in folders if len(folder) <= _LONGEST_SECTION for hit in lexicon.find(read(folder), "en")]
    return frozenset(hit.id for hit in hits if hit.sense == Sense.GENRE)


def _likely(model: Linear, features: NDArray[np.float64]) -> bool:
    return bool(model.probability(features[None])[0] >= _LIKELY)
