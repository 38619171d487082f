"""Which outlets a text names as where it has its facts from, and how deep down the chain each stands.

It reads citations ("told Sample Daily", "X reports, citing Y", "... – Sample Daily") and credits ("(AP) —", "Quelle:
dpa") by the newsroom's words for both. A name alone is no citation: it may be the news itself, a photo's credit, or
where something was said years ago. It compares no texts and knows no earlier report; `origins` does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from bot.detection.outlets import OutletNames, tokens_of
from bot.detection.text import tidy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.detection.outlets import Mention, Met, Token
    from config.schema import Genres, Publishers, Words

_OUTLET = "{outlet}"
_SPARE, _SPARE_BEFORE_KIND, _SHORT = 1, 3, 3
_SOON = 5
_FIRST_YEAR = 1900
_DATELINE, _CLOSING, _SIGNATURE = 90, 60, 240
_BRACKETED = re.compile(r"[(/\[](?:\s*\w{1,6}\.)?\s*$")
_BRACKET_ENDS = re.compile(r"(?:\s*[/,]\s*[^\W\d_]+)*\s*[)/\]]\s*(?:[-–—.:]|$)")
_BEGINS = re.compile(r"(?:.*(?:\.|\s[-–—]+))?\s*")
_ENDS_DATELINE = re.compile(r"(?:\.\w{2,3})?\s*[-–—]+\s|\.\s")
_IN_LAST_BRACKET = re.compile(r"[(/\[][^)\]]{0,30}$")
_LAST_BRACKET_ENDS = re.compile(r"[^(\[]{0,20}[)/\]]\W*$")
_LAST_DASH = re.compile(r"[.!?…»”\"]\s*[-–—]\s*$")
_EDGE_BEFORE = re.compile(r"(?:\s[-–—|]\s*|:\s)[\"„“«]?$")


class Manner(IntEnum):
    """How an outlet is named; the higher is the deeper source: `X reports, citing Y` has its facts from Y."""

    CREDITED = 1
    REPORTS = 2
    CITED = 3


@dataclass(frozen=True, slots=True)
class Citation:
    """One outlet named as a source. `id` is None where nobody has listed it; `name` is as the text writes it.

    `edge`: only a dash or colon at a headline's edge says so, which is also how a publisher signs its own.
    """

    id: str | None
    name: str
    manner: Manner
    edge: bool = False


@dataclass(frozen=True, slots=True)
class _Cue:
    before: tuple[str, ...]
    after: tuple[str, ...]
    manner: Manner


class Attribution:
    """Reads citations and credits by the newsroom's publishers and words. Holds no state."""

    def __init__(self, publishers: Publishers, genres: Genres) -> None:
        media = frozenset(word for words in genres.media.values() for word in words)
        self._kinds = media | {word for words in genres.wires.values() for word in words}
        self._photo = frozenset(word for words in genres.photo.values() for word in words)
        self._earlier = tuple(tuple(phrase.split()) for words in genres.historical.values() for phrase in words)
        titles = frozenset(word for words in genres.titles.values() for word in words)
        self._names = OutletNames(publishers, media=media, titles=titles)
        self._cues: dict[str, list[_Cue]] = {}
        for words, manner in ((genres.attribution, Manner.REPORTS), (genres.citing, Manner.CITED)):
            for language, cue in _cues(words, manner):
                self._cues.setdefault(language, []).append(cue)
        self._credits = [cue for _, cue in _cues(genres.credit, Manner.CREDITED)]
        self._signatures = [
            (agency.id, agency.name, re.compile(re.escape(form).replace(r"\*", ".{1,80}?"), re.IGNORECASE))
            for agency in publishers.agencies
            for form in agency.signatures
        ]

    def citations(
        self, text: str, language: str | None, *, year: int, met: Met, headline: bool = False
    ) -> list[Citation]:
        """The outlets `text` cites, in order of place.

        Args:
            text: A headline or a lead.
            language: Its code; None, or one without words of its own, tries every language's.
            year: Of the report: what an outlet was told in an earlier one is no source of it.
            met: The outlets met in the same event: they need not be listed, nor look like outlets.
            headline: Also take the name behind a closing dash and the one before an opening colon.
        """
        plain = tidy(text)
        tokens = tokens_of(plain)
        cues = self._cues.get(language or "") or [cue for own in self._cues.values() for cue in own]
        found = []
        for mention in self._names.all(plain, language, met):
            if self._pictured(tokens, mention) or self._long_ago(tokens, mention, year):
                continue
            manners = [cue.manner for cue in cues if self._cued(tokens, mention, cue)]
            if manners:
                found.append(Citation(mention.id, mention.name, max(manners)))
            elif headline and _at_edge(plain, tokens, mention):
                found.append(Citation(mention.id, mention.name, Manner.REPORTS, edge=True))
        return found

    def credits(self, text: str, language: str | None, *, line: bool = False) -> list[Citation]:
        """The listed outlets `text` is credited to: by a dateline, its closing words or a desk's signature.

        `line`: the text is a credit line, where whoever is named is credited.
        """
        plain = tidy(text)
        tokens = tokens_of(plain)
        found = []
        for mention in self._names.listed(plain, language):
            before, after = plain[: tokens[mention.start].start], plain[tokens[mention.end - 1].end :]
            closing = len(after) <= _CLOSING and (
                _closes(before, after) or any(self._cued(tokens, mention, cue) for cue in self._credits)
            )
            if (line or closing or _opens(before, after)) and not self._pictured(tokens, mention):
                found.append(Citation(mention.id, mention.name, Manner.CREDITED))
        tail = plain[-_SIGNATURE:]
        return found + [
            Citation(one, name, Manner.CREDITED) for one, name, form in self._signatures if form.search(tail)
        ]

    def _cued(self, tokens: Sequence[Token], mention: Mention, cue: _Cue) -> bool:
        following = tokens[mention.end : mention.end + len(cue.after)]
        return _reads(following, cue.after, joined=True) and (
            not cue.before or self._preceded(tokens, mention.start, cue)
        )

    def _preceded(self, tokens: Sequence[Token], start: int, cue: _Cue) -> bool:
        """Whether the cue's words come before the name.

        Short words and words for an outlet may stand between, and one other: "told the BBC", "podał w środę Onet"; or
        three where a word for an outlet stands right before the name: "told Turkish state news agency Anadolu". A
        credit begins a phrase of its own.
        """
        length = len(cue.before)
        spare = _SPARE_BEFORE_KIND if start and tokens[start - 1].word in self._kinds else _SPARE
        for at in range(start, length - 1, -1):
            colon = at == start and tokens[at].mark == ":" and cue.manner is Manner.CREDITED
            if tokens[at].mark and not colon:
                return False
            if _reads(tokens[at - length : at], cue.before):
                return cue.manner is not Manner.CREDITED or at == length or bool(tokens[at - length].mark)
            passed = tokens[at - 1].word
            if len(passed) > _SHORT and passed not in self._kinds:
                spare -= 1
                if spare < 0:
                    return False
        return False

    def _pictured(self, tokens: Sequence[Token], mention: Mention) -> bool:
        around = (*tokens[max(0, mention.start - 2) : mention.start], *tokens[mention.end : mention.end + 1])
        return any(token.word in self._photo for token in around)

    def _long_ago(self, tokens: Sequence[Token], mention: Mention, year: int) -> bool:
        following = []
        for token in tokens[mention.end : mention.end + _SOON]:
            if token.mark:
                break
            following.append(token)
        if any(token.word.isdigit() and _FIRST_YEAR < int(token.word) < year for token in following):
            return True
        return any(
            _reads(following[at : at + len(phrase)], phrase)
            for phrase in self._earlier
            for at in range(len(following) - len(phrase) + 1)
        )


