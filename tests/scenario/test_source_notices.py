"""What whoever runs this is told of the sources, in a real channel, as deliveries among others."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.decision import AlertAction
from bot.domain.delivery import Address, Delivery, DeliveryState, Lane
from bot.domain.poll import PollRecord
from bot.domain.source import Problem
from bot.domain.source_notice import Patient, SourceNews, SourceNotice, Telling
from bot.pipeline.channels import DeskChannels
from bot.pipeline.deliver import AHEAD, LONGEST_CALL, PACE, SETTLE
from bot.pipeline.source_watch import LOOK_EVERY, SourceWatch
from bot.sandbox.client import ControlClient
from bot.slack.messenger import SlackMessenger, posting_client
from bot.storage.source_notices import SourceNoticeStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.delivering import Desk
    from support.lossy import Fate

ADMIN, NAME = "C0WORLD", "#world-desk"
MINUTES = timedelta(minutes=1)


class Operators:
    """The watch over a desk's sources, and the desk's one way to deliver."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.messenger = SlackMessenger(posting_client(desk.sandbox.workspace.app.bot_token, desk.relay.api_url))
        self.store = SourceNoticeStore(desk.archive.database)
        self.restart()

    def restart(self) -> None:
        self.desk.administrators = DeskChannels({"": NAME}, self.messenger, self.desk.archive.deliveries)
        self.watch = SourceWatch(self.store, self.desk.administrators)
        self.desk.deliver = self.desk.step(self.desk.render)

    async def work(self, rounds: int = 1) -> None:
        for _ in range(rounds):
            await self.watch.run(self.desk.clock())
            await self.desk.deliver.run(self.desk.clock())
            self.desk.clock.forward(seconds=LOOK_EVERY.total_seconds())

    async def begun(self) -> Delivery:
        """A call about to be made, as its process left it."""
        await self.watch.run(self.desk.clock())
        waiting = await self.desk.archive.deliveries.head(ADMIN, Lane.MESSAGES, now=self.desk.clock())
        assert waiting is not None
        assert await self.desk.archive.deliveries.begin(waiting, now=self.desk.clock())
        return waiting

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

    async def told(self) -> Sequence[str | None]:
        """By what each source's trouble was told."""
        return [each.told for each in await self.desk.archive.sources.source_health(None, now=self.desk.clock())]


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


@pytest.mark.parametrize("fate", ["lose_answer", "lose_call"])
async def test_a_notice_whose_answer_is_lost_stands_once(operators: Operators, fate: Fate) -> None:
    await operators.fail("wire")
    operators.desk.relay.next(fate)
    await operators.work()
    operators.desk.clock.forward(seconds=SETTLE.total_seconds())
    await operators.work(6)
    assert len(await operators.texts()) == 1


async def test_killed_between_its_commit_and_its_call_it_is_told_once(operators: Operators) -> None:
    await operators.fail("wire")
    await operators.begun()
    operators.restart()  # ... and killed here: the call was never made
    await operators.work()
    operators.desk.clock.forward(seconds=(LONGEST_CALL + SETTLE).total_seconds())
    await operators.work(4)
    assert len(await operators.texts()) == 1


async def test_killed_after_its_call_it_is_found_and_not_told_again(operators: Operators) -> None:
    await operators.fail("wire")
    begun = await operators.begun()
    message = operators.desk.render(begun.action, await operators.desk.archive.deliveries.told(begun))
    await operators.messenger.post(ADMIN, message, key=begun.key)
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


async def test_what_is_left_under_its_name_just_as_it_is_found_is_told_too(operators: Operators) -> None:
    await operators.fail("wire")
    desks = operators.desk.administrators
    assert desks is not None
    assert await desks.current(operators.desk.clock()) == {"": ADMIN}
    patient = Patient("wire", "Sample Wire", operators.desk.clock())
    late = SourceNotice(
        SourceNews.MOVED, "late", (patient,), operators.desk.clock(), operators.desk.clock(), listed=4, answering=3
    )
    await operators.store.tell(Telling(late), NAME, now=operators.desk.clock())  # by who was told the name before
    await operators.work(4)
    assert {text.split()[2] for text in await operators.texts()} == {"broke:", "has"}


