"""Ways to deliver: ours, and two that are common, to see that the soak tells them apart.

`naive` posts, then marks as sent, and posts again after any error or restart. `sdk_retries` is ours in everything but
the client, which is the SDK's as it comes, with its default retry handlers.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.alert import Told
from bot.domain.decision import AlertAction
from bot.domain.delivery import Accepted, DeliveryState, Lane, Refused
from bot.pipeline.deliver import PACE
from bot.slack.messenger import posting_client

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.alert import Message
    from bot.pipeline.deliver import DeliveryStore, Messenger

OURS, NAIVE, SDK_RETRIES = "ours", "naive", "sdk_retries"
STRATEGIES = (OURS, NAIVE, SDK_RETRIES)
_AGAIN = timedelta(seconds=1)


def client(strategy: str, token: str, base_url: str) -> AsyncWebClient:
    """What Slack is called with."""
    if strategy == SDK_RETRIES:
        return AsyncWebClient(token=token, base_url=base_url)
    return posting_client(token, base_url)


class NaiveDeliverStep:
    """Posts what waits, then marks it as sent; what was not marked is posted again."""

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
        """One call to every conversation and lane; returns how many."""
        waiting = [
            (conversation, lane)
            for lane, pace in PACE.items()
            for conversation in await self._store.conversations_waiting(lane, now=now, pace=pace)
        ]
        await asyncio.gather(*(self._next(conversation, lane, now) for conversation, lane in waiting))
        return len(waiting)

    async def _next(self, conversation: str, lane: Lane, now: datetime) -> None:
        delivery = await self._store.head(conversation, lane, now=now)
        if delivery is None:
            return
        card = None
        if delivery.action is not AlertAction.POST and delivery.development is not None:
            card = await self._store.card_ts(conversation, delivery.development)
        told = await self._store.told(delivery)
        if not isinstance(told, Told):
            return
        message = self._render(delivery.action, told)
        if delivery.action is AlertAction.EDIT and card is not None:
            outcome = await self._messenger.edit(conversation, card, message, key=delivery.key)
        else:
            outcome = await self._messenger.post(
                conversation, message, key=delivery.key, thread_ts=card, broadcast=told.alert.broadcast
            )
        if isinstance(outcome, Accepted):
            await self._store.settle(delivery, DeliveryState.SENT, now=self._clock(), ts=outcome.ts)
            return
        wait = outcome.retry_after if isinstance(outcome, Refused) and outcome.retry_after else _AGAIN
        again = self._clock() + wait
        await self._store.settle(delivery, DeliveryState.PENDING, now=self._clock(), not_before=again)
