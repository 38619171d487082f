"""What stands in the way of writing is told from a bug, by the real errors of real databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.fullness import Quota, impatient, locked

from bot.storage.database import Database
from bot.storage.room import try_to_write
from bot.storage.trouble import trouble

if TYPE_CHECKING:
    from support.archive import Archive, Clock


async def met(database: Database, clock: Clock) -> BaseException:
    with pytest.raises(Exception) as caught:  # noqa: PT011 -- which one it is is what is asked
        await try_to_write(database, now=clock())
    return caught.value


async def test_a_full_database_is_full_until_there_is_room(archive: Archive, clock: Clock) -> None:
    quota = Quota(archive.database)
    quota.fill()
    error = await met(archive.database, clock)
    assert "there is no room left to write" in (trouble(error, archive.database) or "")
    assert trouble(ExceptionGroup("several", [error, error]), archive.database)
    assert trouble(ExceptionGroup("one is a bug", [error, ValueError("a bug")]), archive.database) is None

    quota.make_room()
    await try_to_write(archive.database, now=clock())
    await try_to_write(archive.database, now=clock())


async def test_a_locked_database_is_locked_by_somebody_else(archive: Archive, clock: Clock) -> None:
    await impatient(archive.database)
    with locked(archive.database):
        error = await met(archive.database, clock)
    assert "another process keeps" in (trouble(error, archive.database) or "")


async def test_a_server_that_is_not_there_is_away(clock: Clock) -> None:
    database = Database("postgresql+asyncpg://desk:hidden@127.0.0.1:1/talks")
    told = trouble(await met(database, clock), database)
    assert told is not None
    assert "cannot be reached" in told
    assert "hidden" not in told
    await database.close()


@pytest.mark.parametrize("archive", ["postgresql"], indirect=True)
async def test_a_server_that_ends_our_connections_is_away_for_a_moment(archive: Archive, clock: Clock) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 -- which one it is is what is asked
        async with archive.database.write() as connection:
            await connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
    assert "cannot be reached" in (trouble(caught.value, archive.database) or "")
    await try_to_write(archive.database, now=clock())


@pytest.mark.parametrize("archive", ["sqlite", "postgresql"], indirect=True)
async def test_a_mistake_of_ours_is_no_trouble_of_the_database(archive: Archive) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 -- which one it is is what is asked
        async with archive.database.write() as connection:
            await connection.exec_driver_sql("SELECT nothing FROM nowhere")
    assert trouble(caught.value, archive.database) is None
    assert trouble(ValueError("a bug"), archive.database) is None
