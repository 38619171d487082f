"""What people type, as requests. Pure: no Slack, no database, no clock.

[status] [track…]      subscribe [track…|all] [here|dm] [flash|urgent|routine|low]
list | sources | help  unsubscribe [track…|all] [here|dm]
                       mute track… 4h      unmute [track…|all]
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from bot.domain.decision import Urgency
from bot.domain.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handlers.tracks import TrackIndex, TrackKey


class Place(StrEnum):
    """Where alerts should go."""

    HERE = "here"
    DM = "dm"


@dataclass(frozen=True, slots=True)
class ShowStatus:
    """Where every track stands, or those named."""

    tracks: tuple[TrackKey, ...] = ()


@dataclass(frozen=True, slots=True)
class ShowTrack:
    """One track's last developments."""

    track: TrackKey


@dataclass(frozen=True, slots=True)
class ChooseTracks:
    """Subscribe, with the choosing still to do."""

    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Hear of tracks from an urgency up."""

    tracks: tuple[TrackKey, ...]
    place: Place
    floor: Urgency


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Hear no more of tracks; of none at all where `tracks` is None."""

    tracks: tuple[TrackKey, ...] | None
    place: Place


@dataclass(frozen=True, slots=True)
class MuteTracks:
    """Hear nothing of tracks in this conversation for a while."""

    tracks: tuple[TrackKey, ...]
    length: timedelta


@dataclass(frozen=True, slots=True)
class UnmuteTracks:
    """Hear of tracks again; of all where `tracks` is None."""

    tracks: tuple[TrackKey, ...] | None


@dataclass(frozen=True, slots=True)
class ShowSubscriptions:
    """Who hears what."""


@dataclass(frozen=True, slots=True)
class ShowSources:
    """How the sources are doing."""


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """What one can ask for."""


Request = (
    ShowStatus | ShowTrack | ChooseTracks | Subscribe | Unsubscribe | MuteTracks | UnmuteTracks
    | ShowSubscriptions | ShowSources | ShowHelp
)  # fmt: skip

LONGEST_MUTE = timedelta(days=90)
_EVERY = frozenset({"all", "any", "every", "everything", "*"})
_PLACES = {"here": Place.HERE, "channel": Place.HERE, "dm": Place.DM, "dms": Place.DM, "me": Place.DM}
_FLOORS = {each.value: each for each in Urgency}
_GREETINGS = frozenset({"hello", "hey", "hi", "morning", "thanks", "thank", "yo", "привіт", "привет", "cześć"})
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION = re.compile(
    r"(?<!\S)(?:for\s+)?(\d{1,6})\s*(m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?)(?!\S)", re.IGNORECASE
)
_MENTION = re.compile(r"^\s*(?:<@[^>\s]+>[\s,:]*)+")
_TYPED_VERB = 70  # of 100: near enough to a verb to be a slip of the finger


def parse(text: str, index: TrackIndex) -> Request:
    """What somebody asks for with a command.

    Raises:
        UserError: It makes no sense; the error says what to type instead.
    """
    words = _words(text)
    if not words:
        return ShowStatus()
    if index.exactly(words):
        return ShowTrack(*index.named(words))
    if (verb := _VERBS.get(words[0].casefold())) is not None:
        return verb(words[1:], index)
    try:
        return _status(words, index)
    except UserError as unknown:
        raise _nearest_verb(words, index) or unknown from None


def parse_talk(text: str, index: TrackIndex) -> Request:
    """The same for running text in a mention or a direct message: a track named in passing is enough.

    Raises:
        UserError: As `parse`.
    """
    said = _MENTION.sub("", text)
    words = _words(said)
    if words and all(word.casefold() in _GREETINGS for word in words):
        return ShowHelp()
    try:
        return parse(said, index)
    except UserError:
        if mentioned := index.mentioned(words):
            return ShowTrack(mentioned[0]) if len(mentioned) == 1 else ShowStatus(mentioned)
        if words[0].casefold() in _GREETINGS:
            return ShowHelp()
        raise


def _words(text: str) -> list[str]:
    # Slack passes what people type with `& < >` escaped.
    return [
        stripped for word in html.unescape(text).replace(",", " ").split() if (stripped := word.strip("?!.;“”\"'’"))
    ]


def _status(words: Sequence[str], index: TrackIndex) -> Request:
    tracks = () if _is_every(words) else index.named(words)
    return ShowTrack(tracks[0]) if len(tracks) == 1 else ShowStatus(tracks)


