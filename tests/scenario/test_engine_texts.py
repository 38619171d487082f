"""The engine reads pages beside its other steps, and detection hears of what was read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from support.patience import until

from bot.engine.local import LocalEngine, Steps
from bot.pipeline.poll import PollStep
from bot.pipeline.rhythm import Rhythm
from bot.storage.leases import LeaseStore
from config.schema import Publishers

if TYPE_CHECKING:
    from support.archive import Archive


class Counted:
    """A step that has work `work` times."""

    def __init__(self, work: int = 0) -> None:
        self.left = work
        self.runs = 0

    async def run(self, now: datetime) -> int:
        del now
        self.runs += 1
        self.left -= 1
        return int(self.left >= 0)


async def tidy(now: datetime) -> None:
    del now


def clock() -> datetime:
    return datetime.now(UTC)


async def test_pages_are_read_while_this_process_leads_and_detection_is_woken_for_each(archive: Archive) -> None:
    detect, texts = Counted(), Counted(work=3)
    poll = PollStep(archive.sources, None, Publishers(families=(), agencies=()), Rhythm(lambda: 0.5), clock)  # type: ignore[arg-type]  # nothing is due
    await archive.sources.list_sources([], now=clock())
    steps = Steps(poll, detect, Counted(), Counted(), tidy, texts)
    engine = LocalEngine(steps, LeaseStore(archive.database), archive.sources, clock, tick_seconds=0.05)
    await engine.start()
    await until(lambda: texts.runs > 3)
    await until(lambda: detect.runs > 1)
    await engine.stop()
