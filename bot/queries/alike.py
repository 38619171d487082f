"""Which other alerts one could be the same as, or repeat: those of the last days, most alike first."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.domain.development import Development
    from bot.queries.ports import DevelopmentReader

WINDOW = timedelta(hours=96)
MOST = 100
_LINKED, _WORDED, _NAMED, _THEMED = 2.0, 1.0, 0.6, 0.2
"""How much counts that one follows the other, that headlines are worded alike, and who and which tracks they share."""


async def alike(
    development: Development, developments: DevelopmentReader, *, now: datetime, most: int = MOST
) -> Sequence[Development]:
    """Other developments of the same talks that are news, opened in the last four days, most alike first."""
    recent = await developments.latest(development.negotiation, since=now - WINDOW, limit=most + 1)
    others = [each for each in recent if each.id != development.id]
    return sorted(others, key=lambda other: -likeness(development, other))[:most]


def likeness(one: Development, other: Development) -> float:
    """How much speaks for two developments being one, to put them in order; headlines of two languages say little."""
    linked = one.id == other.follows or other.id == one.follows
    worded = _worded({report.title for report in one.members}, {report.title for report in other.members})
    named = _shared((*one.people, *one.parties), (*other.people, *other.parties))
    themed = _shared(one.tracks, other.tracks)
    return _LINKED * linked + _WORDED * worded + _NAMED * named + _THEMED * themed


def _worded(ours: Iterable[str], theirs: Iterable[str]) -> float:
    """The likeness of the two headlines that are most alike, 0 to 1."""
    return float(process.cdist(list(ours), list(theirs), scorer=fuzz.token_set_ratio).max()) / 100


def _shared(ours: Iterable[str], theirs: Iterable[str]) -> float:
    both, either = set(ours) & set(theirs), set(ours) | set(theirs)
    return len(both) / len(either) if either else 0.0
