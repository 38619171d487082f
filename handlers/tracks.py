"""Which track a person means: by name, alias, the start of either, or nearly so. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from bot.domain.errors import UserError
from bot.domain.subscription import ALL_TRACKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from config.schema import Negotiation, Track

TrackKey = tuple[str, str]
"""A negotiation's id and a track's."""

FILLERS = frozenset({"and", "for", "in", "of", "on", "or", "the", "to", "track", "tracks"})
_NEAR = 65  # of 100; a swapped pair of letters in a word of six still reaches it
_MOST_QUOTED = 4
_SHORTEST_START = 2
_SEPARATORS = re.compile(r"[\W_]+")


def phrase(text: str) -> str:
    """`text` as names are compared: lower case, words apart by one space, no punctuation."""
    return _SEPARATORS.sub(" ", text.casefold()).strip()


class TrackIndex:
    """Every track of every negotiation, by all that people type for it."""

    def __init__(self, negotiations: Iterable[Negotiation]) -> None:
        self._names: dict[TrackKey, str] = {}
        self._phrases: defaultdict[str, list[TrackKey]] = defaultdict(list)
        self.every: tuple[TrackKey, ...] = ()
        for negotiation in negotiations:
            self.every += ((negotiation.id, ALL_TRACKS),)
            for track in negotiation.tracks:
                self._add(negotiation, track)

    def _add(self, negotiation: Negotiation, track: Track) -> None:
        key = (negotiation.id, track.id)
        self._names[key] = track.name.lower()
        own = [phrase(name) for name in (track.name, track.id, *track.aliases)]
        qualified = [f"{phrase(of)} {name}" for of in (negotiation.name, negotiation.id) for name in own]
        for each in (*own, *qualified):
            if key not in self._phrases[each]:
                self._phrases[each].append(key)

    @property
    def keys(self) -> tuple[TrackKey, ...]:
        """Every track, in the newsroom's order."""
        return tuple(self._names)

    def exactly(self, words: Sequence[str]) -> tuple[TrackKey, ...]:
        """Tracks called just this."""
        return tuple(self._phrases.get(phrase(" ".join(words)), ()))

    def mentioned(self, words: Sequence[str]) -> tuple[TrackKey, ...]:
        """Tracks whose whole name or alias stands somewhere in running text."""
        text = f" {phrase(' '.join(words))} "
        return tuple(dict.fromkeys(key for name, keys in self._phrases.items() if f" {name} " in text for key in keys))

    def named(self, words: Sequence[str], verb: str = "") -> tuple[TrackKey, ...]:
        """The tracks `words` name one after another; each the longest name that fits.

        Raises:
            UserError: A word names no track, or the start of several. `verb` is what an example starts with.
        """
        found: list[TrackKey] = []
        at = 0
        while at < len(words):
            keys, used = self._longest(words[at:])
            if not keys:
                raise self._unknown(words[at:], verb)
            if len(keys) > 1:
                raise self._ambiguous(" ".join(words[at : at + used]), keys, verb)
            found += [key for key in keys if key not in found and key != _SKIP]
            at += used
        return tuple(found)

    def typed(self, key: TrackKey) -> str:
        """The least to type for a track: its first word if that is enough."""
        first = self._names[key].split()[0]
        return first if self._starting(phrase(first)) == [key] else self.name(key)

    def name(self, key: TrackKey) -> str:
        """A track's name in lower case, with its negotiation where another has a track of that name."""
        name = self._names[key]
        return name if list(self._names.values()).count(name) == 1 else f"{key[0]} {name}"

    def nearest(self, text: str) -> tuple[TrackKey, float] | None:
        """The track somebody may have meant, and how near it is, of 100; None where nothing is near."""
        wanted = phrase(text)
        spellings = {name: keys[0] for name, keys in self._phrases.items()}
        for name, keys in list(self._phrases.items()):
            for word in name.split():
                if word not in FILLERS:
                    spellings.setdefault(word, keys[0])
        match = process.extractOne(wanted, list(spellings), scorer=fuzz.ratio, score_cutoff=_NEAR)
        return (spellings[match[0]], match[1]) if match else None

    def choices(self) -> str:
        """Every track by name, for a person to choose from."""
        return ", ".join(self.name(key) for key in self._names)

    def _longest(self, words: Sequence[str]) -> tuple[Sequence[TrackKey], int]:
        for length in range(len(words), 0, -1):
            if keys := self.exactly(words[:length]):
                return keys, length
        if phrase(words[0]) in FILLERS or not phrase(words[0]):
            return (_SKIP,), 1
        for length in range(len(words), 0, -1):
            if begun := self._starting(phrase(" ".join(words[:length]))):
                return begun, length
        return (), 0

    def _starting(self, start: str) -> list[TrackKey]:
        """Tracks one of whose names starts with this; if none, with a later word that does."""
        if len(start) < _SHORTEST_START:
            return []
        begins = dict.fromkeys(key for name, keys in self._phrases.items() if name.startswith(start) for key in keys)
        within = dict.fromkeys(key for name, keys in self._phrases.items() if f" {start}" in name for key in keys)
        return list(begins or within)

    def _unknown(self, words: Sequence[str], verb: str) -> UserError:
        quoted = " ".join(words[:_MOST_QUOTED])
        near = [each for each in (self.nearest(quoted), self.nearest(words[0])) if each]
        if not near:
            example = self.typed(self.keys[0])
            return UserError(
                f"I do not know “{quoted}”",
                remedy=f"The tracks are: {self.choices()}. Try `/peace-status {verb}{example}`",
            )
        key = max(near, key=lambda each: each[1])[0]
        return UserError(
            f"I do not know “{quoted}”",
            remedy=f"Did you mean {self.name(key)}? Try `/peace-status {verb}{self.typed(key)}`",
        )

    def _ambiguous(self, typed: str, keys: Sequence[TrackKey], verb: str) -> UserError:
        names = [self.name(key) for key in keys]
        return UserError(
            f"“{typed}” could be {', '.join(names[:-1])} or {names[-1]}",
            remedy=f"Type a little more, for example `/peace-status {verb}{names[0]}`",
        )


_SKIP: TrackKey = ("", "")
