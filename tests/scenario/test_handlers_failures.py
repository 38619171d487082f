"""When something breaks on our side, the person is told where they were, under a number that is in the log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import text
from support.talks import words

if TYPE_CHECKING:
    import pytest
    from conftest import Floor

CHANNEL = "C0TALKS"


async def break_the_database(floor: Floor) -> None:
    """Take the developments away from under the listeners; what they need to drop duplicates stays."""
    async with floor.archive.database.write() as connection:
        for table in ("development_tracks", "subscriptions", "feedback"):
            await connection.execute(text(f"DROP TABLE {table}"))


def told(said: str, caplog: pytest.LogCaptureFixture) -> None:
    """The person was given a number, and the log has it with the traceback."""
    assert "Something went wrong on my side" in said
    assert "OperationalError" not in said
    found = re.search(r"this number: `?([0-9a-f]{6})`?", said)
    assert found is not None
    (record,) = [record for record in caplog.records if f"[{found[1]}]" in record.message]
    assert record.exc_info is not None
    assert "no such table" in str(record.exc_info[1])


async def test_a_command_is_answered_to_the_person_alone(floor: Floor, caplog: pytest.LogCaptureFixture) -> None:
    await break_the_database(floor)
    outcome = await floor.command("")
    assert outcome["saw"] is None, "Slack's own error must not show as well"
    answer = (await floor.people.wait_for_messages(CHANNEL, 1, "dana"))[-1]
    assert answer["ephemeral_to"] == "U0DANA"
    told(answer["text"], caplog)


async def test_a_direct_message_is_answered_there(floor: Floor, caplog: pytest.LogCaptureFixture) -> None:
    await break_the_database(floor)
    direct = await floor.direct()
    await floor.people.do("message", channel=direct, user="dana", text="status")
    told((await floor.people.wait_for_messages(direct, 2))[-1]["text"], caplog)


async def test_a_mention_is_answered_in_its_thread(floor: Floor, caplog: pytest.LogCaptureFixture) -> None:
    await break_the_database(floor)
    await floor.people.do("message", channel=CHANNEL, user="dana", text="@backchannel status")
    asked, answer = await floor.people.wait_for_messages(CHANNEL, 2)
    assert answer["thread_ts"] == asked["ts"]
    told(answer["text"], caplog)


async def test_a_button_is_answered_to_the_person_alone(floor: Floor, caplog: pytest.LogCaptureFixture) -> None:
    ts = await floor.post_card()
    await break_the_database(floor)
    await floor.people.do("interact", channel=CHANNEL, messageTs=ts, user="dana", action="alert_timeline")
    answer = (await floor.people.wait_for_messages(CHANNEL, 2, "dana"))[-1]
    assert answer["ephemeral_to"] == "U0DANA"
    told(answer["text"], caplog)


async def test_a_modal_is_answered_where_it_was_opened(floor: Floor, caplog: pytest.LogCaptureFixture) -> None:
    ts = await floor.post_card()
    await floor.people.do("interact", channel=CHANNEL, messageTs=ts, user="dana", action="alert_not_new")
    await floor.wait_for_view("Mark not new")
    await break_the_database(floor)
    answer = await floor.submit(note="we had it")
    assert answer["ephemeral_to"] == "U0DANA"
    told(answer["text"], caplog)


async def test_the_home_says_it_and_has_a_way_back(floor: Floor, caplog: pytest.LogCaptureFixture) -> None:
    await break_the_database(floor)
    await floor.people.do("open-home", user="dana")
    view = await floor.wait_for_home("Something went wrong")
    told(words(view["blocks"]), caplog)
    assert "home_refresh" in str(view["blocks"])


async def test_a_button_on_the_home_is_answered_on_the_home(floor: Floor, caplog: pytest.LogCaptureFixture) -> None:
    await floor.people.do("open-home", user="dana")
    await floor.wait_for_home("Your subscriptions")
    await break_the_database(floor)
    await floor.people.do("interact", home=True, user="dana", action="home_refresh")
    told(words((await floor.wait_for_home("Something went wrong"))["blocks"]), caplog)
