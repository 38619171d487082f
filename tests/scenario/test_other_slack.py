"""The program against a Slack-compatible server that is not the sandbox, as a process: it comes up, works, survives."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp
import pytest
import yaml
from support.feed_host import Feed, FeedHost
from support.other_slack import TALKS, OtherSlack
from support.patience import until
from support.postgresql import fresh_database
from support.program import Program

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SECRET = "0123456789abcdef"


def posted(slack: OtherSlack) -> list[str]:
    """The keys of the cards."""
    keys = [message["metadata"]["event_payload"]["key"] for message in slack.messages if "metadata" in message]
    return [key for key in keys if key.endswith(":post")]


async def test_cards_arrive_and_the_command_answers_on_a_server_that_is_not_the_sandbox(
    slack: OtherSlack, environment: dict[str, str]
) -> None:
    async with Program("run", environment=environment) as bot:
        await until(lambda: len(posted(slack)) >= 3, seconds=60)
        await slack.command("")
        await until(lambda: bool(slack.said))
        await slack.command("subscribe")
        await until(lambda: bool(slack.views))
        await slack.command("subscribe territory")
        await until(lambda: len(slack.said) == 2)
        before = len(slack.acked)
        home = {"type": "app_home_opened", "user": "U777ANNA", "channel": "D777ANNA", "tab": "home"}
        await slack.send("events_api", {"event": home, "event_id": "Ev1", "team_id": "T777", "type": "event_callback"})
        await until(lambda: len(slack.views) == 2)

    assert len(posted(slack)) == len(set(posted(slack)))
    assert {message["channel"] for message in slack.messages} <= {TALKS, "D777ANNA"}
    assert "Territory" in str(slack.said[0]["blocks"])
    assert "Territory" in str(slack.said[1])
    assert (slack.views[0]["type"], slack.views[1]["type"]) == ("modal", "home")
    assert len(slack.acked) == before + 1
    assert "Traceback" not in bot.output


async def test_started_while_slack_is_away_it_polls_and_tells_when_slack_is_there(
    slack: OtherSlack, environment: dict[str, str]
) -> None:
    await slack.stop()
    async with Program("run", environment=environment) as bot:
        await bot.said("Slack cannot be reached")
        await bot.said("this process runs the engine")
        await bot.said(r"source sample_wire: \d+ new")
        await slack.start()
        await until(lambda: bool(slack.sockets) and bool(posted(slack)), seconds=60)
        await slack.command("sources")
        await until(lambda: bool(slack.said))

    assert "Traceback" not in bot.output


async def test_a_connection_that_is_dropped_comes_back(slack: OtherSlack, environment: dict[str, str]) -> None:
    async with Program("run", environment=environment):
        await until(lambda: bool(slack.sockets), seconds=60)
        await slack.sockets[-1].send_json({"type": "disconnect", "reason": "refresh_requested"})
        await until(lambda: len(slack.sockets) == 2, seconds=30)
        await slack.stop()
        await asyncio.sleep(1)
        await slack.start()
        await until(lambda: len(slack.sockets) == 3, seconds=60)
        await slack.command("help")
        await until(lambda: bool(slack.said))


@pytest.mark.parametrize("role", ["run", "worker"])
async def test_a_token_slack_refuses_ends_the_program_in_words(
    slack: OtherSlack, environment: dict[str, str], role: str
) -> None:
    async with Program(role, environment=environment | {"SLACK_BOT_TOKEN": "xoxb-not-this-one"}) as bot:
        assert await asyncio.wait_for(bot.process.wait(), 30) == 2

    assert "SLACK_BOT_TOKEN: Slack does not take it (invalid_auth)" in bot.output
    assert "Traceback" not in bot.output
    assert "chat.postMessage" not in slack.called


async def test_an_app_token_slack_refuses_is_named(slack: OtherSlack, environment: dict[str, str]) -> None:
    async with Program("web", environment=environment | {"SLACK_APP_TOKEN": "xapp-not-this-one"}) as bot:
        assert await asyncio.wait_for(bot.process.wait(), 30) == 2

    assert "SLACK_APP_TOKEN: Slack does not take it (invalid_auth)" in bot.output
    assert not slack.sockets


async def test_a_port_that_is_taken_is_named(slack: OtherSlack, environment: dict[str, str]) -> None:
    async with Program("run", environment=environment | {"PORT": str(slack.port)}) as bot:
        assert await asyncio.wait_for(bot.process.wait(), 30) == 2

    assert f"PORT: port {slack.port} cannot be used" in bot.output
    assert "Traceback" not in bot.output


@pytest.mark.parametrize("method", ["auth.test", "chat.postMessage"])
async def test_asked_to_stop_while_slack_hangs_it_ends_within_ten_seconds(
    slack: OtherSlack, environment: dict[str, str], method: str
) -> None:
    slack.hang.add(method)
    async with Program("run", environment=environment) as bot:
        await until(lambda: method in slack.called, seconds=60)
        began = time.monotonic()
        bot.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(bot.process.wait(), 20) == 0
        assert time.monotonic() - began < 10

    assert "Traceback" not in bot.output


async def test_it_ends_with_the_process_that_started_it(slack: OtherSlack, environment: dict[str, str]) -> None:
    hold, given = os.pipe()
    bot = Program("run", "--with-parent", environment=environment, stdin=hold)
    async with bot:
        os.close(hold)
        await until(lambda: bool(slack.sockets), seconds=60)
        os.close(given)  # as when the parent is killed
        assert await asyncio.wait_for(bot.process.wait(), 15) == 0


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_worker_and_web_share_a_database(
    slack: OtherSlack, environment: dict[str, str], kind: str, request: pytest.FixtureRequest
) -> None:
    if kind == "postgresql":
        environment["DATABASE_URL"] = await fresh_database(request.getfixturevalue("postgresql"))
    async with Program("worker", environment=environment) as worker, Program("web", environment=environment) as web:
        await until(lambda: bool(slack.sockets), seconds=60)
        await slack.command("subscribe all dm")
        await until(lambda: bool(slack.said))
        await until(lambda: {message["channel"] for message in slack.messages} == {TALKS, "D777ANNA"}, seconds=60)
        await slack.command("")
        await until(lambda: len(slack.said) == 2)

    assert "Last 7 days" in str(slack.said[1]) or "7 days" in str(slack.said[1])
    assert "runs the engine" in worker.output
    assert "runs the engine" not in web.output
    assert "Traceback" not in worker.output + web.output


async def test_of_two_workers_one_works_and_the_other_takes_over(
    slack: OtherSlack, environment: dict[str, str]
) -> None:
    async with (
        Program("worker", environment=environment) as first,
        Program("worker", environment=environment) as second,
    ):
        await until(lambda: "runs the engine" in first.output + second.output, seconds=60)
        leader, standby = (first, second) if "runs the engine" in first.output else (second, first)
        await until(lambda: bool(posted(slack)), seconds=60)
        assert "runs the engine" not in standby.output
        leader.process.kill()
        await standby.said(r"remembering [1-9]\d* items", seconds=60)

    assert len(posted(slack)) == len(set(posted(slack)))


async def test_check_says_where_it_can_post_but_not_look_back(slack: OtherSlack, environment: dict[str, str]) -> None:
    slack.unread = True
    async with Program("check", environment=environment) as check:
        assert await asyncio.wait_for(check.process.wait(), 60) == 1

    (channel,) = [line for line in check.lines if "channel #talks-ukraine-russia" in line]
    assert channel.startswith("NO")
    assert "not_in_channel" in channel
    assert "/invite @backchannel" in channel
    assert "source sample_humanitarian_monitor" in check.output


def signed(body: str, secret: str) -> dict[str, str]:
    moment = str(int(time.time()))
    signature = hmac.new(secret.encode(), f"v0:{moment}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": moment,
        "X-Slack-Signature": f"v0={signature}",
    }


async def test_over_http_a_signed_request_is_answered_and_a_forged_one_refused(
    slack: OtherSlack, environment: dict[str, str]
) -> None:
    over_http = environment | {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": SECRET, "PORT": "0"}
    body = urlencode(
        {
            "command": "/peace-status", "text": "help", "user_id": "U777ANNA", "channel_id": TALKS, "team_id": "T777",
            "trigger_id": "1.2", "response_url": f"http://127.0.0.1:{slack.port}/answer",
        }
    )  # fmt: skip
    async with Program("web", environment=over_http) as web, aiohttp.ClientSession() as session:
        port = (await web.said(r"listening on port (\d+)"))[1]
        at = f"http://127.0.0.1:{port}"
        await web.said("started on")
        async with session.post(f"{at}/slack/events", data=body, headers=signed(body, "not the secret")) as forged:
            assert forged.status == 401
        assert not slack.said
        async with session.post(f"{at}/slack/events", data=body, headers=signed(body, SECRET)) as taken:
            assert taken.status == 200
        await until(lambda: bool(slack.said))
        async with session.get(f"{at}/healthz") as health:
            assert await health.json() == {"ok": True}
        async with session.get(f"{at}/readyz") as ready:
            assert (await ready.json())["checks"].keys() >= {"loop", "database", "migrations"}

    assert "/peace-status subscribe" in str(slack.said[0])


@pytest.fixture
async def with_one_taken_down(environment: dict[str, str]) -> AsyncIterator[dict[str, str]]:
    """The only source listed is gone for good; the operators listen in the desk's channel."""
    async for host in FeedHost().running():
        host.feeds["gone"] = Feed(status=410)
        gone = {"id": "gone", "name": "Sample Gone", "url": host.url("gone"), "language": "en", "tier": "other"}
        list_only(gone, environment["BACKCHANNEL_CONFIG"])
        yield environment | {
            "BACKCHANNEL_ALLOW_HOSTS": f"127.0.0.1:{host.port}",
            "BACKCHANNEL_ADMIN_CHANNEL": "#talks-ukraine-russia",
        }


def list_only(source: dict[str, str], config: str) -> None:
    (listed,) = Path(config, "sources").iterdir()
    listed.write_text(yaml.safe_dump(yaml.safe_load(listed.read_text()) | {"sources": [source]}))


async def test_a_source_that_was_taken_down_is_told_where_the_operators_listen_once(
    slack: OtherSlack, with_one_taken_down: dict[str, str]
) -> None:
    async with Program("run", environment=with_one_taken_down) as bot:
        await bot.said("source gone: ")
    async with Program("run", environment=with_one_taken_down):  # whose first look need not be waited for
        await until(lambda: bool(slack.messages), seconds=60)
    assert [message["text"] for message in slack.messages] == ["Sample Gone broke: nothing new reaches us from there."]
