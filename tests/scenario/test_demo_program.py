"""The demo as a program: what it takes from where it is started, what it leaves behind, and its troubled sources."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from typing import TYPE_CHECKING

import pytest
from support.patience import until
from support.program import Program
from support.talks import words

from bot.sandbox.client import ControlClient
from bot.sandbox.samples.server import SampleSources
from config.load import default_directory

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

CHANNEL = "C0TALKS"
TROUBLES = {
    "Sample Hanging Feed": "Did not answer within 5 s",
    "Sample Broken Server": "Answered 500 Internal Server Error",
    "Sample Web Page": "Is an HTML page",
    "Sample Endless Feed": "Sent 5 MB and had not ended",
    "Sample Redirecting Feed": "a private address",
}


def demo(*arguments: str, folder: Path, **environment: str) -> Program:
    return Program("demo", "--port", "0", "--no-browser", *arguments, folder=folder, environment=environment)


@contextlib.asynccontextmanager
async def people_of(program: Program) -> AsyncIterator[ControlClient]:
    """Who is at the program's page, once its bot hears them."""
    async with ControlClient((await program.said(r"(http://127\.0\.0\.1:\d+)/"))[1]) as desk:
        await desk.wait_for_connections(1, seconds=60)
        yield desk


def is_alive(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


async def test_each_troubled_source_is_named_with_its_reason_and_delays_no_other(tmp_path: Path) -> None:
    async with demo("--trouble", "--speed", "6", folder=tmp_path) as program, people_of(program) as desk:
        await desk.wait_for_messages(CHANNEL, 4, seconds=60)
        told = ""
        async with asyncio.timeout(30):  # the one that hangs is known to after five seconds
            while not all(name in told and reason in told for name, reason in TROUBLES.items()):
                await desk.do("command", channel=CHANNEL, user="dana", command="/peace-status", text="sources")
                await asyncio.sleep(1)
                told = "\n".join(words(each["blocks"]) for each in await desk.messages(CHANNEL))

    rows = [line for line in told.splitlines() if line.startswith("• *")]
    for name in TROUBLES:
        row = next(line for line in reversed(rows) if name in line)
        assert "Next try: " in row
    assert "Sample Wire · " in told
    assert "Traceback" not in program.output


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
async def test_however_the_demo_ends_its_bot_ends_with_it(tmp_path: Path, ending: signal.Signals) -> None:
    async with demo(folder=tmp_path) as program:
        async with people_of(program):
            bot = int((await program.said(r"runs as process (\d+)"))[1])
        program.process.send_signal(ending)
        await until(lambda: not is_alive(bot), seconds=30)

    assert "Traceback" not in program.output


async def test_the_demo_takes_no_notice_of_settings_meant_for_the_real_thing(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-real\nBACKCHANNEL_CHANNEL=#real\nPORT=1\nSLACK_API_URL=none\n")
    told = {"BACKCHANNEL_CHANNEL": "#other", "BACKCHANNEL_CONFIG": "/nowhere"}
    async with demo("--speed", "6", folder=tmp_path, **told) as program, people_of(program) as desk:
        await desk.wait_for_messages(CHANNEL, 1, seconds=60)

    assert [each.name for each in sorted(tmp_path.glob("*"))] == [".env"]  # noqa: ASYNC240 -- nothing else runs


async def test_what_a_sandbox_run_told_is_not_kept_with_what_the_newsroom_told(tmp_path: Path) -> None:
    samples = SampleSources(speed=60)
    await samples.start()
    samples.write_config(tmp_path / "config", default_directory())
    environment = {
        "BACKCHANNEL_CONFIG": str(tmp_path / "config"),
        "BACKCHANNEL_ALLOW_HOSTS": ",".join(samples.allowed_hosts),
        "BACKCHANNEL_CHANNEL": "#a-channel-no-sandbox-has",
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/newsroom.db",
    }
    arguments = ("run", "--sandbox", "--port", "0", "--no-browser")
    async with Program(*arguments, folder=tmp_path, environment=environment) as program, people_of(program) as desk:
        await desk.wait_for_messages(CHANNEL, 1, seconds=60)
    await samples.stop()

    assert [each.name for each in tmp_path.glob("*")] == ["config"]  # noqa: ASYNC240 -- nothing else runs


async def test_a_bot_that_cannot_start_ends_the_sandbox_in_words(tmp_path: Path) -> None:
    arguments = ("run", "--sandbox", "--port", "0", "--no-browser")
    environment = {"BACKCHANNEL_CONFIG": str(tmp_path / "missing")}
    async with Program(*arguments, folder=tmp_path, environment=environment) as program:
        assert await asyncio.wait_for(program.process.wait(), 30) == 2

    assert "the bot cannot start" in program.output
    assert "Traceback" not in program.output
