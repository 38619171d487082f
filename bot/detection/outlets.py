"""Names of outlets in running text: where they stand, and whom they name. A name alone says nothing of a source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.detection.text import tidy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from config.schema import Publishers

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_MARK = re.compile(r"[.,;:!?()\[\]/|]|\s[-–—]+\s|--")
_SLAVIC = frozenset({"uk", "ru", "pl", "be", "cs", "sk", "bg", "sr", "hr", "sl"})
_ARTICLES = frozenset({"the", "der", "die", "das"})
# Case endings behind the stem of a name: Reuters-a, Укринформ-у, Извести-ям.
_ENDINGS = re.compile(
    r"a|u|y|i|ie|e|em|owi|ą|ę|o|ów|om|ach|ami|[ei]?ej|i?m|ym|ego|emu|"
    r"а|у|ы|и|і|е|ю|я|о|о[йюмї]|а[мх]|ами|ів|е[йм]|[иыі]й|ії|ї|я[мх]|ями|ого|ому|и[еяю]|ая|ую"
)
_VOWELS = "aeiouyąęóаеиоуыэюяіїєьй"
_STEM = 3
_LONGEST_NAME = 5
# What is worked out for each name and text once: a text comes again with whoever reprints it, a name with each report.
_NAMES, _TEXTS = 4096, 512


@dataclass(frozen=True, slots=True)
class Token:
    """A word at `start` to `end` of a text; `mark` is the punctuation that parts it from the word before, if any.

    `key` is what every listed name it may begin starts with.
    """

    raw: str
    word: str
    mark: str
    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at words `start` to `end` (exclusive): as listed, or as written where nobody has listed it (`id` None)."""

    start: int
    end: int
    id: str | None
    name: str


@dataclass(frozen=True, slots=True)
class _Name:
    """A name in words without its article; `needs_article` where the rest is a common word ("The Times").

    `key` is what the words it may be met as begin with; empty where it has no words.
    """

    id: str
    name: str
    words: tuple[str, ...]
    needs_article: bool
    key: str


@lru_cache(_TEXTS)
def tokens_of(plain: str) -> tuple[Token, ...]:
    """The words of a tidy text. Quotation marks and hyphens inside a word part nothing."""
    tokens = []
    end = 0
    for match in _WORD.finditer(plain):
        mark = _MARK.search(plain[end : match.start()])
        raw, end = match.group(), match.end()
        tokens.append(
            Token(raw, raw.casefold().removesuffix("'s"), mark.group() if mark else "", match.start(), end, _key(raw))
        )
    return tuple(tokens)


def key_of(name: str) -> str:
    """What two spellings of one outlet's name share: "Sample Daily" and "sample-daily" are one."""
    return "".join(letter for letter in tidy(name).casefold().removeprefix("the ") if letter.isalnum())


