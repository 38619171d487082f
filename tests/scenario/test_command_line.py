"""The command line as processes: what it says, where it says it, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.program import Program

from bot.sandbox.samples.server import SampleSources
from bot.sandbox.server import Sandbox
from config.load import default_directory

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


def call(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "BACKCHANNEL_"))}
    return subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-m", "bot", *arguments],
        cwd=cwd,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
async def samples() -> AsyncIterator[SampleSources]:
    samples = SampleSources(speed=1000, trouble=True)
    await samples.start()
    yield samples
    await samples.stop()


def test_without_tokens_it_says_what_to_do_and_shows_no_traceback(tmp_path: Path) -> None:
    ended = call("run", cwd=tmp_path)

    assert ended.returncode == 2
    assert "SLACK_BOT_TOKEN" in ended.stderr
    assert "make demo" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_mistake_in_the_configuration_is_named_with_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    for part in default_directory().rglob("*.yaml"):
        target = folder / part.relative_to(default_directory())
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(part.read_bytes())
    file = folder / "negotiations" / "ukraine_russia.yaml"
    file.write_text(file.read_text().replace("\nchannel:", "\nchanel:", 1))
    ended = call("sources", "list", cwd=tmp_path, BACKCHANNEL_CONFIG=str(folder))

    assert ended.returncode == 2
    line = next(number for number, text in enumerate(file.read_text().splitlines(), 1) if text.startswith("chanel"))
    assert f"ukraine_russia.yaml:{line}: " in ended.stderr
    assert "`channel`" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_list_of_sources_as_json_is_nothing_but_json(tmp_path: Path) -> None:
    ended = call("sources", "list", "--json", cwd=tmp_path)

    listed = [json.loads(line) for line in ended.stdout.splitlines()]
    assert len(listed) >= 40
    assert {"id", "url", "language", "tier", "verified"} <= listed[0].keys()
    assert {each["negotiation"] for each in listed if each["enabled"]} == {"ukraine_russia"}
    assert {each["negotiation"] for each in listed if not each["enabled"]} == {"gaza_ceasefire"}


async def test_one_address_can_be_tried(samples: SampleSources) -> None:
    feed = samples.sources()[0].url
    async with Program(
        "sources", "test", feed, environment={"BACKCHANNEL_ALLOW_HOSTS": ",".join(samples.allowed_hosts)}
    ) as allowed:
        await allowed.process.wait()
    async with Program("sources", "test", feed, environment={"BACKCHANNEL_ALLOW_HOSTS": ""}) as refused:
        await refused.process.wait()

    assert "items." in allowed.output
    assert allowed.process.returncode == 0
    assert refused.process.returncode == 1
    assert "address_refused" in refused.output


def test_items_that_are_no_items_are_named_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "items.jsonl"
    file.write_text('{"id": "a"}\nthis is no JSON\n')
    ended = call("replay", str(file), cwd=tmp_path)

    assert ended.returncode == 2
    assert f"{file.name}:1" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_replay_in_a_pipe_prints_one_object_an_item_and_no_progress(tmp_path: Path) -> None:
    file = tmp_path / "items.jsonl"
    item = {
        "id": "a", "url": "https://sample.example/a", "outlet": "sample.example", "published": None,
        "first_seen": "2025-12-02T18:00:00+00:00", "lang": None, "title": "Sample town opens a skating rink",
        "summary": "",
    }  # fmt: skip
    file.write_text(json.dumps(item) + "\n")
    ended = call("replay", str(file), "--json", cwd=tmp_path)

    (line,) = ended.stdout.splitlines()
    decided = json.loads(line)
    assert list(decided) == [
        "id", "kind", "relevant", "development", "status", "follows", "tracks", "plover", "actor", "target", "aux",
        "stage", "origins", "corroboration", "urgency", "alert", "why",
    ]  # fmt: skip
    assert (decided["id"], decided["alert"]) == ("a", "none")
    assert ended.stderr == ""


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
async def test_asked_to_stop_it_ends_well_and_soon(tmp_path: Path, samples: SampleSources, ending: int) -> None:
    sandbox = Sandbox()
    await sandbox.start()
    samples.write_config(tmp_path / "config", default_directory())
    environment = {
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/ends.db",
        "BACKCHANNEL_CONFIG": str(tmp_path / "config"),
        "BACKCHANNEL_ALLOW_HOSTS": ",".join(samples.allowed_hosts),
        "SLACK_API_URL": sandbox.api_url,
        "SLACK_BOT_TOKEN": sandbox.workspace.app.bot_token,
        "SLACK_APP_TOKEN": sandbox.workspace.app.app_token,
    }
    async with Program("run", environment=environment) as bot:
        await bot.said("delivered")
        bot.process.send_signal(ending)
        await bot.said("stopped", seconds=10)
        assert await bot.process.wait() == 0
    await sandbox.stop()

    assert "Traceback" not in bot.output


async def test_check_names_each_thing_that_does_not_work(tmp_path: Path, samples: SampleSources) -> None:
    sandbox = Sandbox()
    await sandbox.start()
    samples.write_config(tmp_path / "config", default_directory())
    environment = {
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/check.db",
        "BACKCHANNEL_CONFIG": str(tmp_path / "config"),
        "BACKCHANNEL_ALLOW_HOSTS": ",".join(samples.allowed_hosts),
        "BACKCHANNEL_FETCH_TIMEOUT": "2",
        "BACKCHANNEL_HOST_GAP": "0",
        "SLACK_API_URL": sandbox.api_url,
        "SLACK_BOT_TOKEN": sandbox.workspace.app.bot_token,
        "SLACK_APP_TOKEN": sandbox.workspace.app.app_token,
    }
    async with Program("check", "--json", environment=environment) as check:
        await check.process.wait()
    await sandbox.stop()

    found = {finding["what"]: finding for finding in map(json.loads, check.output.splitlines())}
    assert check.process.returncode == 1
    assert found["slack app token"]["ok"]
    assert found["channel #talks-ukraine-russia"]["ok"]
    assert found["source sample_wire"]["ok"]
    failing = [finding for finding in found.values() if not finding["ok"]]
    assert len(failing) == 5
    assert all(finding["seen"] and finding["remedy"] for finding in failing)


def test_feedback_can_be_exported_and_mistakes_are_named(tmp_path: Path) -> None:
    missing = call("feedback", "export", "out", cwd=tmp_path)
    assert missing.returncode == 2
    assert "there is no database yet" in missing.stderr
    assert list(tmp_path.iterdir()) == []

    (tmp_path / "backchannel.db").touch()
    nothing = call("feedback", "export", "out", cwd=tmp_path)
    assert (nothing.returncode, nothing.stderr) == (0, "")
    assert "Nobody has judged an alert of ukraine_russia; nothing was written." in nothing.stdout
    assert not (tmp_path / "out").exists()

    wrong = call("feedback", "export", "out", "--since", "yesterday", cwd=tmp_path)
    assert wrong.returncode == 2
    assert '--since: "yesterday" is not a date. Write it as 2026-01-31' in wrong.stderr
    unknown = call("feedback", "export", "out", "--negotiation", "moon", cwd=tmp_path)
    assert '--negotiation: there is no negotiation "moon". There are: ukraine_russia' in unknown.stderr
