"""Tell operators: give their one conversation each notice about the sources, once and in order.

The same discipline as for alerts, for messages that belong to no development: committed as `sending` before the call,
the key in the message's metadata, and where the answer is lost, the conversation's history decides.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, assert_never

from bot.domain.delivery import Accepted, DeliveryState, Refused, SendOutcome, Unknown
from bot.domain.errors import SlackError
from bot.pipeline.recall import LONGEST_CALL, LOOK_BACK, SETTLE, ask_again_after

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.alert import Message
    from bot.domain.source_notice import SourceNotice, WaitingNotice

LONGEST_PAUSE = timedelta(minutes=5)
GIVE_UP = timedelta(days=1)

log = logging.getLogger(__name__)


class NoticeOutbox(Protocol):
    """Notices waiting to be sent."""

    async def next_notice(self, *, now: datetime) -> WaitingNotice | None:
        """The oldest that is not settled; None where there is none, or it waits for its time or its channel."""
        ...

    async def begin(self, waiting: WaitingNotice, *, now: datetime) -> bool:
        """Commit that the call is about to be made; False if somebody else began or ended it meanwhile."""
        ...

    async def settle(
        self,
        waiting: WaitingNotice,
        state: DeliveryState,
        *,
        now: datetime,
        ts: str | None = None,
        note: str | None = None,
        not_before: datetime | None = None,
    ) -> None:
        """Commit how it ended."""
        ...


class Messenger(Protocol):
    """Slack, as far as posting once goes."""

    async def post(self, conversation: str, message: Message, *, key: str) -> SendOutcome:
        """Post a message carrying `key` in its metadata. Never posts twice by itself."""
        ...

    async def find(self, conversation: str, *, key: str, since: datetime) -> str | None:
        """The id of the message that carries `key`, looking back to `since`; None if there is none.

        Raises:
            SlackError: The history cannot be read.
        """
        ...


class TellOperators:
    """Sends what waits, one message a run."""

    def __init__(
        self,
        store: NoticeOutbox,
        messenger: Messenger,
        render: Callable[[SourceNotice], Message],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._render = render
        self._clock = clock

    async def run(self, now: datetime) -> int:
        """Make one call, if one may be made; 0, always: the next may follow no sooner than after a pause."""
        waiting = await self._store.next_notice(now=now)
        if waiting is not None and waiting.state is DeliveryState.SENDING:
            await self._recall(waiting)
        elif waiting is not None and await self._store.begin(waiting, now=self._clock()):
            message = self._render(waiting.notice)
            outcome = await self._messenger.post(waiting.conversation, message, key=waiting.key)
            await self._settle(waiting, outcome)
        return 0

    async def _settle(self, waiting: WaitingNotice, outcome: SendOutcome) -> None:
        now = self._clock()
        match outcome:
            case Accepted(ts):
                sent = {"event": "notice.sent", "delivery": waiting.key, "ts": ts}
                log.info("told %s as %s", waiting.key, ts, extra=sent)
                await self._store.settle(waiting, DeliveryState.SENT, now=now, ts=ts)
            case Refused(error, retry_after) if retry_after is not None and now - waiting.created_at < GIVE_UP:
                until = now + max(retry_after, min(retry_after * 2**waiting.attempts, LONGEST_PAUSE))
                log.warning("Slack refused %s for now: %s", waiting.key, error)
                await self._store.settle(waiting, DeliveryState.PENDING, now=now, note=error, not_before=until)
            case Refused(error):
                log.error("Slack will not take %s: %s", waiting.key, error)
                await self._store.settle(waiting, DeliveryState.HELD, now=now, note=error)
            case Unknown(reason):
                log.warning("no answer for %s: %s; its conversation's history will tell", waiting.key, reason)
                until = now + SETTLE
                await self._store.settle(waiting, DeliveryState.SENDING, now=now, note=reason, not_before=until)
            case _:
                assert_never(outcome)

    async def _recall(self, waiting: WaitingNotice) -> None:
        """Find out whether an unanswered call arrived."""
        now = self._clock()
        began = waiting.attempted_at or waiting.created_at
        if waiting.not_before is None:  # nobody saw the call end
            over = began + LONGEST_CALL + SETTLE
            await self._store.settle(waiting, DeliveryState.SENDING, now=now, not_before=over)
            return
        try:
            ts = await self._messenger.find(waiting.conversation, key=waiting.key, since=began - LOOK_BACK)
        except SlackError as error:
            log.warning("cannot tell whether %s arrived: %s", waiting.key, error)
            wait = ask_again_after(error, now - began)
            state = DeliveryState.PENDING if wait is None else DeliveryState.SENDING
            until = None if wait is None else now + wait
            await self._store.settle(waiting, state, now=now, note=str(error), not_before=until)
            return
        state = DeliveryState.SENT if ts else DeliveryState.PENDING
        await self._store.settle(waiting, state, now=now, ts=ts)
