"""How well a development stands: on how many independent origins, and whether a party disputes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.decision import Corroboration

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Standing:
    """`origins` independent origins carry a development, which makes it `corroboration`; `reason` in words."""

    origins: int
    corroboration: Corroboration
    reason: str


def standing(origins: Mapping[str, AbstractSet[str]], *, disputed_by: AbstractSet[str] = frozenset()) -> Standing:
    """Weigh origins (each with the parties it speaks for). Reprints share an origin and never count twice.

    Several outlets of one party are one voice: they cannot confirm each other.
    """
    independent = {origin for origin, parties in origins.items() if not parties}
    partisan = {party for parties in origins.values() for party in parties}
    count = len(independent) + len(partisan)
    if disputed_by:
        return Standing(count, Corroboration.DISPUTED, f"disputed by {', '.join(sorted(disputed_by))}")
    if count >= _ENOUGH:
        return Standing(count, Corroboration.CONFIRMED, f"{count} independent origins")
    return Standing(count, Corroboration.PROVISIONAL, "1 origin: provisional")
