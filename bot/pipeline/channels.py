"""Channels: where each negotiation's desk listens, by id once the workspace has told it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from bot.domain.errors import SlackError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

ASK_AGAIN = timedelta(seconds=30)
TRY_AGAIN = timedelta(seconds=5)

log = logging.getLogger(__name__)


class Directory(Protocol):
    """The workspace's channels."""

    async def channel_id(self, name: str) -> str | None:
        """The id of a channel by `#name` or id; None if there is none to see.

        Raises:
            SlackError: The list of channels cannot be read.
        """
        ...


class Rehoming(Protocol):
    """Deliveries that wait for a channel by its name."""

    async def rehome(self, name: str, conversation: str) -> None:
        """Have what waited for a name wait for the channel itself."""
        ...


class DeskChannels:
    """Finds the desks' channels. What is told to one not found yet waits in the outbox under its name."""

    def __init__(
        self, wanted: Mapping[str, str], directory: Directory, store: Rehoming, setting: str = "BACKCHANNEL_CHANNEL"
    ) -> None:
        self._wanted = wanted
        self._directory = directory
        self._store = store
        self._setting = setting
        self._found: dict[str, str] = {}
        self._moved: set[str] = set()
        self._ask_at: datetime | None = None

    async def current(self, now: datetime) -> Mapping[str, str]:
        """Conversation by negotiation: a channel's id, or `#name` while there is no such channel to see."""
        if len(self._moved) < len(self._wanted) and (self._ask_at is None or now >= self._ask_at):
            self._ask_at = now + ASK_AGAIN
            for negotiation, name in self._wanted.items():
                if negotiation in self._found:
                    # Whoever was given the name just before may have left something under it just after.
                    await self._store.rehome(_waiting(name), self._found[negotiation])
                    self._moved.add(negotiation)
                else:
                    await self._find(negotiation, name, now)
        return {negotiation: self._found.get(negotiation, _waiting(name)) for negotiation, name in self._wanted.items()}

    async def _find(self, negotiation: str, name: str, now: datetime) -> None:
        try:
            found = await self._directory.channel_id(name)
        except SlackError as error:
            log.warning("cannot look for channel %s yet: %s", name, error)
            self._ask_at = now + TRY_AGAIN
            return
        if found is None:
            log.error(
                "there is no channel %s that this bot can see; alerts for it wait. "
                "Create it (and /invite the bot if it is private), or set %s",
                name,
                self._setting,
            )
            return
        await self._store.rehome(_waiting(name), found)
        self._found[negotiation] = found


def _waiting(name: str) -> str:
    return f"#{name.removeprefix('#')}"
