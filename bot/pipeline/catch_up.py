"""Catch up: after a silence, tell in one message what would come too late as cards of their own.

The deciding is in `chosen`, pure; the step asks it for each conversation that is behind. Urgent cards are told by
themselves for a day, everything else while it is fresh, or while there is little of it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from bot.domain.decision import AlertAction, Urgency
from bot.domain.hold import EVERYWHERE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.domain.catch_up import Waiting
    from bot.domain.hold import Hold, Obstacle

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Staleness:
    """When a card comes too late: a routine or low one after `routine`, a flash or urgent one after `urgent`.

    Up to `singly` late cards are told by themselves all the same: so few are read as quickly as a list of them.
    """

    routine: timedelta = timedelta(hours=2)
    urgent: timedelta = timedelta(days=1)
    singly: int = 3

    def late(self, urgency: Urgency, waited: timedelta) -> bool:
        """Whether a card of this urgency that waited so long comes too late."""
        return waited >= (self.urgent if urgency.reaches(Urgency.URGENT) else self.routine)


def chosen(waiting: Sequence[Waiting], now: datetime, staleness: Staleness) -> tuple[int, ...]:
    """The deliveries to fold into one catch-up message; none where each is to be told by itself.

    A catch-up message that waits takes in what has become late since, however little that is.
    """
    earlier = [each for each in waiting if each.action is AlertAction.CATCH_UP]
    late = [
        each for each in waiting if each.action is AlertAction.POST and staleness.late(each.urgency, now - each.since)
    ]
    if not late or (not earlier and len(late) <= staleness.singly):
        return ()
    return tuple(each.delivery for each in waiting if each in earlier or each in late)


class CatchUpStore(Protocol):
    """Cards that wait."""

    async def conversations_behind(self, *, before: datetime) -> Sequence[str]:
        """Conversations that can be delivered to, with a card that has waited since `before` or longer.

        Not those where it is unknown whether a message arrived: whether it is late too turns out first.
        """
        ...

    async def backlog(self, conversation: str) -> Sequence[Waiting]:
        """What waits in a conversation and might be folded, in order."""
        ...

    async def fold(
        self,
        conversation: str,
        chosen: Sequence[int],
        *,
        since: datetime,
        until: datetime,
        obstacle: Obstacle | None,
        now: datetime,
    ) -> bool:
        """Put one catch-up message in the place of these deliveries, in one transaction.

        False, and nothing changed, where one of them is on its way or ended meanwhile.
        """
        ...


class Holds(Protocol):
    """What stood in the way."""

    async def holds(self) -> Mapping[str, Hold]:
        """Every hold, by its place."""
        ...


class CatchUpStep:
    """Folds what is late, in each conversation that can be delivered to."""

    def __init__(self, store: CatchUpStore, holds: Holds, staleness: Staleness) -> None:
        self._store = store
        self._holds = holds
        self._staleness = staleness

    async def run(self, now: datetime) -> int:
        """Fold; returns how many catch-up messages that makes."""
        soonest = min(self._staleness.routine, self._staleness.urgent)
        behind = await self._store.conversations_behind(before=now - soonest)
        holds = await self._holds.holds() if behind else {}
        folded = 0
        for conversation in behind:
            waiting = await self._store.backlog(conversation)
            late = chosen(waiting, now, self._staleness)
            if not late:
                continue
            hold = holds.get(conversation) or holds.get(EVERYWHERE)
            since = hold.since if hold else min(each.since for each in waiting if each.delivery in late)
            until = (hold.mended_at if hold else None) or now
            obstacle = hold.obstacle if hold else None
            if await self._store.fold(conversation, late, since=since, until=until, obstacle=obstacle, now=now):
                log.info("%d late cards for %s become one catch-up message", len(late), conversation)
                folded += 1
        return folded
