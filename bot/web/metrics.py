"""What the program counts, as Prometheus reads it. Labels are words of ours, and few: never names, never secrets."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.domain.condition import Condition, condition
from bot.domain.decision import Status
from bot.domain.delivery import Accepted, DeliveryState, Refused
from bot.domain.source import Fetched, FetchFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from bot.domain.delivery import SendOutcome
    from bot.domain.reading import Tally
    from bot.domain.source import FetchOutcome, SourceHealth

_SECONDS = (0.005, 0.02, 0.1, 0.5, 2, 10, 60)


class Counts(Protocol):
    """What the database holds."""

    async def tally(self, before: Tally | None, *, now: datetime) -> Tally:
        """Counted; items and decisions since `before`."""
        ...


class Sources(Protocol):
    """How the sources are doing."""

    async def source_health(self, negotiation: str | None, *, now: datetime) -> Sequence[SourceHealth]:
        """Every listed source."""
        ...


class Metrics:
    """Counters and gauges of this process. A registry of its own: two in one process do not meet."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._turn = asyncio.Lock()
        self._before: Tally | None = None
        self._polls = Counter(
            "backchannel_polls", "Looks at sources, by how they ended.", ["outcome"], registry=registry
        )
        self._calls = Counter(
            "backchannel_slack_calls", "Messages given to Slack, by what became of it.", ["call", "outcome"],
            registry=registry,
        )  # fmt: skip
        self._steps = Histogram(
            "backchannel_step_seconds", "How long a step's run took.", ["step"], buckets=_SECONDS, registry=registry
        )
        self._failures = Counter(
            "backchannel_step_failures", "Runs of a step that raised.", ["step"], registry=registry
        )
        self._items = Counter("backchannel_items", "Articles first seen since this process began.", registry=registry)
        self._decisions = Counter(
            "backchannel_decisions", "Decisions since this process began.", ["status"], registry=registry
        )
        self._deliveries = Gauge("backchannel_deliveries", "Deliveries, by state.", ["state"], registry=registry)
        self._depth = Gauge("backchannel_queue_depth", "What waits.", ["queue"], registry=registry)
        self._oldest = Gauge(
            "backchannel_queue_oldest_seconds", "For how long the oldest has waited.", ["queue"], registry=registry
        )
        self._sources = Gauge("backchannel_sources", "Sources, by condition.", ["condition"], registry=registry)
        self._states = Gauge(
            "backchannel_up", "1 where it is so: engine_leading, engine_paused, socket_connected, database_readable.",
            ["state"], registry=registry,
        )  # fmt: skip
        self._lag = Gauge("backchannel_loop_lag_seconds", "The loop's longest delay in a minute.", registry=registry)

    def polled(self, outcome: FetchOutcome) -> None:
        """A look ended."""
        name = "unchanged"
        if isinstance(outcome, Fetched):
            name = "read"
        elif isinstance(outcome, FetchFailed):
            name = outcome.problem.value
        self._polls.labels(name).inc()

    def sent(self, call: str, outcome: SendOutcome) -> None:
        """A call (`post` or `edit`) ended."""
        name = "unknown"
        if isinstance(outcome, Accepted):
            name = "accepted"
        elif isinstance(outcome, Refused):
            name = "rate_limited" if outcome.error == "ratelimited" else "refused"
        self._calls.labels(call, name).inc()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one run of a step."""
        began = perf_counter()
        try:
            yield
        except Exception:
            self._failures.labels(name).inc()
            raise
        finally:
            self._steps.labels(name).observe(perf_counter() - began)

    async def refresh(self, counts: Counts, sources: Sources, *, now: datetime) -> None:
        """Count what is in the database anew."""
        async with self._turn:  # two readers at once must not count the same rows twice
            tally = await counts.tally(self._before, now=now)
            self._before = tally
        self._items.inc(tally.items)
        for status in Status:
            self._decisions.labels(status.value).inc(tally.decisions.get(status, 0))
        for state in DeliveryState:
            self._deliveries.labels(state.value).set(tally.deliveries.get(state, 0))
        for name, queue in tally.queues.items():
            self._depth.labels(name).set(queue.depth)
            self._oldest.labels(name).set(queue.oldest_seconds)
        listed = await sources.source_health(None, now=now)
        conditions = [condition(each, now, peers=_beside(each, listed)) for each in listed]
        for known in Condition:
            self._sources.labels(known.value).set(conditions.count(known))

    def page(self, states: Mapping[str, bool], *, lag: float) -> bytes:
        """Everything, in Prometheus' text format; `states` and `lag` as they are now."""
        for name, so in states.items():
            self._states.labels(name).set(so)
        self._lag.set(lag)
        return generate_latest(self._registry)


def _beside(health: SourceHealth, listed: Sequence[SourceHealth]) -> list[SourceHealth]:
    return [each for each in listed if each.source.negotiation == health.source.negotiation]
