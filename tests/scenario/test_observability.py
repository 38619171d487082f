"""The program as a process: what it says of itself over HTTP and in its log."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from support.other_slack import APP_TOKEN, BOT_TOKEN, OtherSlack
from support.patience import until
from support.program import Program

LISTENING = r"listening on port (\d+)"


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """It listens, and logs what can be read back."""
    return environment | {"BACKCHANNEL_LOG_FORMAT": "json", "PORT": "0"}


def events(program: Program, name: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in program.output.splitlines() if line.startswith("{")]
    return [line for line in lines if line.get("event") == name]


async def page(at: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(at) as answer:
        return answer.status, await answer.text()


async def address(program: Program) -> str:
    return f"http://127.0.0.1:{(await program.said(LISTENING))[1]}"


async def ready(at: str) -> dict[str, Any]:
    checks: dict[str, Any] = json.loads((await page(f"{at}/readyz"))[1])["checks"]
    return checks


async def test_an_article_can_be_followed_from_its_source_to_its_message(
    slack: OtherSlack, environment: dict[str, str]
) -> None:
    async with Program("run", environment=environment) as bot:
        await until(lambda: len(events(bot, "delivery.sent")) >= 2, seconds=60)
        at = await address(bot)
        assert await page(f"{at}/healthz") == (200, '{"ok": true}')
        status, _ = await page(f"{at}/readyz")
        seen = await ready(at)
        _, metrics = await page(f"{at}/metrics")
        await slack.stop()
        async with asyncio.timeout(60):
            while (await page(f"{at}/readyz"))[0] == 200:  # noqa: ASYNC110 -- a server sets no event
                await asyncio.sleep(0.2)
        away = await ready(at)

    sent = events(bot, "delivery.sent")[0]
    (addressed,) = [each for each in events(bot, "alert.addressed") if sent["delivery"] in each["deliveries"]]
    decided = [each for each in events(bot, "item.decided") if each["item"] == addressed["item"]]
    (polled,) = [each for each in events(bot, "source.polled") if addressed["item"] in each["items"]]
    assert polled["source"].startswith("sample_")
    assert {each["development"] for each in decided} == {addressed["development"]}
    assert sent["ts"] in {message["ts"] for message in slack.messages}

    assert status == 200
    assert seen["engine"] == {"ok": True, "seen": "this process runs it"}
    assert {name: check["ok"] for name, check in seen.items()} == dict.fromkeys(
        ("loop", "scheduler", "database", "migrations", "disk", "engine", "slack"), True
    )
    assert away["slack"] == {"ok": False, "seen": "not connected; trying on"}
    assert away["database"]["ok"]
    _check_metrics(metrics)
    assert BOT_TOKEN not in bot.output + metrics
    assert APP_TOKEN not in bot.output + metrics


def _check_metrics(text: str) -> None:
    found = {
        sample.name + str(sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert found["backchannel_polls_total['read']"] >= 2
    assert found["backchannel_slack_calls_total['accepted', 'post']"] >= 1
    assert found["backchannel_deliveries['sent']"] >= 1
    assert found["backchannel_step_seconds_count['deliver']"] >= 1
    assert found["backchannel_up['engine_leading']"] == 1
    assert found["backchannel_up['socket_connected']"] == 1
    assert "backchannel_queue_depth['deliveries']" in found
    assert sum(value for name, value in found.items() if name.startswith("backchannel_sources[")) >= 2
    assert len(found) < 250  # however many sources, channels and articles there are
    assert not re.search(r"sample_|C777|https?://", text.replace("# ", ""))


async def test_a_worker_tells_of_itself_on_its_own_port_and_a_second_one_stands_by(environment: dict[str, str]) -> None:
    apart = environment | {"BACKCHANNEL_HEALTH_PORT": "0"}
    async with Program("worker", environment=apart) as first:
        one = await address(first)
        await until(lambda: bool(events(first, "engine.leading")), seconds=60)
        async with Program("worker", environment=apart) as second:
            other = await address(second)
            await second.said("started on")
            assert (await ready(one))["engine"]["seen"] == "this process runs it"
            assert (await ready(other))["engine"] == {"ok": True, "seen": "stands by: another process runs it"}
            assert "slack" not in await ready(one)
