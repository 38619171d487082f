"""How a development grew: its reports in the order they were seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.queries.voices import voices

if TYPE_CHECKING:
    from bot.domain.development import Development, Report
    from bot.queries.ports import DevelopmentReader


@dataclass(frozen=True, slots=True)
class Moment:
    """One report. `origins` counts the independent voices up to and with it; `first` says it brought a new one."""

    report: Report
    origins: int
    first: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """A development's reports, first seen first, and the development it continues, if that is known."""

    development: Development
    moments: tuple[Moment, ...]
    earlier: Development | None


async def timeline(development: str, developments: DevelopmentReader) -> Timeline | None:
    """The timeline of a development, of the one it was merged into, if it was. None where there is none by that id."""
    found = await developments.development(development)
    if found is not None and found.merger is not None:
        found = await developments.development(found.merger.into)
    if found is None:
        return None
    earlier = await developments.development(found.follows) if found.follows else None
    return Timeline(found, _moments(found), earlier)


def _moments(development: Development) -> tuple[Moment, ...]:
    moments, heard = [], 0
    for number, report in enumerate(development.members, start=1):
        before, heard = heard, len(voices(development.members[:number]))
        moments.append(Moment(report, heard, heard > before))
    return tuple(moments)
