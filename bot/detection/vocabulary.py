"""What the newsroom configured, as phrases for the lexicon and look-ups by id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.detection.lexicon import Lexicon, Phrase, Sense
from bot.detection.text import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.schema import Action, Actor, Genres, Negotiation, Publishers, Words

GENRES = ("roundup", "analysis", "series", "offtopic")
_LEADING = 3
CUES = (
    "negated", "future", "hypothetical", "conditional", "historical", "repeated", "unsourced", "confirmed", "anew",
    "detail",
)  # fmt: skip


class Vocabulary:
    """One negotiation's words, with the trade's and the publishers'. Built once; holds no state of the stream."""

    def __init__(self, negotiation: Negotiation, publishers: Publishers, genres: Genres) -> None:
        self.negotiation = negotiation
        self.genres = genres
        self._phrases = (*_negotiation_phrases(negotiation), *_genre_phrases(genres))
        self.lexicon = Lexicon(self._phrases)
        self.actions: dict[str, Action] = {action.id: action for action in negotiation.actions}
        self.actors: dict[str, Actor] = {actor.id: actor for actor in (*negotiation.actors, *negotiation.institutions)}
        self.names: dict[str, str] = (
            {party.id: party.name for party in negotiation.parties}
            | {place.id: place.name for place in negotiation.places}
            | {track.id: track.name for track in negotiation.tracks}
            | {actor.id: actor.name for actor in self.actors.values()}
            | {family.id: family.name for family in publishers.families}
            | {agency.id: agency.name for agency in publishers.agencies}
        )
        self.principals = frozenset(party.id for party in negotiation.parties if party.role == "principal")
        self.mediators = frozenset(party.id for party in negotiation.parties if party.role == "mediator")
        self.territories = frozenset(place.id for place in negotiation.places if place.role == "territory")

    def everyday(self) -> frozenset[str]:
        """Case-folded words any report on this negotiation may hold: its sides, its themes, and words of grammar."""
        senses = {Sense.PARTY, Sense.SCOPE, Sense.TRACK, Sense.CUE}
        leading = {person for person, actor in self.actors.items() if actor.weight >= _LEADING}
        return frozenset(
            word
            for phrase in self._phrases
            if phrase.sense in senses or (phrase.sense is Sense.ACTOR and phrase.id in leading)
            for word in read(phrase.words).words
        )

    def name(self, identifier: str) -> str:
        """How people call a configured id; the id itself where it is not configured (a host)."""
        return self.names.get(identifier, identifier)


def _negotiation_phrases(negotiation: Negotiation) -> Iterator[Phrase]:
    for party in negotiation.parties:
        yield from _names(Sense.PARTY, party.id, party.name, party.aliases)
    for actor in (*negotiation.actors, *negotiation.institutions):
        yield from _names(Sense.ACTOR, actor.id, actor.name, actor.aliases)
    for place in negotiation.places:
        yield from _names(Sense.PLACE, place.id, place.name, place.aliases)
    for track in negotiation.tracks:
        yield from _words(Sense.TRACK, track.id, track.seeds)
    for action in negotiation.actions:
        yield from _words(Sense.ACTION, action.id, action.words)
    yield from _words(Sense.SCOPE, "scope", negotiation.scope)
    yield from _words(Sense.BACKGROUND, "background", negotiation.background)


def _names(sense: Sense, identifier: str, name: str, aliases: Words) -> Iterator[Phrase]:
    yield Phrase(sense, identifier, name)
    for words in aliases.values():
        for alias in words:
            yield Phrase(sense, identifier, alias)


def _words(sense: Sense, identifier: str, words: Words) -> Iterator[Phrase]:
    for language, phrases in words.items():
        for phrase in phrases:
            yield Phrase(sense, identifier, phrase, language)


def _genre_phrases(genres: Genres) -> Iterator[Phrase]:
    for name in GENRES:
        yield from _words(Sense.GENRE, name, getattr(genres, name))
    for name in CUES:
        yield from _words(Sense.CUE, name, getattr(genres, name))
    yield from _words(Sense.ELSEWHERE, "elsewhere", genres.elsewhere)
    for day, words in genres.calendar.items():
        yield from _words(Sense.DAY, day, words)
    for figure, words in genres.figures.items():
        yield from _words(Sense.FIGURE, figure, words)
