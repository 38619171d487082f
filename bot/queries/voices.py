"""Whose word a development rests on, counted as corroboration counts: by origin, and all outlets of a party as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.development import Report


@dataclass(frozen=True, slots=True)
class Voice:
    """One independent voice: an origin, or the origins that speak for one `party`."""

    origins: tuple[str, ...]
    party: str | None = None


def voices(reports: Iterable[Report]) -> tuple[Voice, ...]:
    """The independent voices among reports, in the order they were first heard. A copy is its origin speaking."""
    parties: dict[str, set[str]] = {}
    for report in reports:
        spoken_for = parties.setdefault(report.origin, set())
        if report.party:
            spoken_for.add(report.party)
    found: dict[str, Voice] = {}
    for origin, spoken_for in parties.items():
        if not spoken_for:
            found[f"origin {origin}"] = Voice((origin,))
        for party in sorted(spoken_for):
            known = found.get(f"party {party}", Voice((), party))
            found[f"party {party}"] = Voice((*known.origins, origin), party)
    return tuple(found.values())
