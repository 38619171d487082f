"""A real file system of a few megabytes that fills up, where one may be mounted."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from support.archive import Archive, Clock
from support.feed_host import polling
from support.machine import Machine
from support.patience import until

from bot.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:  # noqa: S603 -- fixed words, our own folder
        pytest.skip("no file system may be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)  # noqa: S603, S607 -- the same


@pytest.fixture
async def machine(small_disk: Path, clock: Clock) -> AsyncIterator[Machine]:
    database = Database(f"sqlite+aiosqlite:///{small_disk}/talks.db")
    await database.migrate()
    async for poller in polling(Archive(database), clock):
        machine = Machine(poller)
        clock.now = machine.clock()
        await poller.list("wire", minutes=0.005)
        yield machine
        await machine.engine.stop()
    await database.close()


def fill(file: Path) -> None:
    with file.open("wb", buffering=0) as rest:
        try:
            while True:
                rest.write(b"x" * 4096)
        except OSError:
            return  # that was all the room there was


async def test_a_disk_that_fills_up_pauses_the_engine_until_there_is_room(
    machine: Machine, small_disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await machine.engine.start()
    await until(lambda: machine.asked() > 1)
    fill(small_disk / "somebody's")
    articles = [(f"while full {number} {'x' * 300}", machine.clock()) for number in range(500)]
    machine.poller.host.feeds["wire"].articles = articles
    await until(lambda: machine.engine.paused is not None)
    assert "there is no room left to write" in (machine.engine.paused or "")
    assert "(0 MB free on its disk)" in (machine.engine.paused or "")
    assert await machine.titles() == set()

    (small_disk / "somebody's").unlink()
    await until(lambda: machine.engine.paused is None)
    async with machine.soon():
        while len(await machine.titles()) < len(articles):
            await machine.a_moment()
    assert "Traceback" not in caplog.text
