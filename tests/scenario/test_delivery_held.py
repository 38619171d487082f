"""A channel archived, the bot removed, a token revoked: what waits is held, somebody told, and it goes on by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from support.delivering import CHANNEL, Desk, update
from support.talks import words

from bot.domain.decision import AlertAction, Urgency
from bot.domain.hold import EVERYWHERE, Obstacle
from bot.domain.subscription import ALL_TRACKS, Subscription
from bot.pipeline.channels import DeskChannels
from bot.pipeline.holding import pause
from bot.sandbox.client import ControlClient
from bot.slack.messenger import SlackMessenger, posting_client
from bot.storage.desk import DeskStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PRIVATE, ADMIN = "G0DESK", "C0WORLD"
MOST = 15
"""Minutes after which a held conversation is looked at, whatever happens."""


@pytest.fixture
async def people(desk: Desk) -> AsyncIterator[ControlClient]:
    async with ControlClient(desk.sandbox.url) as client:
        yield client


async def subscribe(desk: Desk, conversation: str, user: str = "U0DANA", *, track: str = ALL_TRACKS) -> None:
    wanted = Subscription(user, conversation, "talks", track, Urgency.LOW, desk.clock())
    await desk.archive.desk.subscribe([wanted])


async def direct(desk: Desk, user: str) -> list[dict[str, Any]]:
    """What a person was told in direct messages; nothing where none were ever opened."""
    return await desk.seen(f"D0{user.upper()}")


async def test_what_waits_for_an_archived_channel_is_posted_in_order_once_it_is_back(
    desk: Desk, people: ControlClient
) -> None:
    await people.do("archive", channel=CHANNEL)
    for name in ("one", "two", "three"):
        await desk.archive.open_development(name)
    await desk.work(5)
    before = desk.relay.posts
    await desk.work(5)
    assert desk.relay.posts == before == 1, "a held conversation is left alone"

    await people.do("unarchive", channel=CHANNEL)
    desk.clock.forward(minutes=MOST)
    await desk.work(6)
    cards = [text for text in await desk.texts() if "card" in text]
    assert cards == ["d-one card of 1", "d-two card of 1", "d-three card of 1"]
    assert await desk.holds.holds() == {}


async def test_while_it_is_not_mended_it_is_looked_at_less_and_less_often_and_never_posted_to(
    desk: Desk, people: ControlClient
) -> None:
    await people.do("archive", channel=CHANNEL)
    await desk.archive.open_development("one")
    await desk.work()
    looks = []
    for _ in range(60):
        desk.clock.forward(minutes=1)
        await desk.deliver.run(desk.clock())
        looks.append(desk.relay.calls["conversations.info"])
    assert desk.relay.posts == 1
    assert 5 <= looks[-1] <= 8
    assert looks[:5] == [1, 1, 2, 2, 2]


async def test_an_event_makes_it_look_at_once(desk: Desk, people: ControlClient) -> None:
    await people.do("archive", channel=CHANNEL)
    await desk.archive.open_development("one")
    await desk.work()
    await people.do("unarchive", channel=CHANNEL)
    await desk.work(2)
    assert "d-one card of 1" not in await desk.texts()

    assert await desk.archive.desk.look_again(CHANNEL, now=desk.clock())
    await desk.work(2)
    assert (await desk.texts())[-1] == "d-one card of 1"
    assert not await desk.archive.desk.look_again(CHANNEL, now=desk.clock())


async def test_whoever_subscribed_it_and_the_admin_channel_are_told_once(desk: Desk, people: ControlClient) -> None:
    await subscribe(desk, PRIVATE)
    await subscribe(desk, PRIVATE, "U0LENA", track="politics")
    messenger = SlackMessenger(posting_client(desk.sandbox.workspace.app.bot_token, desk.relay.api_url))
    desk.administrators = DeskChannels({"admin": "#world-desk"}, messenger, desk.archive.deliveries)
    desk.deliver = desk.step(desk.render)
    await people.do("join", channel=PRIVATE)
    await people.do("leave", channel=PRIVATE)
    await desk.archive.open_development("one")
    await desk.archive.open_development("two")
    await desk.work(8)
    for _ in range(3):  # three looks that find nothing mended
        desk.clock.forward(minutes=MOST)
        await desk.work(2)

    for notice in (await direct(desk, "dana"), await direct(desk, "lena"), await desk.seen(ADMIN)):
        (told,) = notice
        said = words(told["blocks"])
        assert said.startswith(f"I have not been able to post in <#{PRIVATE}> since")
        assert "I cannot see it: it is private and I am not in it, or it is gone. 2 alerts wait for it." in said
        assert "`/invite @backchannel`" in said
    assert await desk.texts() == ["d-one card of 1", "d-two card of 1"], "another channel is not held up"

    await people.do("join", channel=PRIVATE, inviter="U0DANA")
    desk.clock.forward(minutes=MOST)
    await desk.work(6)
    cards = [message["text"] for message in await desk.seen(PRIVATE) if message["text"].startswith("d-")]
    assert cards == ["d-one card of 1", "d-two card of 1"]
    assert len(await direct(desk, "dana")) == 1


async def test_mended_before_anybody_was_told_nobody_is(desk: Desk, people: ControlClient) -> None:
    await subscribe(desk, CHANNEL)
    desk.relay.refused["conversations.open"] = "internal_error"
    await people.do("archive", channel=CHANNEL)
    await desk.archive.open_development("one")
    await desk.work(3)
    await people.do("unarchive", channel=CHANNEL)
    await desk.archive.desk.look_again(CHANNEL, now=desk.clock())
    desk.relay.refused.clear()
    desk.clock.forward(minutes=1)
    await desk.work(4)

    assert (await desk.texts())[-1] == "d-one card of 1"
    assert await direct(desk, "dana") == []


@pytest.mark.parametrize("error", ["token_revoked", "invalid_auth", "account_inactive"])
async def test_a_token_slack_does_not_take_stops_the_workspace_until_it_does(
    desk: Desk, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    await subscribe(desk, ADMIN)
    refused = ["chat.postMessage", "chat.update", "conversations.info", "conversations.history", "conversations.open"]
    desk.relay.refused |= dict.fromkeys([*refused, "auth.test"], error)
    for name in ("one", "two"):
        await desk.archive.open_development(name)
    await desk.work(4)
    met = desk.relay.posts
    assert met <= 2, "two conversations may have been tried at once"
    asked = []
    for _ in range(60):
        desk.clock.forward(minutes=1)
        await desk.deliver.run(desk.clock())
        asked.append(desk.relay.calls["auth.test"])
    assert desk.relay.posts == met
    assert 5 <= asked[-1] <= 12
    assert sum("everything is held" in record.message for record in caplog.records) == 1

    desk.relay.refused.clear()
    desk.clock.forward(minutes=MOST)
    await desk.work(6)
    assert await desk.texts() == ["d-one card of 1", "d-two card of 1"]
    assert [each["text"] for each in await desk.seen(ADMIN)] == ["d-one card of 1", "d-two card of 1"]
    desk.clock.forward(minutes=MOST)
    await desk.work()
    assert await desk.holds.holds() == {}


async def test_a_scope_that_is_missing_is_tried_again_now_and_then(desk: Desk) -> None:
    desk.relay.refused["chat.postMessage"] = "missing_scope"
    await desk.archive.open_development("one")
    for _ in range(60):
        await desk.work()
        desk.clock.forward(minutes=1)
    assert 5 <= desk.relay.posts <= 12

    desk.relay.refused.clear()
    desk.clock.forward(minutes=MOST)
    await desk.work(2)
    assert await desk.texts() == ["d-one card of 1"]


async def test_a_process_that_starts_with_a_new_token_looks_at_once(desk: Desk) -> None:
    desk.relay.refused |= dict.fromkeys(["chat.postMessage", "auth.test"], "token_revoked")
    await desk.archive.open_development("one")
    await desk.work()
    for _ in range(6):
        desk.clock.forward(minutes=MOST)
        await desk.work()
    desk.relay.refused.clear()
    await desk.work(2)
    assert await desk.texts() == []

    desk.deliver = desk.step(desk.render)
    await desk.work(2)
    assert await desk.texts() == ["d-one card of 1"]


async def test_an_edit_and_a_reply_are_held_with_their_channel(desk: Desk, people: ControlClient) -> None:
    await desk.archive.open_development("one")
    await desk.work()
    await people.do("archive", channel=CHANNEL)
    await update(desk, "d-one", action=AlertAction.THREAD)
    await desk.work(5)
    assert (await desk.texts())[0] == "d-one card of 1"

    await people.do("unarchive", channel=CHANNEL)
    desk.clock.forward(minutes=MOST)
    await desk.work(5)
    card, *_, reply = await desk.seen()
    assert (card["text"], reply["text"], reply["thread_ts"]) == ("d-one card of 2", "d-one update of 2", card["ts"])


async def test_of_a_held_conversation_one_can_ask(desk: Desk, people: ControlClient) -> None:
    await people.do("archive", channel=CHANNEL)
    since = desk.clock()
    await desk.archive.open_development("one")
    await desk.archive.open_development("two")
    await desk.work(3)

    (held,) = await DeskStore(desk.archive.database).held()
    assert (held.place, held.obstacle, held.waiting) == (CHANNEL, Obstacle.ARCHIVED, 2)
    assert held.since - since < timedelta(seconds=2)


def test_looking_again_takes_longer_each_time_and_never_too_long() -> None:
    for obstacle in Obstacle:
        pauses = [pause(obstacle, failures) for failures in range(1, 40)]
        assert pauses == sorted(pauses)
        assert pauses[-1] <= timedelta(minutes=MOST)
    assert EVERYWHERE == "*"