async def test_over_before_anybody_was_told_nobody_is_told_of_either(operators: Operators) -> None:
    operators.desk.relay.refused["chat.postMessage"] = "is_archived"
    operators.desk.relay.refused["conversations.info"] = "channel_not_found"
    await operators.fail("wire", "paper")
    await operators.work(2)
    await operators.poll("wire")
    await operators.work(2)
    operators.desk.relay.refused.clear()
    operators.desk.clock.forward(minutes=15)
    await operators.work(4)
    assert await operators.texts() == ["Sample Paper broke: nothing new reaches us from there."]

    await operators.poll("paper")
    await operators.work(4)
    assert list(await operators.texts())[1:] == ["Sample Paper answers again."]
    assert await operators.told() == [None] * 4


async def test_what_is_over_while_it_is_being_told_is_told_to_be_over(operators: Operators) -> None:
    await operators.fail("wire")
    begun = await operators.begun()
    await operators.poll("wire")
    operators.desk.clock.forward(seconds=LOOK_EVERY.total_seconds())
    await operators.watch.run(operators.desk.clock())
    await operators.desk.archive.deliveries.settle(begun, DeliveryState.PENDING, now=operators.desk.clock())
    await operators.work(4)
    assert [text.split(" ", 2)[2] for text in await operators.texts()] == [
        "broke: nothing new reaches us from there.",
        "answers again.",
    ]


async def test_an_outage_over_before_anybody_was_told_leaves_what_is_still_away(operators: Operators) -> None:
    operators.desk.relay.refused["conversations.list"] = "internal_error"
    await operators.fail("wire", "paper", "radio", "post")
    await operators.work()
    await operators.poll("wire", "paper", "radio")
    await operators.work(2)
    operators.desk.relay.refused.clear()
    await operators.work(4)
    assert await operators.texts() == ["Sample Post broke: nothing new reaches us from there."]


async def test_while_the_channel_is_archived_notices_are_held_and_then_told_in_order(operators: Operators) -> None:
    await operators.work()
    async with ControlClient(operators.desk.sandbox.url) as people:
        await people.do("archive", channel=ADMIN)
        await operators.fail("wire")
        await operators.work(4)
        posts = operators.desk.relay.posts
        await operators.fail("paper")
        await operators.work(4)
        assert operators.desk.relay.posts == posts == 1, "a held conversation is left alone"
        await people.do("unarchive", channel=ADMIN)
    operators.desk.clock.forward(minutes=15)
    await operators.work(4)
    told = [text for text in await operators.texts() if "broke" in text]
    assert [text.split(":")[0] for text in told] == ["Sample Wire broke", "Sample Paper broke"]


async def test_a_notice_keeps_the_pace_of_what_else_is_told_in_its_channel(operators: Operators) -> None:
    desk = operators.desk
    burst = 1 + AHEAD[Lane.MESSAGES] // PACE[Lane.MESSAGES]
    for number in range(burst):
        await desk.archive.open_development(f"news{number}", at=desk.clock())
    alerts = await desk.archive.alerts.unaddressed(limit=9)
    there = [Address(ADMIN, AlertAction.POST)]
    await desk.archive.alerts.address([(alert, there) for alert in alerts], now=desk.clock())
    await operators.fail("wire")
    await operators.watch.run(desk.clock())
    for _ in range(burst + 1):
        await desk.deliver.run(desk.clock())
    assert all("card" in text for text in await operators.texts())
    assert len(await operators.texts()) == burst
    desk.clock.forward(seconds=PACE[Lane.MESSAGES].total_seconds())
    await desk.deliver.run(desk.clock())
    assert "broke" in (await operators.texts())[-1]
