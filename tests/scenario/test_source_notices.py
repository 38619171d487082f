"""What whoever runs this is told, in a real channel, over a real outbox, with answers lost and processes killed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.poll import PollRecord
from bot.domain.source import Problem
from bot.pipeline.channels import DeskChannels
from bot.pipeline.deliver import LONGEST_CALL, SETTLE
from bot.pipeline.source_watch import LOOK_EVERY, SourceWatch
from bot.pipeline.tell_operators import TellOperators
from bot.slack.blocks.source_notice import source_notice
from bot.slack.messenger import SlackMessenger, posting_client
from bot.storage.source_notices import SourceNoticeStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.delivering import Desk
    from support.lossy import Fate

ADMIN, NAME = "C0WORLD", "#world-desk"
MINUTES = timedelta(minutes=1)


class Operators:
    """The watch and what tells, over a desk's database, relay and clock."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.store = SourceNoticeStore(desk.archive.database)
        self.messenger = SlackMessenger(posting_client(desk.sandbox.workspace.app.bot_token, desk.relay.api_url))
        self.restart()

    def restart(self) -> None:
        desks = DeskChannels({"": NAME}, self.messenger, self.store)
        self.watch = SourceWatch(self.store, desks)
        self.tell = TellOperators(self.store, self.messenger, source_notice, self.desk.clock)

    async def work(self, rounds: int = 1) -> None:
        for _ in range(rounds):
            await self.watch.run(self.desk.clock())
            await self.tell.run(self.desk.clock())
            self.desk.clock.forward(seconds=LOOK_EVERY.total_seconds())

    async def poll(self, *names: str, errors: int = 0) -> None:
        """A look at each, which failed for the so many-th time, or went well."""
        for name in names:
            await self.desk.archive.sources.record_poll(
                PollRecord(
                    source=self.desk.archive.source(name), at=self.desk.clock(), next_poll_at=self.desk.clock(),
                    pace=10 * MINUTES, problem=Problem.DNS if errors else None,
                    reason="its host name is not known" if errors else None, error_count=errors,
                )
            )  # fmt: skip

    async def list(self, *names: str) -> None:
        await self.desk.archive.sources.list_sources(
            [self.desk.archive.source(name) for name in names], now=self.desk.clock()
        )
        await self.poll(*names)

    async def fail(self, *names: str) -> None:
        for errors in (1, 2, 3):
            await self.poll(*names, errors=errors)
            self.desk.clock.forward(minutes=15)

    async def texts(self) -> Sequence[str]:
        return [each["text"] for each in await self.desk.seen(ADMIN)]


@pytest.fixture
async def operators(desk: Desk) -> Operators:
    desk.clock.forward(hours=-1)  # what fails has to fail for a while, and the server has its own clock
    operators = Operators(desk)
    await operators.list("wire", "paper", "radio", "post")
    return operators


async def test_one_that_breaks_is_told_once_and_once_that_it_is_well(operators: Operators) -> None:
    await operators.work(2)
    assert await operators.texts() == []
    await operators.fail("wire")
    await operators.work(4)
    (broke,) = await operators.texts()
    assert broke == "Sample Wire broke: nothing new reaches us from there."

    operators.restart()
    await operators.work(4)
    await operators.poll("wire")
    await operators.work(4)
    assert list(await operators.texts())[1:] == ["Sample Wire answers again."]


async def test_when_our_network_is_down_it_is_one_notice_for_all(operators: Operators) -> None:
    await operators.fail("wire", "paper", "radio", "post")
    await operators.work(6)
    (outage,) = await operators.texts()
    assert outage.startswith("4 of 4 sources have stopped answering since")
    assert "our own network" in outage

    await operators.poll("wire", "paper", "radio", "post")
    await operators.work(6)
    assert list(await operators.texts())[1:] == ["Sources answer again: 4 of 4."]


@pytest.mark.parametrize("fate", ["lose_answer", "error_after", "lose_call", "error_before", "busy"])
async def test_a_notice_whose_answer_is_lost_stands_once(operators: Operators, fate: Fate) -> None:
    await operators.fail("wire")
    operators.desk.relay.next(fate)
    await operators.work()
    operators.desk.clock.forward(seconds=SETTLE.total_seconds())
    await operators.work(6)
    assert len(await operators.texts()) == 1


async def test_while_slack_will_not_say_whether_it_arrived_it_is_not_told_again(operators: Operators) -> None:
    await operators.fail("wire")
    operators.desk.relay.next("lose_answer")
    operators.desk.relay.refused["conversations.history"] = "ratelimited"
    await operators.work()
    for _ in range(20):
        operators.desk.clock.forward(minutes=1)
        await operators.work()
    operators.desk.relay.refused.clear()
    operators.desk.clock.forward(minutes=1)
    await operators.work(2)
    assert len(await operators.texts()) == 1


async def test_killed_between_its_commit_and_its_call_it_is_told_once(operators: Operators) -> None:
    await operators.fail("wire")
    await operators.watch.run(operators.desk.clock())
    waiting = await operators.store.next_notice(now=operators.desk.clock())
    assert waiting is not None
    assert await operators.store.begin(waiting, now=operators.desk.clock())
    operators.restart()  # ... and killed here: the call was never made
    await operators.work()
    operators.desk.clock.forward(seconds=(LONGEST_CALL + SETTLE).total_seconds())
    await operators.work(4)
    assert len(await operators.texts()) == 1


async def test_killed_after_its_call_it_is_found_and_not_told_again(operators: Operators) -> None:
    await operators.fail("wire")
    await operators.watch.run(operators.desk.clock())
    waiting = await operators.store.next_notice(now=operators.desk.clock())
    assert waiting is not None
    await operators.store.begin(waiting, now=operators.desk.clock())
    await operators.messenger.post(ADMIN, source_notice(waiting.notice), key=waiting.key)
    operators.restart()
    await operators.work()
    operators.desk.clock.forward(seconds=(LONGEST_CALL + SETTLE).total_seconds())
    await operators.work(4)
    assert len(await operators.texts()) == 1


async def test_what_is_told_before_the_channel_is_there_waits_for_it(operators: Operators) -> None:
    operators.desk.relay.refused["conversations.list"] = "internal_error"
    await operators.fail("wire")
    await operators.work(2)
    assert await operators.texts() == []
    operators.desk.relay.refused.clear()
    await operators.work(3)
    assert len(await operators.texts()) == 1
