"""Deliver: give Slack each copy of an alert, once, in order, and know afterwards whether it has it.

Slack has no idempotency key. A delivery is committed as `sending` before the call and carries its key in the
message's metadata. A definite no is tried again or held; when the answer is lost, the conversation's history decides.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, assert_never

from bot.domain.decision import AlertAction
from bot.domain.delivery import Accepted, Delivery, DeliveryState, Lane, Refused, SendOutcome, Unknown
from bot.domain.errors import SlackError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.domain.alert import Message, Told

# Slack allows a message a second a channel, and counts edits apart: fifty a minute.
PACE = {Lane.MESSAGES: timedelta(seconds=1), Lane.EDITS: timedelta(seconds=1.2)}
SETTLE = timedelta(seconds=5)
# A call that nobody saw end may still be under way, in a process that lost its lease: it lasts no longer than this.
LONGEST_CALL = timedelta(seconds=15)
# How far our clock may be ahead of Slack's.
LOOK_BACK = timedelta(minutes=10)
# Unknown for so long, a copy too many is better than an alert too few.
UNREADABLE = timedelta(minutes=5)
LOOK_AGAIN = timedelta(seconds=30)
# What Slack has refused for so long is no news any more.
STALE = timedelta(days=1)
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)

log = logging.getLogger(__name__)


class DeliveryStore(Protocol):
    """The outbox."""

    async def conversations_waiting(self, lane: Lane, *, now: datetime, pace: timedelta) -> Sequence[str]:
        """Conversations with something in a lane that may be tried at `now`, and nothing tried there for `pace`."""
        ...

    async def head(self, conversation: str, lane: Lane, *, now: datetime) -> Delivery | None:
        """What a conversation gets next in a lane: messages in order, edits once their card is there."""
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

    async def permalink(self, conversation: str, ts: str) -> str | None:
        """The address of a message; None where Slack does not tell."""
        ...


class DeliverStep:
    """Delivers what waits: in each conversation one message and one edit at a time, conversations side by side."""

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
        """One call to every conversation and lane that may have one now; returns how many calls were made."""
        waiting = [
            (conversation, lane)
            for lane, pace in PACE.items()
            for conversation in await self._store.conversations_waiting(lane, now=now, pace=pace)
        ]
        ended = await asyncio.gather(*(self._next(*each, now) for each in waiting), return_exceptions=True)
        # Raised only now: one conversation's failure must not cut off another's call half-way.
        if failures := [each for each in ended if isinstance(each, Exception)]:
            raise ExceptionGroup("some conversations could not be delivered to", failures)
        return ended.count(True)

    async def _next(self, conversation: str, lane: Lane, now: datetime) -> bool:
        delivery = await self._store.head(conversation, lane, now=now)
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
        began = delivery.attempted_at or now
        if delivery.not_before is None:  # nobody saw the call end
            over = began + LONGEST_CALL + SETTLE
            await self._store.settle(delivery, DeliveryState.SENDING, now=now, note=delivery.note, not_before=over)
            return
        # Asked again at once the first time; a call that keeps ending without an answer, less and less often.
        again = now + _pause(delivery) if delivery.attempts > 1 else None
        if delivery.action is AlertAction.EDIT:
            # The same edit twice is one edit: no need to look.
            await self._store.settle(delivery, DeliveryState.PENDING, now=now, not_before=again)
            return
        parent = await self._parent(delivery)
        try:
            ts = await self._messenger.find(
                delivery.conversation,
                key=delivery.key,
                since=(delivery.look_from or began) - LOOK_BACK,
                thread_ts=parent,
            )
        except SlackError as error:
            await self._not_found_out(delivery, str(error), now=now, unknown_for=now - began)
            return
        log.info("delivery %s had %s", delivery.key, "arrived" if ts else "not arrived")
        if ts is not None:
            await self._store.settle(delivery, DeliveryState.SENT, now=now, ts=ts)
        else:
            await self._store.settle(delivery, DeliveryState.PENDING, now=now, not_before=again)

    async def _not_found_out(self, delivery: Delivery, reason: str, *, now: datetime, unknown_for: timedelta) -> None:
        if unknown_for < UNREADABLE:
            log.warning("cannot tell yet whether %s arrived: %s", delivery.key, reason)
            until = now + LOOK_AGAIN
            await self._store.settle(delivery, DeliveryState.SENDING, now=now, note=reason, not_before=until)
            return
        log.error(
            "nobody can tell whether %s arrived, so it is sent again and may stand twice: %s", delivery.key, reason
        )
        await self._store.settle(delivery, DeliveryState.PENDING, now=now, note=reason)

    async def _attempt(self, delivery: Delivery) -> None:
        """Make the call and keep how it ended."""
        parent = await self._parent(delivery)
        if delivery.action is not AlertAction.POST and parent is None:
            note = "its card never arrived here"
            await self._store.settle(delivery, DeliveryState.SUPERSEDED, now=self._clock(), note=note)
            return
        told = await self._with_link(await self._store.told(delivery), delivery.conversation)
        try:
            message = self._render(delivery.action, told)
        except Exception:
            # A bug, or a negotiation no longer configured. What waits behind it must not wait for ever.
            failure = uuid.uuid4().hex[:8]
            log.exception("delivery %s cannot be rendered (%s); it is held", delivery.key, failure)
            note = f"cannot be rendered; the log says why under {failure}"
            await self._store.settle(delivery, DeliveryState.HELD, now=self._clock(), note=note)
            return
        if not await self._store.begin(delivery, now=self._clock()):
            return
        outcome = await self._call(delivery, message, parent, broadcast=told.alert.broadcast)
        await self._settle(delivery, outcome, self._clock())

    async def _with_link(self, told: Told, conversation: str) -> Told:
        """With the address of the other card it names, where that stands in the same conversation."""
        ts = await self._store.card_ts(conversation, told.names) if told.names else None
        return replace(told, elsewhere=await self._messenger.permalink(conversation, ts)) if ts else told

    async def _settle(self, delivery: Delivery, outcome: SendOutcome, now: datetime) -> None:
        match outcome:
            case Accepted(ts):
                log.info("delivered %s as %s", delivery.key, ts)
                await self._store.settle(delivery, DeliveryState.SENT, now=now, ts=ts)
            case Refused(error, retry_after) if retry_after is not None and now - delivery.created_at < STALE:
                log.warning("Slack refused %s for now: %s", delivery.key, error)
                until = now + (retry_after if error == "ratelimited" else max(retry_after, _pause(delivery)))
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
