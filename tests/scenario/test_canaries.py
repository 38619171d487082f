"""Secrets as canaries, through every surface: none of them is heard of in what is printed, posted or backed up."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import yaml
from aiohttp import web
from support.program import Program

from bot.sandbox.server import Sandbox, default_workspace
from bot.storage.backup_file import verify
from config.load import default_directory

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TESTS = Path(__file__).parents[1]
BOT, APP, SIGNING = "xoxb-c4n4ry-b0t", "xapp-c4n4ry-4pp", "c4n4ry51gn1ng"
KEY, PASSWORD = "c4n4ryk3y", "c4n4ryp455w0rd"
CANARIES = (BOT, APP, SIGNING, KEY, PASSWORD, "c4n4ry")
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Sample Wire</title>
<item><title>Ukraine and Russia agree to exchange prisoners, envoys say</title><link>?api_key={key}&amp;id=7</link>
<description>Ukraine and Russia agreed on an exchange of prisoners at talks in Istanbul.</description>
<pubDate>{now}</pubDate></item>
</channel></rss>"""


@asynccontextmanager
async def keyed_source() -> AsyncIterator[str]:
    """A feed behind a key, whose articles are linked relative to it, and that answers 500 to whoever has none."""

    async def feed(request: web.Request) -> web.Response:
        if request.query.get("api_key") != KEY:
            return web.Response(status=500, text=str(request.url))
        return web.Response(
            text=FEED.format(key=KEY, now=format_datetime(datetime.now(UTC))), content_type="application/rss+xml"
        )

    app = web.Application()
    app.router.add_get("/feed", feed)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/feed"
    await runner.cleanup()


def write_config(folder: Path, feed: str) -> None:
    for part in default_directory().rglob("*.*"):
        if part.suffix in {".yaml", ".json"} and "gaza" not in part.name:
            target = folder / part.relative_to(default_directory())
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(part.read_bytes())
    sources = [
        {"id": "keyed", "name": "Sample Wire", "url": f"{feed}?api_key={KEY}", "language": "en", "tier": "agency"},
        {"id": "broken", "name": "Sample Post", "url": f"{feed}?token={KEY}", "language": "en", "tier": "other"},
    ]
    listed = {"negotiation": "ukraine_russia", "sources": sources}
    (folder / "sources" / "ukraine_russia.yaml").write_text(yaml.safe_dump(listed))


def heard(text: str) -> list[str]:
    return [line for line in text.splitlines() if any(canary in line for canary in CANARIES)]


async def run(commands: list[tuple[list[str], dict[str, str]]], folder: Path) -> list[tuple[str, int]]:
    """What each command prints, and how it ends."""
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "support.commands",
        str(folder),
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS.parent), str(TESTS)])},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await asyncio.wait_for(program.communicate(json.dumps(commands).encode()), 300)
    return [(output, status) for output, status in json.loads(printed)]


async def test_no_canary_is_heard_of(tmp_path: Path) -> None:
    spec = default_workspace()
    spec = replace(spec, app=replace(spec.app, bot_token=BOT, app_token=APP, signing_secret=SIGNING))
    sandbox = Sandbox(workspace=spec)
    await sandbox.start()
    async with keyed_source() as feed:
        write_config(tmp_path / "config", feed)
        environment = {
            **{name: "" for name in os.environ if name.startswith(("SLACK_", "BACKCHANNEL_"))},
            "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/canary.db",
            "BACKCHANNEL_CONFIG": str(tmp_path / "config"),
            "BACKCHANNEL_ALLOW_HOSTS": "127.0.0.1",
            "BACKCHANNEL_LOG_LEVEL": "DEBUG",
            "BACKCHANNEL_TICK_SECONDS": "0.2",
            "SLACK_API_URL": sandbox.api_url,
            "SLACK_BOT_TOKEN": BOT,
            "SLACK_APP_TOKEN": APP,
            "SLACK_SIGNING_SECRET": SIGNING,
        }

        postgresql = f"postgresql+asyncpg://me:{PASSWORD}@127.0.0.1:1/d"
        commands: list[tuple[str, list[str], dict[str, str]]] = [
            ("found whole", ["backup", "kept.backup"], {}),
            ("api_key=…", ["sources", "list", "--json"], {}),
            ("token=…", ["check", "--json"], {}),
            ("1 items", ["sources", "test", f"{feed}?api_key={KEY}"], {}),
            ("cannot be opened", ["run"], {"DATABASE_URL": postgresql}),
            ("must hold no user name", ["check"], {"SLACK_API_URL": f"https://me:{PASSWORD}@h/api/"}),
            ("does not take it", ["run"], {"SLACK_BOT_TOKEN": f"{BOT}-wrong"}),
        ]
        async with Program("run", environment=environment, folder=tmp_path) as bot:
            await bot.said("delivered", seconds=120)
            await bot.said("source broken: ", seconds=120)
            address = f"{sandbox.url}/_control/messages/C0TALKS"
            async with aiohttp.ClientSession() as session, session.get(address) as answer:
                posted = await answer.text()
            ran = await run([(arguments, {**environment, **changes}) for _, arguments, changes in commands], tmp_path)
    await sandbox.stop()

    assert "Sample Wire" in posted
    for (expected, arguments, _), (output, _status) in zip(commands, ran, strict=True):
        assert expected in output, f"{arguments}: {output}"
        assert heard(output) == [], arguments
    assert heard(bot.output) == []
    assert heard(posted) == []
    assert heard(repr(verify(tmp_path / "kept.backup"))) == []
