"""Recall: find out whether a call that ended without an answer arrived, before it is made again.

Where Slack cannot be asked, one waits until it can. Only where it will not tell, because the history may not be read,
is a message sent again after a while: a copy too many is better than an alert too few.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from bot.domain.decision import AlertAction
from bot.domain.delivery import DeliveryState
from bot.domain.errors import SlackError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.delivery import Delivery
    from bot.pipeline.holding import Holding

SETTLE = timedelta(seconds=5)
# A call that nobody saw end may still be under way, in a process that lost its lease: it lasts no longer than this.
LONGEST_CALL = timedelta(seconds=15)
# How far our clock may be ahead of Slack's.
LOOK_BACK = timedelta(minutes=10)
UNREADABLE = timedelta(minutes=5)
LOOK_AGAIN = timedelta(seconds=30)
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)

log = logging.getLogger(__name__)


class Fates(Protocol):
    """Where it is kept how deliveries end."""

    async def settle(
        self,
        delivery: Delivery,
        state: DeliveryState,
        *,
        now: datetime,
        ts: str | None = None,
        note: str | None = None,
        not_before: datetime | None = None,
    ) -> None:
        """Commit how it ended."""
        ...


class History(Protocol):
    """What stands in conversations."""

    async def find(self, conversation: str, *, key: str, since: datetime, thread_ts: str | None = None) -> str | None:
        """The id of the message that carries `key`, looking back to `since`; None if there is none.

        Raises:
            SlackError: The history cannot be read; with its `obstacle` where nothing can.
        """
        ...


class Recall:
    """Finds out what became of calls nobody saw answered."""

    def __init__(self, store: Fates, history: History, holding: Holding, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._history = history
        self._holding = holding
        self._clock = clock

    async def find_out(self, delivery: Delivery, parent: str | None) -> None:
        """Whether it arrived, and what follows from that; `parent` is the card whose thread it belongs to."""
        now = self._clock()
        began = delivery.attempted_at or now
        if delivery.not_before is None:  # nobody saw the call end
            over = began + LONGEST_CALL + SETTLE
            await self._store.settle(delivery, DeliveryState.SENDING, now=now, note=delivery.note, not_before=over)
            return
        # Asked again at once the first time; a call that keeps ending without an answer, less and less often.
        again = now + again_after(delivery) if delivery.attempts > 1 else None
        if delivery.action is AlertAction.EDIT:
            # The same edit twice is one edit: no need to look.
            await self._store.settle(delivery, DeliveryState.PENDING, now=now, not_before=again)
            return
        try:
            ts = await self._history.find(
                delivery.conversation,
                key=delivery.key,
                since=(delivery.look_from or began) - LOOK_BACK,
                thread_ts=parent,
            )
        except SlackError as error:
            await self._not_found_out(delivery, error, now=now, unknown_for=now - began)
            return
        await self._holding.answered()
        log.info("delivery %s had %s", delivery.key, "arrived" if ts else "not arrived")
        if ts is not None:
            await self._store.settle(delivery, DeliveryState.SENT, now=now, ts=ts)
        else:
            await self._store.settle(delivery, DeliveryState.PENDING, now=now, not_before=again)

    async def _not_found_out(
        self, delivery: Delivery, error: SlackError, *, now: datetime, unknown_for: timedelta
    ) -> None:
        reason = str(error)
        # Where Slack did not answer, or takes nothing from us, it will tell later, however long that takes.
        later = error.obstacle is not None or error.retry_after is not None
        if later or unknown_for < UNREADABLE:
            log.warning("cannot tell yet whether %s arrived: %s", delivery.key, reason)
            until = now + max(LOOK_AGAIN, error.retry_after or LOOK_AGAIN)
            await self._store.settle(delivery, DeliveryState.SENDING, now=now, note=reason, not_before=until)
            if error.obstacle is not None:
                await self._holding.met(error.obstacle, reason, delivery)
            return
        log.error(
            "nobody can tell whether %s arrived, so it is sent again and may stand twice: %s", delivery.key, reason
        )
        await self._store.settle(delivery, DeliveryState.PENDING, now=now, note=reason)


def again_after(delivery: Delivery) -> timedelta:
    """How long to wait before trying again what has been tried so often: doubled each time, up to a longest."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(delivery.attempts, 10)
    return min(doubled, LONGEST_PAUSE)
