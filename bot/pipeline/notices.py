"""Notices: whoever can mend a held conversation is told of it, once.

That is who subscribed it, in direct messages, and the newsroom's admin channel where it has one. A hold on the whole
workspace cannot be told through it: the log says so.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from bot.domain.errors import SlackError
from bot.domain.hold import EVERYWHERE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.domain.hold import Hold
    from bot.domain.subscription import Subscription

ASK_AGAIN = timedelta(seconds=30)

log = logging.getLogger(__name__)


class NoticeStore(Protocol):
    """Holds, and the outbox."""

    async def holds(self) -> Mapping[str, Hold]:
        """Every hold, by its place."""
        ...

    async def tell(self, hold: Hold, conversations: Sequence[str], *, now: datetime) -> None:
        """Leave a notice for each of `conversations` and mark the hold told, in one transaction."""
        ...


class Subscribers(Protocol):
    """Who asked for what."""

    async def subscriptions(self, *, conversation: str | None = None) -> Sequence[Subscription]:
        """Subscriptions of a conversation."""
        ...


class People(Protocol):
    """Where people can be reached."""

    async def direct(self, user: str) -> str:
        """The conversation of a person's direct messages with us.

        Raises:
            SlackError: It cannot be opened.
        """
        ...


class Desks(Protocol):
    """Where the newsroom's administrators listen."""

    async def current(self, now: datetime) -> Mapping[str, str]:
        """Their conversations, by any name."""
        ...


class NoticeStep:
    """Leaves a notice for each hold nobody was told of."""

    def __init__(
        self, store: NoticeStore, subscribers: Subscribers, people: People, administrators: Desks | None
    ) -> None:
        self._store = store
        self._subscribers = subscribers
        self._people = people
        self._administrators = administrators
        self._ask_at: datetime | None = None

    async def run(self, now: datetime) -> int:
        """Leave what is missing; returns how many holds were told."""
        if self._ask_at is not None and now < self._ask_at:
            return 0
        untold = [
            hold
            for place, hold in (await self._store.holds()).items()
            if place != EVERYWHERE and hold.closed and hold.told_at is None
        ]
        for hold in untold:
            try:
                owners = await self._owners(hold.place, now)
            except SlackError as error:
                log.warning("whoever can mend %s cannot be told yet: %s", hold.place, error)
                self._ask_at = now + ASK_AGAIN
                return 0
            if not owners:
                log.warning("nobody can be told that %s is held; set BACKCHANNEL_ADMIN_CHANNEL", hold.place)
            await self._store.tell(hold, owners, now=now)
        return len(untold)

    async def _owners(self, place: str, now: datetime) -> list[str]:
        """Conversations of those who can mend a place; never the place itself."""
        found = list((await self._administrators.current(now)).values()) if self._administrators else []
        for user in dict.fromkeys(each.user for each in await self._subscribers.subscriptions(conversation=place)):
            try:
                found.append(await self._people.direct(user))
            except SlackError as error:
                if error.obstacle is not None or error.retry_after is not None:
                    raise  # nobody can be reached just now
                log.warning("%s, who subscribed %s, cannot be told that it is held: %s", user, place, error)
        return [each for each in dict.fromkeys(found) if each != place]
