"""Steps and looks that are timed and counted on their way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.source import FetchOutcome, Source, Validators
    from bot.web.metrics import Metrics


class Step(Protocol):
    """A step of the engine."""

    async def run(self, now: datetime) -> int:
        """Do some of what waits."""
        ...


class Looker(Protocol):
    """Looks at a source."""

    async def look(self, source: Source, validators: Validators) -> FetchOutcome:
        """What the source has now."""
        ...


class TimedStep:
    """A step whose runs are timed."""

    def __init__(self, name: str, step: Step, metrics: Metrics) -> None:
        self._name = name
        self._step = step
        self._metrics = metrics

    async def run(self, now: datetime) -> int:
        """Do some of what waits; returns how much was done."""
        with self._metrics.step(self._name):
            return await self._step.run(now)


class CountedLooker:
    """Looks that are counted by how they ended, and timed."""

    def __init__(self, looker: Looker, metrics: Metrics) -> None:
        self._looker = looker
        self._metrics = metrics

    async def look(self, source: Source, validators: Validators) -> FetchOutcome:
        """What the source has now."""
        with self._metrics.step("look"):
            outcome = await self._looker.look(source, validators)
        self._metrics.polled(outcome)
        return outcome
