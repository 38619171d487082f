"""`/peace-status` typed in a Slack on loopback, answered by the real listeners over a real database."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from support.talks import OPENED, OTHER_TALKS, TALKS, words

from bot.domain.decision import Corroboration, Urgency
from bot.domain.poll import PollRecord
from bot.domain.source import Problem
from bot.domain.subscription import Mute, Subscription

if TYPE_CHECKING:
    from conftest import Floor

CHANNEL, STRANGE, DESK = "C0TALKS", "C0GENERAL", "G0DESK"


async def test_status_says_where_every_track_stands(floor: Floor) -> None:
    await floor.open_development("old", tracks=("territory",))
    floor.clock.forward(days=2)
    await floor.open_development("new", tracks=("territory",), corroboration=Corroboration.CONFIRMED, origins=3)
    floor.clock.forward(hours=3)

    started = time.perf_counter()
    said = words((await floor.ask(""))["blocks"])
    assert time.perf_counter() - started < 1

    territory = said.split("*Territory*")[1].split("*Economy")[0]
    assert " · latest 3 h ago · 3 origins: confirmed" in territory
    assert "<https://wire.example/new|Envoys report on new> — Sample Wire" in territory
    assert "▁▁▁▁█▁█  2 developments in 7 days, 1 in the last 24 h · 1 confirmed and 1 provisional" in territory
    assert "*Economy and sanctions* · nothing yet" in said


async def test_a_track_shows_its_last_developments_with_sources(floor: Floor) -> None:
    for name in ("one", "two"):
        await floor.open_development(name, tracks=("economy",))
        floor.clock.forward(hours=1)
    await floor.open_development("elsewhere", tracks=("territory",))

    said = words((await floor.ask("SANCTIONS"))["blocks"])
    assert said.index("Envoys report on two") < said.index("Envoys report on one")
    assert "Sources: <https://wire.example/two|Sample Wire>" in said
    assert "URGENT · 1 h ago · 1 origin: provisional" in said
    assert "elsewhere" not in said


async def test_a_typo_is_answered_with_the_nearest_and_an_example(floor: Floor) -> None:
    answer = await floor.ask("secruity")
    assert answer["text"] == (
        "I do not know “secruity”. Did you mean security guarantees? Try `/peace-status security`"
    )


async def test_what_a_person_typed_cannot_ping_anybody_in_the_answer(floor: Floor) -> None:
    answer = await floor.ask("<!channel> *now*")
    assert "<!channel>" not in str(answer)
    assert "&lt;!channel&gt; ∗now∗" in answer["text"]


async def test_subscribing_goes_to_the_person_unless_told_otherwise(floor: Floor) -> None:
    answer = await floor.ask("subscribe territory urgent")
    direct = await floor.direct()
    assert await floor.archive.desk.subscriptions() == [
        Subscription("U0DANA", direct, "talks", "territory", Urgency.URGENT, OPENED)
    ]
    said = words(answer["blocks"])
    assert "Subscribed to *Territory* in your direct messages with me." in said
    assert "New developments marked urgent and flash will be posted there once" in said
    assert "`/peace-status unsubscribe territory dm`" in said

    await floor.ask("unsubscribe territory dm")
    assert await floor.archive.desk.subscriptions() == []


async def test_here_is_the_channel_and_in_the_direct_messages_these(floor: Floor) -> None:
    direct = await floor.direct()
    await floor.ask("subscribe land here")
    await floor.ask("subscribe economy here", channel=direct)
    heard = {(each.conversation, each.track) for each in await floor.archive.desk.subscriptions()}
    assert heard == {(CHANNEL, "territory"), (direct, "economy")}


@pytest.mark.parametrize("channel", [STRANGE, DESK])
async def test_where_we_are_not_we_say_how_to_invite_us(floor: Floor, channel: str) -> None:
    answer = await floor.ask("subscribe territory here", channel=channel)
    assert "I am not in that channel yet" in answer["text"]
    assert "`/invite @backchannel`" in answer["text"]
    assert await floor.archive.desk.subscriptions() == []


async def test_subscribing_to_all_is_every_track_now_and_later(floor: Floor) -> None:
    answer = await floor.ask("subscribe all here flash")
    (kept,) = await floor.archive.desk.subscriptions()
    assert (kept.track, kept.floor, kept.conversation) == ("*", Urgency.FLASH, CHANNEL)
    assert "*every track* in <#C0TALKS>" in words(answer["blocks"])

    refused = await floor.ask("unsubscribe territory here")
    assert "You hear every track there" in refused["text"]
    assert "`/peace-status mute territory 7d`" in refused["text"]
    await floor.ask("unsubscribe all here")
    assert await floor.archive.desk.subscriptions() == []


async def test_unsubscribing_from_nothing_says_where_there_is_something(floor: Floor) -> None:
    await floor.ask("subscribe territory here")
    answer = await floor.ask("unsubscribe territory")
    assert "There is no subscription to territory in your direct messages with me." in answer["text"]
    assert "`/peace-status unsubscribe territory here`" in answer["text"]
    assert len(await floor.archive.desk.subscriptions()) == 1

    nothing = await floor.ask("unsubscribe economy")
    assert "`/peace-status list`" in nothing["text"]


async def test_the_list_tells_mine_from_the_channels_and_each_row_has_its_button(floor: Floor) -> None:
    await floor.ask("subscribe territory dm")
    await floor.ask("subscribe economy here", user="omar")
    await floor.ask("mute land 4h")
    answer = await floor.ask("list")
    said = words(answer["blocks"])
    mine, others = said.split("*Also heard here*")
    assert "*Territory* in your direct messages with me · everything" in mine
    assert "*Economy and sanctions* here · everything" in others
    assert "*Territory* muted in <#C0TALKS> until <!date^" in others
    rows = [block["accessory"]["action_id"] for block in answer["blocks"] if "accessory" in block]
    assert rows == ["unsubscribe_one", "unsubscribe_one", "unmute_one"]


async def test_an_empty_list_offers_to_choose(floor: Floor) -> None:
    answer = await floor.ask("list")
    assert "You have no subscriptions" in answer["text"]
    assert "open_subscribe" in str(answer["blocks"])


async def test_mute_is_for_this_conversation_and_ends(floor: Floor) -> None:
    answer = await floor.ask("mute territory 30m")
    until = OPENED + timedelta(minutes=30)
    assert await floor.archive.desk.mutes(now=OPENED) == [Mute(CHANNEL, "talks", "territory", until, "U0DANA")]
    assert "Muted *Territory* in <#C0TALKS> until" in words(answer["blocks"])
    assert "`/peace-status unmute territory`" in words(answer["blocks"])

    assert "can be heard again here" in (await floor.ask("unmute land"))["text"]
    assert await floor.archive.desk.mutes(now=OPENED) == []
    assert "was not muted here" in (await floor.ask("unmute land"))["text"]
    assert "Nothing is muted here" in (await floor.ask("unmute"))["text"]


async def test_sources_tell_broken_from_quiet_and_say_what_happens_next(floor: Floor) -> None:
    sources = [floor.archive.source(name) for name in ("wire", "post", "gone", "late")]
    await floor.archive.sources.list_sources(sources, now=OPENED)
    await floor.archive.keep(floor.archive.item("one"))
    for source, problem, reason, stopped in (
        (sources[1], Problem.HTTP_STATUS, "it answered 503 Service Unavailable", False),
        (sources[2], Problem.GONE, "it answered 410 Gone", True),
    ):
        await floor.archive.sources.record_poll(
            PollRecord(
                source=source,
                at=OPENED,
                next_poll_at=OPENED + timedelta(hours=1),
                pace=source.interval,
                problem=problem,
                reason=reason,
                error_count=1,
                stopped=stopped,
            )
        )
    said = words((await floor.ask("sources"))["blocks"])
    assert "4 sources: 1 stopped, 1 failing, 1 untried, 1 fine." in said
    assert said.index("Sample Gone") < said.index("Sample Post") < said.index("Sample Late") < said.index("Sample Wire")
    assert (
        "*Sample Gone* stopped: It answered 410 Gone. It has never answered. "
        "Not asked again; change its address in `config/sources/talks.yaml`." in said
    )
    assert "*Sample Post* failing since <!date^1764763200^{time}|12:00 UTC>: It answered 503 Service" in said
    assert "Next try: <!date^1764766800^{time}|13:00 UTC>, the 2nd in a row." in said
    assert "• Sample Wire · 1 item in 24 h, last new just now" in said

    floor.clock.forward(days=2)
    assert "• Sample Wire · quiet: last new 2 days ago" in words((await floor.ask("sources"))["blocks"])


async def test_help_is_by_example_with_this_newsrooms_tracks(floor: Floor) -> None:
    said = words((await floor.ask("help"))["blocks"])
    assert "`/peace-status subscribe security`" in said
    assert "economy and sanctions" in said


@pytest.mark.parametrize("negotiations", [(TALKS, OTHER_TALKS)])
async def test_with_two_negotiations_there_is_a_section_each_and_tracks_resolve_across(floor: Floor) -> None:
    said = words((await floor.ask(""))["blocks"])
    assert "Peace status · Sample talks" in said
    assert "Peace status · River talks" in said

    await floor.ask("subscribe water here")
    await floor.ask("subscribe river territory here")
    heard = [(each.negotiation, each.track) for each in await floor.archive.desk.subscriptions()]
    assert heard == [("river", "water"), ("river", "territory")]
    answer = await floor.ask("subscribe territory here")
    assert "could be talks territory or river territory" in answer["text"]


async def test_a_bare_subscribe_opens_the_modal_and_what_is_chosen_is_kept(floor: Floor) -> None:
    await floor.command("subscribe")
    assert (await floor.wait_for_view("Subscribe to alerts"))["submit"]["text"] == "Subscribe"

    answer = await floor.submit(tracks=["talks:territory", "talks:economy"])
    assert "*Territory and Economy and sanctions* in your direct messages with me" in words(answer["blocks"])
    direct = await floor.direct()
    kept = await floor.archive.desk.subscriptions(user="U0DANA")
    assert [(each.track, each.conversation, each.floor) for each in kept] == [
        ("territory", direct, Urgency.LOW),
        ("economy", direct, Urgency.LOW),
    ]


async def test_the_modal_subscribes_a_channel_from_an_urgency_up(floor: Floor) -> None:
    await floor.command("subscribe here")
    view = await floor.wait_for_view("Subscribe to alerts")
    where = next(block["element"] for block in view["blocks"] if block["block_id"] == "where")
    assert where["initial_option"]["value"] == "channel"

    await floor.submit(tracks=["talks:territory"], floor="flash")
    (kept,) = await floor.archive.desk.subscriptions()
    assert (kept.conversation, kept.floor) == (CHANNEL, Urgency.FLASH)


async def test_the_modal_wants_a_channel_where_one_is_chosen_and_we_must_be_in_it(floor: Floor) -> None:
    direct = await floor.direct()
    await floor.command("subscribe", channel=direct)
    await floor.wait_for_view("Subscribe to alerts")
    values = {"tracks": ["talks:territory"], "where": "channel"}
    outcome = await floor.people.do("submit", user="dana", values=values)
    assert outcome["errors"] == {"conversation": "Choose the channel."}

    answer = await floor.submit(channel=direct, conversation=STRANGE, **values)
    assert "I am not in that channel yet" in answer["text"]
    assert "`/invite @backchannel`" in answer["text"]
    assert await floor.archive.desk.subscriptions() == []


async def test_where_we_cannot_whisper_the_modal_is_answered_in_the_direct_messages(floor: Floor) -> None:
    await floor.command("subscribe", channel=DESK)
    await floor.wait_for_view("Subscribe to alerts")
    direct = await floor.direct()
    answer = await floor.submit(channel=direct, tracks=["talks:territory"])
    assert "Subscribed to Territory" in answer["text"]
    assert not answer.get("ephemeral_to")


async def test_every_answer_comes_after_an_acknowledgement_that_shows_no_error(floor: Floor) -> None:
    for text in ("", "territory", "secruity", "subscribe land", "list", "mute land", "sources", "help"):
        outcome = await floor.command(text)
        assert outcome == {**outcome, "acked": True, "saw": None}