class Met:
    """Outlets met in one event, by what their names begin with: a great story has hundreds, and a text names few."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """`names` by id; where two are met at one place, the longer is taken."""
        self._names = names
        self._beginning: dict[str, list[tuple[int, int, _Name]]] = {}
        for place, (identifier, given) in enumerate(names.items()):
            name = _name(identifier, given)
            self._beginning.setdefault(name.key, []).append((-len(given), place, name))

    def __or__(self, more: Mapping[str, str]) -> Met:
        """The same and these; where an id is known by another name already, by its new one."""
        new = {identifier: given for identifier, given in more.items() if self._names.get(identifier) != given}
        return Met({**self._names, **new}) if new else self

    def beginning(self, keys: Iterable[str]) -> list[_Name]:
        """The names that begin with any of these, the longest first."""
        found = [each for key in keys for each in self._beginning.get(key, ())]
        return [name for _, _, name in sorted(found, key=lambda each: each[:2])]


class OutletNames:
    """Finds listed outlets by name, capitals and all, and unlisted ones where a word for an outlet gives them away."""

    def __init__(self, publishers: Publishers, *, media: AbstractSet[str], titles: AbstractSet[str]) -> None:
        """`media` are case-folded words before an outlet's name ("newspaper"), `titles` words within one ("Times")."""
        self._media, self._titles = media, titles
        self._platforms = frozenset(key_of(platform) for platform in publishers.platforms)
        self._listed: dict[str, list[_Name]] = {}
        names = [(agency.id, name) for agency in publishers.agencies for name in (agency.name, *agency.credits)]
        families = [family for family in publishers.families if not family.official]
        names += [(family.id, name) for family in families for name in (family.name, *family.aliases)]
        for identifier, given in names:
            name = _name(identifier, given)
            if name.words:
                self._listed.setdefault(name.key, []).append(name)
        self._found = lru_cache(_TEXTS)(self._listed_in)

    def listed(self, plain: str, language: str | None) -> Sequence[Mention]:
        """Listed names in a tidy text, the longest at each place. "The Times of Somewhere" is no "The Times"."""
        return self._found(plain, language)

    def _listed_in(self, plain: str, language: str | None) -> tuple[Mention, ...]:
        tokens = tokens_of(plain)
        found: list[Mention] = []
        for at, token in enumerate(tokens):
            if found and at < found[-1].end:
                continue
            candidates = self._listed.get(token.key, ())
            fitting = [name for name in candidates if _fits(tokens, at, name, language)]
            if not fitting:
                continue
            longest = max(fitting, key=lambda name: len(name.words))
            length = len(longest.words)
            following = tokens[at + length : at + length + 2]
            if not (len(following) > 1 and following[0].word == "of" and following[1].raw[0].isupper()):
                found.append(Mention(at, at + length, longest.id, longest.name))
        return tuple(found)

    def all(self, plain: str, language: str | None, met: Met) -> list[Mention]:
        """Listed names, names `met` in the same event (by id), and unlisted outlets; in order of place."""
        tokens = tokens_of(plain)
        found = list(self.listed(plain, language))
        taken = {at for mention in found for at in range(mention.start, mention.end)}
        places: dict[str, list[int]] = {}
        for at, token in enumerate(tokens):
            key = _key(token.raw.removesuffix("'s")) if "'" in token.key else token.key
            places.setdefault(key, []).append(at)
        for name in met.beginning(places):
            for at in places[name.key]:
                span = set(range(at, at + len(name.words)))
                if not taken & span and _fits(tokens, at, name, language):
                    found.append(Mention(at, at + len(name.words), name.id, name.name))
                    taken |= span
        found += self._unlisted(tokens, language, taken)
        return sorted(found, key=lambda mention: mention.start)

    def _unlisted(self, tokens: Sequence[Token], language: str | None, taken: AbstractSet[int]) -> Iterator[Mention]:
        """Runs of capitalised words with a word for an outlet before or among them."""
        at = 0
        while at < len(tokens):
            end = at
            while (
                end < len(tokens)
                and end not in taken
                and tokens[end].raw[0].isupper()
                and not (end > at and tokens[end].mark)
            ):
                end += 1
            start = at
            if start < end and tokens[start].word in _ARTICLES:
                start += 1
            if start == end:
                at = max(end, at + 1)
                continue
            kind = at > 0 and not tokens[at].mark and tokens[at - 1].raw in self._media
            begins = start == 0 or bool(tokens[start].mark) or language == "de"  # where a common noun has a capital too
            if not kind and begins and end - start > 1 and tokens[start].word in self._media and language != "en":
                start, kind = start + 1, True
            named = end - start > 1 and any(token.word in self._titles for token in tokens[start:end])
            name = " ".join(token.raw for token in tokens[start:end])
            if 0 < end - start <= _LONGEST_NAME and (kind or named) and key_of(name) not in self._platforms:
                yield Mention(start, end, None, name)
            at = max(end, at + 1)


@lru_cache(_NAMES)
def _name(identifier: str, name: str) -> _Name:
    words = tuple(_WORD.findall(tidy(name)))
    article = len(words) > 1 and words[0].casefold() in _ARTICLES
    bare = words[1:] if article else words
    key = _key(bare[0]) if bare else ""
    return _Name(identifier, tidy(name), bare, needs_article=article and len(bare) == 1, key=key)


def _key(word: str) -> str:
    return word[0] + word[1:_STEM].casefold()


def _fits(tokens: Sequence[Token], at: int, name: _Name, language: str | None) -> bool:
    if at + len(name.words) > len(tokens) or not _same(tokens[at].raw, name.words[0], language):
        return False
    if name.needs_article and not (at and tokens[at - 1].word in _ARTICLES and not tokens[at].mark):
        return False
    return all(
        not token.mark and _same(token.raw, word, language)
        for token, word in zip(tokens[at + 1 : at + len(name.words)], name.words[1:], strict=True)
    )


def _same(raw: str, word: str, language: str | None) -> bool:
    """Whether a word as met is this word of a name: with its capitals, in a Slavic text perhaps with a case ending."""
    raw = raw.removesuffix("'s")
    if raw == word:
        return True
    if word.isupper() or word[0].isupper() != raw[0].isupper():
        return False
    folded, stem = raw.casefold(), word.casefold()
    if folded == stem:
        return True
    if language is not None and language not in _SLAVIC:
        return False
    while len(stem) > _STEM and stem[-1] in _VOWELS:
        stem = stem[:-1]
    return len(stem) >= _STEM and folded.startswith(stem) and _ENDINGS.fullmatch(folded, len(stem)) is not None
