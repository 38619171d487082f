"""Deliver: give Slack each copy of an alert, once, in order, and know afterwards whether it has it.

Slack has no idempotency key. A delivery is committed as `sending` before the call and carries its key in the
message's metadata. A definite no is tried again or held; when the answer is lost, the conversation's history decides.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, assert_never

from bot.domain.decision import AlertAction
from bot.domain.delivery import Accepted, Delivery, DeliveryState, Refused, SendOutcome, Unknown
from bot.domain.errors import SlackError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.domain.alert import Message, Told

PACE = timedelta(seconds=1)
SETTLE = timedelta(seconds=5)
LOOK_BACK = timedelta(minutes=2)
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)

log = logging.getLogger(__name__)


class DeliveryStore(Protocol):
    """The outbox."""

    async def conversations_waiting(self, *, now: datetime, pace: timedelta) -> Sequence[str]:
        """Conversations with something that may be tried at `now`, and nothing tried for `pace`."""
        ...

    async def head(self, conversation: str, *, now: datetime) -> Delivery | None:
        """What this conversation gets next: cards and replies in order, edits after them; None while it waits."""
        ...

    async def begin(self, delivery: Delivery, *, now: datetime) -> bool:
        """Commit that the call is about to be made; False if somebody else began or ended it meanwhile."""
        ...

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
        """Commit how it ended. An edit that was sent, or let go, takes the older edits of its card with it."""
        ...

    async def card_ts(self, conversation: str, development: str) -> str | None:
        """The message id of a development's card in a conversation, once it is there."""
        ...

    async def told(self, delivery: Delivery) -> Told:
        """The alert this delivery is a copy of, and its development as it stands."""
        ...


class Messenger(Protocol):
    """Slack, as far as delivering goes."""

    async def post(
        self, conversation: str, message: Message, *, key: str, thread_ts: str | None = None, broadcast: bool = False
    ) -> SendOutcome:
        """Post a message carrying `key` in its metadata. Never posts twice by itself."""
        ...

    async def edit(self, conversation: str, ts: str, message: Message, *, key: str) -> SendOutcome:
        """Replace a message."""
        ...

    async def find(self, conversation: str, *, key: str, since: datetime, thread_ts: str | None = None) -> str | None:
        """The id of the message that carries `key`, looking back to `since`; None if there is none.

        Raises:
            SlackError: The history cannot be read.
        """
        ...


class DeliverStep:
    """Delivers what waits, one call at a time a conversation, conversations side by side."""

    def __init__(
        self,
        store: DeliveryStore,
        messenger: Messenger,
        render: Callable[[AlertAction, Told], Message],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._render = render
        self._clock = clock

    async def run(self, now: datetime) -> int:
        """One call to every conversation that may have one now; returns how many calls were made."""
        waiting = await self._store.conversations_waiting(now=now, pace=PACE)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._next(conversation, now)) for conversation in waiting]
        return sum(task.result() for task in tasks)

    async def _next(self, conversation: str, now: datetime) -> bool:
        delivery = await self._store.head(conversation, now=now)
        if delivery is None:
            return False
        if delivery.state is DeliveryState.SENDING:
            await self._recall(delivery)
        else:
            await self._attempt(delivery)
        return True

    async def _recall(self, delivery: Delivery) -> None:
        """Find out whether an unanswered call arrived."""
        now = self._clock()
        began = delivery.attempted_at or delivery.created_at
        if now < began + SETTLE:
            await self._store.settle(delivery, DeliveryState.SENDING, now=now, not_before=began + SETTLE)
            return
        if delivery.action is AlertAction.EDIT:
            # The same edit twice is one edit: no need to look.
            await self._store.settle(delivery, DeliveryState.PENDING, now=now)
            return
        parent = await self._parent(delivery)
        try:
            ts = await self._messenger.find(
                delivery.conversation, key=delivery.key, since=began - LOOK_BACK, thread_ts=parent
            )
        except SlackError as error:
            log.warning("cannot tell yet whether %s arrived: %s", delivery.key, error)
            await self._store.settle(
                delivery, DeliveryState.SENDING, now=now, note=str(error), not_before=now + _pause(delivery)
            )
            return
        state = DeliveryState.SENT if ts else DeliveryState.PENDING
        log.info("delivery %s had %s", delivery.key, "arrived" if ts else "not arrived")
        await self._store.settle(delivery, state, now=now, ts=ts)

    async def _attempt(self, delivery: Delivery) -> None:
        """Make the call and keep how it ended."""
        parent = None if delivery.action is AlertAction.POST else await self._parent(delivery)
        if delivery.action is not AlertAction.POST and parent is None:
            note = "its card never arrived here"
            await self._store.settle(delivery, DeliveryState.SUPERSEDED, now=self._clock(), note=note)
            return
        told = await self._store.told(delivery)
        message = self._render(delivery.action, told)
        if not await self._store.begin(delivery, now=self._clock()):
            return
        outcome = await self._call(delivery, message, parent, broadcast=told.alert.broadcast)
        now = self._clock()
        match outcome:
            case Accepted(ts):
                log.info("delivered %s as %s", delivery.key, ts)
                await self._store.settle(delivery, DeliveryState.SENT, now=now, ts=ts)
            case Refused(error, retry_after) if retry_after is not None:
                log.warning("Slack refused %s for now: %s", delivery.key, error)
                until = now + max(retry_after, _pause(delivery) if error != "ratelimited" else retry_after)
                await self._store.settle(delivery, DeliveryState.PENDING, now=now, note=error, not_before=until)
            case Refused(error):
                log.error("Slack will not take %s: %s", delivery.key, error)
                await self._store.settle(delivery, DeliveryState.HELD, now=now, note=error)
            case Unknown(reason):
                log.warning("no answer for %s: %s; its conversation's history will tell", delivery.key, reason)
                await self._store.settle(delivery, DeliveryState.SENDING, now=now, note=reason, not_before=now + SETTLE)
            case _:
                assert_never(outcome)

    async def _call(self, delivery: Delivery, message: Message, parent: str | None, *, broadcast: bool) -> SendOutcome:
        if delivery.action is AlertAction.EDIT and parent is not None:
            return await self._messenger.edit(delivery.conversation, parent, message, key=delivery.key)
        return await self._messenger.post(
            delivery.conversation,
            message,
            key=delivery.key,
            thread_ts=parent,
            broadcast=broadcast and parent is not None,
        )

    async def _parent(self, delivery: Delivery) -> str | None:
        if delivery.action is AlertAction.POST:
            return None
        return await self._store.card_ts(delivery.conversation, delivery.development)


def _pause(delivery: Delivery) -> timedelta:
    doubled: timedelta = FIRST_PAUSE * 2 ** min(delivery.attempts, 10)
    return min(doubled, LONGEST_PAUSE)
