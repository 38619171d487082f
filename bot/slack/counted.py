"""A messenger that tells somebody how each of its calls ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.slack.messenger import SlackMessenger

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.domain.alert import Message
    from bot.domain.delivery import SendOutcome


class CountedMessenger(SlackMessenger):
    """The same messenger; `told` hears "post" or "edit" and the outcome."""

    def __init__(self, client: AsyncWebClient, told: Callable[[str, SendOutcome], None]) -> None:
        super().__init__(client)
        self._told = told

    async def post(
        self, conversation: str, message: Message, *, key: str, thread_ts: str | None = None, broadcast: bool = False
    ) -> SendOutcome:
        """Post a message carrying `key` in its metadata."""
        outcome = await super().post(conversation, message, key=key, thread_ts=thread_ts, broadcast=broadcast)
        self._told("post", outcome)
        return outcome

    async def edit(self, conversation: str, ts: str, message: Message, *, key: str) -> SendOutcome:
        """Replace a message."""
        outcome = await super().edit(conversation, ts, message, key=key)
        self._told("edit", outcome)
        return outcome
