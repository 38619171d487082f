"""One matcher for every word list: names, actions, scope, genres.

A phrase matches whole words in order, whatever their case. A word ending in `*` matches any ending, `#` any figure.
An abbreviation written in capitals ("US", "ЕС") matches only capitals: "us" is a pronoun.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.detection.text import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.detection.text import Text

_LONGEST_ABBREVIATION = 5
_REMEMBERED_WORDS = 200_000


class Sense(StrEnum):
    """What sort of thing a phrase stands for."""

    ACTOR = "actor"
    PARTY = "party"
    PLACE = "place"
    TRACK = "track"
    SCOPE = "scope"
    BACKGROUND = "background"
    ACTION = "action"
    GENRE = "genre"
    CUE = "cue"
    ELSEWHERE = "elsewhere"
    DAY = "day"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase and what it stands for. `language` None: the phrase is a name, met in any language."""

    sense: Sense
    id: str
    words: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a phrase was found: words `start` to `end` (exclusive) of the text."""

    sense: Sense
    id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    sense: Sense
    id: str
    language: str | None
    words: tuple[str, ...]
    stems: tuple[bool, ...]
    capitals: tuple[str | None, ...]


class Lexicon:
    """Finds every phrase of a vocabulary in a text in one pass over its words.

    Phrases in a non-Latin script match whatever language an item claims to be in; Latin ones only in their own
    language, or in any when the item's language is none the vocabulary knows.
    """

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._exact: dict[str, list[_Pattern]] = {}
        self._stems: dict[int, dict[str, list[_Pattern]]] = {}
        self._figures: list[_Pattern] = []
        self._languages: set[str] = set()
        self._patterns: list[_Pattern] = []
        self._heads: dict[str, _Heads] = {}
        for phrase in phrases:
            self._add(phrase)

    def _add(self, phrase: Phrase) -> None:
        pattern = _compile(phrase)
        if pattern is None:
            return
        if pattern.language is not None:
            self._languages.add(pattern.language)
        self._put(pattern)

    def _put(self, pattern: _Pattern) -> None:
        self._patterns.append(pattern)
        head = pattern.words[0]
        if head == "#":
            self._figures.append(pattern)
        elif pattern.stems[0]:
            self._stems.setdefault(len(head), {}).setdefault(head, []).append(pattern)
        else:
            self._exact.setdefault(head, []).append(pattern)

    def find(self, text: Text, language: str | None) -> tuple[Hit, ...]:
        """Every phrase in `text`, in order of place; of two overlapping in one sense only the longer."""
        words = text.words
        known = language if language in self._languages else None
        found = []
        for at, word in enumerate(words):
            heads = self._heads.get(word) or self._starting_with(word)
            if heads is _NOTHING:
                continue
            following = words[at + 1] if at + 1 < len(words) else ""
            for pattern in (*heads.anyhow, *heads.before.get(following, ())):
                if known is not None and pattern.language not in (None, known):
                    continue
                if _matches(pattern, words, text.raw, at):
                    found.append(Hit(pattern.sense, pattern.id, at, at + len(pattern.words)))
        return _longest(found) if found else ()

    def only(self, senses: Iterable[Sense]) -> Lexicon:
        """A lexicon of these senses alone: finds of them exactly what this one does, sooner."""
        kept = frozenset(senses)
        smaller = Lexicon(())
        smaller._languages = self._languages
        for pattern in self._patterns:
            if pattern.sense in kept:
                smaller._put(pattern)
        return smaller

    def _starting_with(self, word: str) -> _Heads:
        gathered = list(self._exact.get(word, ()))
        for length, stems in self._stems.items():
            gathered += stems.get(word[:length], ()) if len(word) >= length else ()
        if word[0].isdigit():
            gathered += self._figures
        heads = _Heads(gathered) if gathered else _NOTHING
        if len(self._heads) >= _REMEMBERED_WORDS:
            self._heads.clear()
        self._heads[word] = heads
        return heads


class _Heads:
    """The patterns one word may begin: those that need a certain next word by that word, the others in `anyhow`."""

    __slots__ = ("anyhow", "before")

    def __init__(self, patterns: Iterable[_Pattern]) -> None:
        self.before: dict[str, list[_Pattern]] = {}
        anyhow = []
        for pattern in patterns:
            if len(pattern.words) > 1 and not pattern.stems[1] and pattern.words[1] != "#":
                self.before.setdefault(pattern.words[1], []).append(pattern)
            else:
                anyhow.append(pattern)
        self.anyhow = tuple(anyhow)


_NOTHING = _Heads(())


def _compile(phrase: Phrase) -> _Pattern | None:
    words: list[str] = []
    stems: list[bool] = []
    capitals: list[str | None] = []
    for chunk in phrase.words.split():
        if chunk == "#":
            words.append("#")
            stems.append(False)
            capitals.append(None)
            continue
        parts = read(chunk)
        for raw, word in zip(parts.raw, parts.words, strict=True):
            words.append(word)
            stems.append(False)
            abbreviation = raw.isupper() and len(raw) <= _LONGEST_ABBREVIATION and chunk.strip("*") == raw
            capitals.append(raw if abbreviation else None)
        if chunk.endswith("*") and parts.words:
            stems[-1] = True
    if not words:
        return None
    latin_script = phrase.words.lower().isascii() or any("a" <= letter <= "z" for letter in phrase.words.lower())
    language = phrase.language if latin_script else None
    return _Pattern(phrase.sense, phrase.id, language, tuple(words), tuple(stems), tuple(capitals))


def _matches(pattern: _Pattern, words: Sequence[str], raw: Sequence[str], at: int) -> bool:
    if at + len(pattern.words) > len(words):
        return False
    for offset, (word, stem, capital) in enumerate(zip(pattern.words, pattern.stems, pattern.capitals, strict=True)):
        met = words[at + offset]
        if word == "#":
            if not met[0].isdigit():
                return False
        elif not (met.startswith(word) if stem else met == word):
            return False
        if capital is not None and not raw[at + offset].startswith(capital):
            return False
    return True


def _longest(hits: list[Hit]) -> tuple[Hit, ...]:
    kept: list[Hit] = []
    for hit in hits:
        longer = any(
            other.sense == hit.sense
            and other.start <= hit.start
            and hit.end <= other.end
            and (other.end - other.start) > (hit.end - hit.start)
            for other in hits
        )
        if not longer and hit not in kept:
            kept.append(hit)
    return tuple(kept)