def _cues(words: Words, manner: Manner) -> Iterator[tuple[str, _Cue]]:
    for language, patterns in words.items():
        for pattern in patterns:
            before, _, after = pattern.casefold().partition(_OUTLET)
            yield language, _Cue(tuple(before.split()), tuple(after.split()), manner)


def _reads(tokens: Sequence[Token], words: Sequence[str], *, joined: bool = False) -> bool:
    """Whether these are the words, no mark between them (nor, `joined`, before them). `*` is any ending."""
    return len(tokens) == len(words) and all(
        (token.word.startswith(word[:-1]) if word.endswith("*") else token.word == word)
        and not (token.mark and (place or joined))
        for place, (token, word) in enumerate(zip(tokens, words, strict=True))
    )


def _at_edge(plain: str, tokens: Sequence[Token], mention: Mention) -> bool:
    """Whether a headline ends in the name behind a dash or colon, or a sentence of it begins with one and a colon."""
    if mention.start == 0 or tokens[mention.start].mark in (".", "?", "!"):
        return mention.id is not None and plain[tokens[mention.end - 1].end :].lstrip('"”»').startswith(":")
    return mention.end == len(tokens) and _EDGE_BEFORE.search(plain[: tokens[mention.start].start]) is not None


def _opens(before: str, after: str) -> bool:
    """Whether a name between these ends a dateline: "KYIV (Name) -", "МОСКВА, 5 мая. /Имя/.", "5 мая. ИМЯ -"."""
    if len(before) > _DATELINE:
        return False
    if _BRACKETED.search(before):
        return _BRACKET_ENDS.match(after) is not None
    return _BEGINS.fullmatch(before) is not None and _ENDS_DATELINE.match(after) is not None


def _closes(before: str, after: str) -> bool:
    """Whether a name between these closes a text as its credit: "... (Name)", "... – Name"."""
    if _IN_LAST_BRACKET.search(before) and _LAST_BRACKET_ENDS.match(after):
        return True
    return _LAST_DASH.search(before) is not None and re.fullmatch(r"\W*", after) is not None
