"""How late the event loop is, and what that makes of this process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from support.patience import until

from bot.engine.loop_watch import LoopWatch
from bot.observation import Observation

if TYPE_CHECKING:
    from support.archive import Archive, Clock


async def test_what_blocks_the_loop_is_seen_while_it_lasts_and_for_a_minute_after() -> None:
    watch = LoopWatch()
    watch.start()
    await until(lambda: bool(watch._beats))  # noqa: SLF001 -- its first beat
    time.sleep(0.8)  # noqa: ASYNC251 -- that is the point
    assert watch.latest > 0.4
    await until(lambda: watch.worst > 0.4)
    await until(lambda: watch.latest < 0.4)
    assert watch.worst > 0.4
    await watch.stop()


async def test_a_process_is_well_while_its_loop_turns_and_says_what_it_lacks_to_be_ready(
    archive: Archive, clock: Clock
) -> None:
    seen = Observation(archive.database, clock)
    seen.loop.start()
    assert all(each.ok for each in await seen.alive())
    assert {each.what: each.ok for each in await seen.ready()} == {
        "loop": True, "database": True, "migrations": True, "disk": True,
    }  # fmt: skip

    async with archive.database.write() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    wrong = [each for each in await seen.ready() if not each.ok]
    assert [(each.what, each.seen.split(",")[0]) for each in wrong] == [("migrations", "at 0001")]
    await seen.loop.stop()


async def test_metrics_are_there_without_a_database_and_count_nothing_twice(archive: Archive, clock: Clock) -> None:
    seen = Observation(archive.database, clock)
    await archive.open_development("before")
    assert b"backchannel_items_total 0.0" in await seen.page()
    await archive.open_development("one")
    for _ in range(2):
        page = await seen.page()
        assert b"backchannel_items_total 1.0" in page
        assert b'backchannel_decisions_total{status="new"} 1.0' in page
        assert b'backchannel_queue_depth{queue="unaddressed"} 2.0' in page

    async with archive.database.write() as connection:
        await connection.exec_driver_sql("DROP TABLE deliveries")
    page = await seen.page()
    assert b'backchannel_up{state="database_readable"} 0.0' in page
    assert b"backchannel_items_total 1.0" in page