def _subscribe(words: Sequence[str], index: TrackIndex) -> Request:
    if [word.casefold() for word in words] == ["list"]:
        return ShowSubscriptions()
    rest, place, floor = _options(words)
    if not rest:
        return ChooseTracks(place)
    tracks = index.every if _is_every(rest) else index.named(rest, "subscribe ")
    return Subscribe(tracks, place or Place.DM, floor or Urgency.LOW)


def _unsubscribe(words: Sequence[str], index: TrackIndex) -> Request:
    rest, place, _ = _options(words)
    if not rest:
        return ShowSubscriptions()
    tracks = None if _is_every(rest) else index.named(rest, "unsubscribe ")
    return Unsubscribe(tracks, place or Place.DM)


def _mute(words: Sequence[str], index: TrackIndex) -> Request:
    text = " ".join(words)
    found = _DURATION.search(text)
    rest, _, _ = _options((_DURATION.sub(" ", text, count=1) if found else text).split())
    example = index.typed(index.keys[0])
    if not rest:
        raise UserError("Which track should be silent here?", remedy=f"Try `/peace-status mute {example} 4h`")
    tracks = index.keys if _is_every(rest) else index.named(rest, "mute ")
    if found is None:
        typed = "all" if _is_every(rest) else index.typed(tracks[0])
        raise UserError("For how long?", remedy=f"Try `/peace-status mute {typed} 4h`; also `30m`, `2d`")
    length = _span(found)
    if not timedelta() < length <= LONGEST_MUTE:
        raise UserError(
            f"A track can be muted for a minute up to {LONGEST_MUTE.days} days, not for “{found[0].strip()}”",
            remedy=f"Try `/peace-status mute {example} 2d`, or `/peace-status unsubscribe {example}`",
        )
    return MuteTracks(tracks, length)


def duration(text: str) -> timedelta:
    """A length of time as people type it: "30m", "4 hours", "2d".

    Raises:
        ValueError: It is not one.
    """
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"not a length of time: {text!r}")
    return _span(found)


def _span(found: re.Match[str]) -> timedelta:
    return timedelta(**{_UNITS[found[2][0].lower()]: int(found[1])})


def _unmute(words: Sequence[str], index: TrackIndex) -> Request:
    rest, _, _ = _options(words)
    return UnmuteTracks(None if not rest or _is_every(rest) else index.named(rest, "unmute "))


def _plainly(request: Request) -> Callable[[Sequence[str], TrackIndex], Request]:
    def answer(words: Sequence[str], index: TrackIndex) -> Request:
        del words, index
        return request

    return answer


def _options(words: Sequence[str]) -> tuple[list[str], Place | None, Urgency | None]:
    """Words without the place and the floor among them, and these; the last of each counts."""
    rest: list[str] = []
    place: Place | None = None
    floor: Urgency | None = None
    for word in words:
        lowered = word.casefold()
        if lowered in _PLACES:
            place = _PLACES[lowered]
        elif lowered in _FLOORS:
            floor = _FLOORS[lowered]
        else:
            rest.append(word)
    return rest, place, floor


def _is_every(words: Sequence[str]) -> bool:
    return bool(words) and words[0].casefold() in _EVERY and len(words) <= 2  # noqa: PLR2004 - "all", "every track"


def _nearest_verb(words: Sequence[str], index: TrackIndex) -> UserError | None:
    typed = words[0].casefold()
    match = process.extractOne(typed, list(_VERBS), scorer=fuzz.ratio, score_cutoff=_TYPED_VERB)
    near = index.nearest(words[0])
    if match is None or (near is not None and near[1] >= match[1]):
        return None
    example = index.typed(index.keys[0])
    needed = {"subscribe": f" {example}", "unsubscribe": f" {example}", "mute": f" {example} 4h"}
    verb = match[0]
    return UserError(
        f"I do not know “{words[0]}”",
        remedy=f"Did you mean {verb}? Try `/peace-status {verb}{needed.get(verb, '')}`",
    )


_VERBS: dict[str, Callable[[Sequence[str], TrackIndex], Request]] = {
    "status": _status,
    "subscribe": _subscribe,
    "follow": _subscribe,
    "unsubscribe": _unsubscribe,
    "unfollow": _unsubscribe,
    "mute": _mute,
    "unmute": _unmute,
    "list": _plainly(ShowSubscriptions()),
    "subscriptions": _plainly(ShowSubscriptions()),
    "sources": _plainly(ShowSources()),
    "help": _plainly(ShowHelp()),
}
