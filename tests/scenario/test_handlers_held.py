"""A conversation that is held, as people meet it: in what the sources are doing, and when they mend it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from support.talks import words

from bot.domain.decision import AlertAction
from bot.domain.delivery import Address, Lane
from bot.domain.hold import Obstacle
from bot.storage.holds import HoldStore

if TYPE_CHECKING:
    from conftest import Floor

CHANNEL, STRANGE = "C0TALKS", "C0GENERAL"


async def hold(floor: Floor, place: str, obstacle: Obstacle) -> HoldStore:
    """As the deliver step does when something stands in the way."""
    await floor.open_development("one")
    outbox = floor.archive.deliveries
    for alert in await floor.archive.alerts.unaddressed(limit=10):
        await floor.archive.alerts.address([(alert, [Address(place, AlertAction.POST)])], now=floor.clock())
    met = await outbox.head(place, Lane.MESSAGES, now=floor.clock())
    assert met is not None
    store = HoldStore(floor.archive.database)
    await store.hold(
        place, obstacle, "x", delivery=met, now=floor.clock(), pause=lambda failures: timedelta(hours=failures)
    )
    return store


async def test_sources_says_what_is_held_since_when_and_why(floor: Floor) -> None:
    await hold(floor, STRANGE, Obstacle.ARCHIVED)
    answer = await floor.ask("sources")
    said = words(answer["blocks"])
    assert f"• <#{STRANGE}> held: it is archived, since <!date^" in said
    assert "1 alert waits." in said
    assert "1 conversation cannot be delivered to." in answer["text"]


async def test_a_channel_taken_out_of_the_archive_is_looked_at_at_once(floor: Floor) -> None:
    await floor.people.do("archive", channel=CHANNEL)
    store = await hold(floor, CHANNEL, Obstacle.ARCHIVED)
    await floor.people.do("unarchive", channel=CHANNEL)
    await _looked_at(floor, store, CHANNEL)


async def test_a_channel_the_bot_is_invited_to_again_is_looked_at_at_once(floor: Floor) -> None:
    store = await hold(floor, STRANGE, Obstacle.NOT_THERE)
    await floor.people.do("join", channel=STRANGE, inviter="U0DANA")
    await _looked_at(floor, store, STRANGE)


async def _looked_at(floor: Floor, store: HoldStore, place: str) -> None:
    async with asyncio.timeout(20):
        while (await store.holds())[place].next_probe_at != floor.clock():  # noqa: ASYNC110 -- nothing tells of it
            await asyncio.sleep(0.02)
