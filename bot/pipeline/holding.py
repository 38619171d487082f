"""Holding: what stands in the way of a conversation or of the workspace, looked at again until it is mended.

A definite no that a person can mend holds its conversation, or the workspace where it is about our token; three calls
in a row without an answer are an outage. What is held waits in order, and is tried again by itself: after a look that
shows nothing in the way any more, at growing intervals, or at once where Slack says that something happened there.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from bot.domain.hold import EVERYWHERE, Obstacle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.domain.delivery import Delivery
    from bot.domain.hold import Hold

# How soon to look again, and how seldom at last.
_CONVERSATION = (timedelta(minutes=1), timedelta(minutes=15))
_PAUSES = {
    Obstacle.UNREACHABLE: (timedelta(seconds=2), timedelta(minutes=1)),
    Obstacle.TOKEN: (timedelta(seconds=30), timedelta(minutes=15)),
    Obstacle.SCOPE: (timedelta(seconds=30), timedelta(minutes=15)),
}
# A hold found mended is remembered for so long: what was unknown is looked up meanwhile, and then all that is late is
# known and told with what was in the way.
_REMEMBERED = timedelta(minutes=5)

log = logging.getLogger(__name__)


class HoldStore(Protocol):
    """Where holds are kept."""

    async def holds(self) -> Mapping[str, Hold]:
        """Every hold, by its place."""
        ...

    async def hold(
        self,
        place: str,
        obstacle: Obstacle,
        reason: str,
        *,
        delivery: Delivery,
        now: datetime,
        pause: Callable[[int], timedelta],
    ) -> tuple[Hold, bool]:
        """Keep that something stands in the way; the hold, and whether it is a new one.

        `pause` says how long after the so many-th failure to look again.
        """
        ...

    async def put_off(self, place: str, obstacle: Obstacle, *, until: datetime) -> None:
        """It is still in the way, or something else is."""
        ...

    async def mended(self, place: str, *, now: datetime) -> None:
        """Nothing is in the way any more: what waits there need wait no longer."""
        ...

    async def release(self, place: str) -> None:
        """The hold has ended."""
        ...


class Prober(Protocol):
    """Looks without posting."""

    async def probe(self, place: str, obstacle: Obstacle) -> Obstacle | None:
        """What stands in the way of a conversation, or EVERYWHERE, by now; None where nothing seems to."""
        ...


class Holding:
    """Keeps holds while things are in the way, and ends them when they are not."""

    def __init__(self, store: HoldStore, prober: Prober, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._prober = prober
        self._clock = clock
        self._known: dict[str, Hold] = {}
        # A process that has just started may have been given what was missing: it looks at once.
        self._looked = False

    @property
    def stopped(self) -> bool:
        """Whether nothing is to be delivered anywhere."""
        return EVERYWHERE in self._known and self._known[EVERYWHERE].closed

    async def look(self, now: datetime) -> None:
        """Look again at what is due: first at the workspace, and at conversations only where that is well."""
        self._known = dict(await self._store.holds())
        for hold in [each for each in self._known.values() if each.mended_at and now - each.mended_at > _REMEMBERED]:
            await self._end(hold.place)
        if self.stopped:
            await self._look_at(self._known[EVERYWHERE], now, at_once=not self._looked)
        self._looked = True
        if self.stopped:
            return
        for hold in [each for each in self._known.values() if each.closed]:
            await self._look_at(hold, now)

    async def met(self, obstacle: Obstacle, reason: str, delivery: Delivery) -> None:
        """Something stood in the way of a delivery."""
        place = EVERYWHERE if obstacle.everywhere else delivery.conversation
        now = self._clock()
        hold, new = await self._store.hold(
            place,
            obstacle,
            reason,
            delivery=delivery,
            now=now,
            pause=lambda failures: pause(obstacle, failures),
        )
        before = self._known.get(place)
        self._known[place] = hold
        if hold.closed and (new or before is None or not (before.closed or before.mended_at)):
            where = "everything" if place == EVERYWHERE else place
            log.error("%s is held until it is mended: %s (%s)", where, _WORDS[obstacle], reason)

    async def answered(self) -> None:
        """Slack answered a call, whatever it said: it can be reached."""
        hold = self._known.get(EVERYWHERE)
        if hold is not None and hold.obstacle is Obstacle.UNREACHABLE and hold.mended_at is None:
            await self._end(EVERYWHERE)

    async def passed(self, conversation: str) -> None:
        """A delivery arrived: nothing is in the way of its conversation."""
        await self.answered()
        if conversation in self._known:
            await self._end(conversation)

    async def _look_at(self, hold: Hold, now: datetime, *, at_once: bool = False) -> None:
        if now < hold.next_probe_at and not at_once:
            return
        found = await self._prober.probe(hold.place, hold.obstacle)
        now = self._clock()
        if found is None:
            log.info("%s can be delivered to again", "everything" if hold.place == EVERYWHERE else hold.place)
            await self._store.mended(hold.place, now=now)
        else:
            # A look at a conversation that got no answer says nothing of what is in its way.
            obstacle = hold.obstacle if found.everywhere and hold.place != EVERYWHERE else found
            await self._store.put_off(hold.place, obstacle, until=now + pause(obstacle, hold.failures + 1))
        self._known = dict(await self._store.holds())

    async def _end(self, place: str) -> None:
        self._known.pop(place, None)
        await self._store.release(place)


def pause(obstacle: Obstacle, failures: int) -> timedelta:
    """How long after the so many-th failure in a row to look again: doubled each time, up to a longest."""
    first, longest = _PAUSES.get(obstacle, _CONVERSATION)
    doubled: timedelta = first * 2 ** min(failures - 1, 10)
    return min(doubled, longest)


_WORDS = {
    Obstacle.ARCHIVED: "the channel is archived",
    Obstacle.NOT_THERE: "the bot is not in the channel",
    Obstacle.NOT_FOUND: "there is no such channel that the bot can see",
    Obstacle.RESTRICTED: "posting in the channel is restricted",
    Obstacle.TOKEN: "Slack does not take the bot token any more; install the app again and set SLACK_BOT_TOKEN",
    Obstacle.SCOPE: "the bot token lacks a scope; install the app again from config/manifest.json",
    Obstacle.UNREACHABLE: "Slack cannot be reached",
}
