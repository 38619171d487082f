"""Detect: decide on every item once, in the order they were seen, and keep the decision with its alert.

The detector's memory is a cache of the database: built from it at start, and thrown away on any failure.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from bot.domain.correction import Act

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bot.domain.correction import Correction
    from bot.domain.decision import Decision
    from bot.domain.item import Item

WINDOW = timedelta(hours=96)
OVERLAP = timedelta(minutes=1)  # between what another process dates and what it commits, and between two clocks
BATCH = 25  # few enough that one who asks us to stop need not wait long

log = logging.getLogger(__name__)


class DetectStore(Protocol):
    """Items waiting for a decision, decisions made, and a place for the next."""

    async def undecided(self, negotiation: str, *, limit: int) -> Sequence[tuple[Item, bool]]:
        """Items whose latest revision no decision covers, in order; the flag marks old news that alerts nobody."""
        ...

    async def remembered(self, negotiation: str, *, since: datetime) -> Sequence[tuple[Item, Decision]]:
        """Everything decided on items first seen after `since`, in order."""
        ...

    async def record_decisions(
        self, negotiation: str, decided: Sequence[tuple[Item, Decision, bool]], *, now: datetime
    ) -> Sequence[Decision]:
        """Keep decisions in order, what each does to its development and the alert it calls for, in one transaction.

        The flag keeps the desk out of it. Returns them as they hold: a development may have been merged, or put on
        other tracks, meanwhile. At the first item that somebody decided on before it stops: fewer are returned.
        """
        ...

    async def corrections(self, negotiation: str, *, since: datetime) -> Sequence[Correction]:
        """What was put right at or after `since`, in order."""
        ...


class Decider(Protocol):
    """Decides, given what it was told to remember."""

    def decide(self, item: Item, now: datetime) -> Decision:
        """What this item is. Changes nothing."""
        ...

    def remember(self, item: Item, decision: Decision) -> None:
        """Take a committed decision into account from now on."""
        ...

    def merge(self, into: str, gone: str) -> None:
        """Two developments turned out to be one: what was of `gone` is of `into`. Again changes nothing."""
        ...

    def retrack(self, development: str, tracks: Sequence[str]) -> None:
        """A development is on these tracks. Again changes nothing."""
        ...

    def forget_before(self, moment: datetime) -> None:
        """Let go of what is older."""
        ...


class DetectStep:
    """Runs one decider a negotiation over the items that wait, once it knows what was put right since it last did.

    An item its decider fails on is set aside, loudly, so that it holds up no other; it stays undecided, and is tried
    again when the program next starts.
    """

    def __init__(self, store: DetectStore, deciders: Mapping[str, Callable[[], Decider]]) -> None:
        self._store = store
        self._make = deciders
        self._minds: dict[str, Decider] = {}
        self._looked: dict[str, datetime] = {}
        self._set_aside: dict[str, set[tuple[str, int]]] = {negotiation: set() for negotiation in deciders}

    async def run(self, now: datetime) -> int:
        """Decide on what waits; returns how many items that were."""
        return sum([await self._run_one(negotiation, now) for negotiation in self._make])

    async def _run_one(self, negotiation: str, now: datetime) -> int:
        mind = await self._mind(negotiation, now)  # first, so that it is ready before the first item is
        aside = self._set_aside[negotiation]
        listed = await self._store.undecided(negotiation, limit=BATCH + len(aside))
        waiting = [(item, old) for item, old in listed if (item.id, item.revision) not in aside]
        if not waiting:
            return 0
        try:
            await self._put_right(negotiation, mind, now)
            decided = await asyncio.to_thread(self._decide, negotiation, mind, waiting)
            kept = await self._store.record_decisions(negotiation, decided, now=now)
        except BaseException:
            self._minds.pop(negotiation, None)  # it may remember what was never committed
            raise
        if _remembers_right(mind, decided, kept):
            mind.forget_before(now - WINDOW)
        else:
            log.warning("items of %s were decided on elsewhere, or hold otherwise; remembering anew", negotiation)
            del self._minds[negotiation]
        return len(waiting)

    async def _put_right(self, negotiation: str, mind: Decider, now: datetime) -> None:
        """Take in what the desk, or another process, corrected. Some is taken in twice, which changes nothing."""
        for correction in await self._store.corrections(negotiation, since=self._looked[negotiation] - OVERLAP):
            if correction.act is Act.MERGED and correction.other is not None:
                mind.merge(correction.other, correction.development)
            elif correction.act is Act.RETRACKED:
                mind.retrack(correction.development, correction.tracks)
        self._looked[negotiation] = now

    def _decide(
        self, negotiation: str, mind: Decider, waiting: Sequence[tuple[Item, bool]]
    ) -> list[tuple[Item, Decision, bool]]:
        """Decide on items one after another, each remembered before the next; in a thread, for it takes its time."""
        decided = []
        for item, old in waiting:
            try:
                decision = mind.decide(item, item.first_seen)
            except Exception:
                failure = uuid.uuid4().hex[:8]
                log.exception("item %s (%s) cannot be decided (%s); it is set aside", item.id, item.url, failure)
                self._set_aside[negotiation].add((item.id, item.revision))
                continue
            decision = decision.as_old_news() if old else decision
            mind.remember(item, decision)
            decided.append((item, decision, old))
            if decision.relevant:
                _log_decided(item, decision)
        return decided

    async def _mind(self, negotiation: str, now: datetime) -> Decider:
        if negotiation not in self._minds:
            mind = await asyncio.to_thread(self._make[negotiation])
            self._looked[negotiation] = now
            past = await self._store.remembered(negotiation, since=now - WINDOW)
            await asyncio.to_thread(_recall, mind, past)
            self._minds[negotiation] = mind
            log.info("remembering %d items of %s", len(past), negotiation)
        return self._minds[negotiation]


def _recall(mind: Decider, past: Sequence[tuple[Item, Decision]]) -> None:
    for item, decision in past:
        mind.remember(item, decision)


def _remembers_right(mind: Decider, decided: Sequence[tuple[Item, Decision, bool]], kept: Sequence[Decision]) -> bool:
    """Whether what was remembered is what was kept. Tracks that the desk has fixed are taken in here."""
    for (_item, decision, _old), held in zip(decided, kept, strict=False):
        if held == decision:
            continue
        if held.development is None or replace(held, tracks=decision.tracks) != decision:
            return False
        mind.retrack(held.development, held.tracks)
    return len(kept) == len(decided)


def _log_decided(item: Item, decision: Decision) -> None:
    told = (item.id, item.outlet, decision.kind, decision.status, decision.development)
    decided = {
        "event": "item.decided",
        "item": item.id,
        "revision": item.revision,
        "kind": decision.kind,
        "status": decision.status,
        "development": decision.development,
    }
    log.info("item %s (%s): %s %s in %s", *told, extra=decided)
