"""Deliver: give Slack each copy of an alert, once, in order, and know afterwards whether it has it.

Slack has no idempotency key. A delivery is committed as `sending` before the call and carries its key in the
message's metadata. When the answer is lost, the conversation's history decides. After a definite no it is tried again;
where something stands in the way of the whole conversation or workspace, all that waits there is held until it is
mended (see `holding`). Only a message that is itself at fault is given up.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, assert_never

from bot.domain.alert import Told
from bot.domain.catch_up import Besides, CatchUp, Notice
from bot.domain.decision import AlertAction
from bot.domain.delivery import Accepted, Delivery, DeliveryState, Lane, Refused, SendOutcome, Unknown
from bot.domain.hold import Obstacle
from bot.pipeline.holding import Holding
from bot.pipeline.recall import LONGEST_CALL, SETTLE, UNREADABLE, Recall, again_after

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.domain.alert import Message
    from bot.pipeline.holding import HoldStore

# The waits that delivering is known by, with the protocols it needs.
__all__ = ["LONGEST_CALL", "PACE", "SETTLE", "UNREADABLE", "DeliverStep", "DeliveryStore", "Messenger", "OneLane"]

# Slack allows a message a second a channel, and counts edits apart: fifty a minute.
PACE = {Lane.MESSAGES: timedelta(seconds=1), Lane.EDITS: timedelta(seconds=1.2)}
# It grants short bursts of messages: after a quiet while two more may go at once, so that news need not wait because
# a reply has just been sent. Whatever goes ahead of the pace is waited for afterwards.
AHEAD = {Lane.MESSAGES: timedelta(seconds=2), Lane.EDITS: timedelta()}
# Calls under way at once. The conversations that come first have something urgent, or have waited longest.
AT_ONCE = 8
OF_A_CARD = frozenset({AlertAction.EDIT, AlertAction.THREAD})

log = logging.getLogger(__name__)


class DeliveryStore(Protocol):
    """The outbox."""

    async def conversations_waiting(self, lane: Lane, *, now: datetime, pace: timedelta) -> Sequence[str]:
        """Conversations with something in a lane that may be tried at `now`, and nothing tried there for `pace`.

        Those where something urgent waits come first, then those where something has waited longest. Not those that
        are held, and none while Slack has asked for a pause in the lane.
        """
        ...

    async def head(self, conversation: str, lane: Lane, *, now: datetime) -> Delivery | None:
        """What a conversation gets next in a lane: messages in order, edits once their card is there."""
        ...

    async def begin(
        self, delivery: Delivery, *, now: datetime, pace: timedelta = timedelta(), ahead: timedelta = timedelta()
    ) -> bool:
        """Commit that the call is about to be made.

        False if somebody else began or ended it meanwhile, or if calls there, one every `pace`, are `ahead` of the
        clock already, or while Slack has asked for a pause.
        """
        ...

    async def pause(self, lane: Lane, *, until: datetime) -> None:
        """Slack asked to be left alone in a lane, in every conversation."""
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
        """Commit how it ended.

        An edit that was sent, or let go, takes the older edits of its card with it. A catch-up message that is held
        gives back what was folded into it.
        """
        ...

    async def card_ts(self, conversation: str, development: str) -> str | None:
        """The message id of a development's card in a conversation, once it is there."""
        ...

    async def told(self, delivery: Delivery) -> Told | Besides:
        """What it tells: an alert with its development as it stands, or what is told besides alerts."""
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
            SlackError: The history cannot be read; with its `obstacle` where nothing can.
        """
        ...

    async def probe(self, place: str, obstacle: Obstacle) -> Obstacle | None:
        """What stands in the way of a conversation, or EVERYWHERE, by now; None where nothing seems to."""
        ...

    async def permalink(self, conversation: str, ts: str) -> str | None:
        """The address of a message; None where Slack does not tell."""
        ...


class Before(Protocol):
    """Something done before delivering, wherever that is possible: folding what is late, leaving notices."""

    async def run(self, now: datetime) -> int:
        """Do it; returns how much there was."""
        ...


class OneLane:
    """The part of the deliver step that looks after one lane: news does not wait for the answer to an edit."""

    def __init__(self, step: DeliverStep, lane: Lane) -> None:
        self._step = step
        self._lane = lane

    async def run(self, now: datetime) -> int:
        """One call to every conversation that may have one now; returns how many calls were made."""
        return await self._step.run_lanes((self._lane,), now)


class DeliverStep:
    """Delivers what waits: in each conversation one message and one edit at a time, conversations side by side."""

    def __init__(
        self,
        store: DeliveryStore,
        messenger: Messenger,
        render: Callable[[AlertAction, Told | Besides], Message],
        clock: Callable[[], datetime],
        *,
        holds: HoldStore,
        before: Sequence[Before] = (),
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._render = render
        self._clock = clock
        self._holding = Holding(holds, messenger, clock)
        self._recall = Recall(store, messenger, self._holding, clock)
        self._before = before

    async def run(self, now: datetime) -> int:
        """One call to every conversation and lane that may have one now; returns how many calls were made."""
        return await self.run_lanes(tuple(Lane), now)

    async def run_lanes(self, lanes: Sequence[Lane], now: datetime) -> int:
        """The same in some lanes. Whether anything stands in the way is looked at with the messages only."""
        if Lane.MESSAGES in lanes:
            await self._holding.look(now)
        if self._holding.stopped:
            return 0
        for step in self._before if Lane.MESSAGES in lanes else ():
            await step.run(now)
        waiting = [
            (conversation, lane)
            for lane in lanes
            for conversation in await self._store.conversations_waiting(lane, now=now, pace=PACE[lane] - AHEAD[lane])
        ]
        room = asyncio.Semaphore(AT_ONCE)
        ended = await asyncio.gather(*(self._next(*each, now, room) for each in waiting), return_exceptions=True)
        # Raised only now: one conversation's failure must not cut off another's call half-way.
        if failures := [each for each in ended if isinstance(each, Exception)]:
            raise ExceptionGroup("some conversations could not be delivered to", failures)
        return ended.count(True)

    async def _next(self, conversation: str, lane: Lane, now: datetime, room: asyncio.Semaphore) -> bool:
        async with room:
            delivery = await self._store.head(conversation, lane, now=now)
            if delivery is None or self._holding.stopped:
                return False
            if delivery.state is DeliveryState.SENDING:
                await self._recall.find_out(delivery, await self._parent(delivery))
            else:
                await self._attempt(delivery)
            return True

    async def _attempt(self, delivery: Delivery) -> None:
        """Make the call and keep how it ended."""
        parent = await self._parent(delivery)
        if delivery.action in OF_A_CARD and parent is None:
            await self._let_go(delivery, "its card never arrived here")
            return
        told = await self._store.told(delivery)
        if isinstance(told, Told):
            told = await self._with_link(told, delivery.conversation)
        elif isinstance(told, CatchUp) and not told.developments:
            await self._let_go(delivery, "nothing in it is news any more")
            return
        elif isinstance(told, Notice) and told.held is None:
            await self._let_go(delivery, "mended before anybody was told")
            return
        try:
            message = self._render(delivery.action, told)
        except Exception:
            # A bug, or a negotiation no longer configured. What waits behind it must not wait for ever.
            failure = uuid.uuid4().hex[:8]
            log.exception("delivery %s cannot be rendered (%s); it is held", delivery.key, failure)
            note = f"cannot be rendered; the log says why under {failure}"
            await self._store.settle(delivery, DeliveryState.HELD, now=self._clock(), note=note)
            return
        pace, ahead = PACE[delivery.lane], AHEAD[delivery.lane]
        if not await self._store.begin(delivery, now=self._clock(), pace=pace, ahead=ahead):
            return
        broadcast = isinstance(told, Told) and told.alert.broadcast
        outcome = await self._call(delivery, message, parent, broadcast=broadcast)
        await self._settle(delivery, outcome, self._clock())

    async def _let_go(self, delivery: Delivery, note: str) -> None:
        await self._store.settle(delivery, DeliveryState.SUPERSEDED, now=self._clock(), note=note)

    async def _with_link(self, told: Told, conversation: str) -> Told:
        """With the address of the other card it names, where that stands in the same conversation."""
        ts = await self._store.card_ts(conversation, told.names) if told.names else None
        return replace(told, elsewhere=await self._messenger.permalink(conversation, ts)) if ts else told

    async def _settle(self, delivery: Delivery, outcome: SendOutcome, now: datetime) -> None:
        match outcome:
            case Accepted(ts):
                sent = {"event": "delivery.sent", "delivery": delivery.key, "ts": ts}
                log.info("delivered %s as %s", delivery.key, ts, extra=sent)
                await self._store.settle(delivery, DeliveryState.SENT, now=now, ts=ts)
                await self._holding.passed(delivery.conversation)
            case Refused(error, wait, obstacle) if obstacle is not None:
                # Its conversation waits, or all do; the one who looks after that says when to go on.
                until = now + max(wait, again_after(delivery)) if wait is not None else None
                await self._store.settle(delivery, DeliveryState.PENDING, now=now, note=error, not_before=until)
                if obstacle is not Obstacle.UNREACHABLE:
                    await self._holding.answered()
                await self._holding.met(obstacle, error, delivery)
            case Refused("ratelimited" as error, wait) if wait is not None:
                # Slack counts a method's calls in the workspace, and does not say which channel's or whether all.
                log.warning("Slack asks for a pause of %.0f s in %s", wait.total_seconds(), delivery.lane)
                await self._store.pause(delivery.lane, until=now + wait)
                await self._store.settle(delivery, DeliveryState.PENDING, now=now, note=error, not_before=now + wait)
                await self._holding.answered()
            case Refused(error, wait) if wait is not None:
                log.warning("Slack refused %s for now: %s", delivery.key, error)
                until = now + max(wait, again_after(delivery))
                await self._store.settle(delivery, DeliveryState.PENDING, now=now, note=error, not_before=until)
                await self._holding.answered()
            case Refused(error):
                log.error("Slack will not take %s: %s", delivery.key, error)
                await self._store.settle(delivery, DeliveryState.HELD, now=now, note=error)
                await self._holding.answered()
            case Unknown(reason):
                log.warning("no answer for %s: %s; its conversation's history will tell", delivery.key, reason)
                await self._store.settle(delivery, DeliveryState.SENDING, now=now, note=reason, not_before=now + SETTLE)
                await self._holding.met(Obstacle.UNREACHABLE, reason, delivery)
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
        if delivery.action not in OF_A_CARD or delivery.development is None:
            return None
        return await self._store.card_ts(delivery.conversation, delivery.development)
