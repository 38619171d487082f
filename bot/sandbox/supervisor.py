"""The demo: a sandbox Slack, sample sources, and the real bot as a process of its own between them.

The bot is started again when it ends or is killed; its database and the sandbox outlive it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import tempfile
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from bot.domain.errors import InputError
from bot.sandbox.samples.server import SampleSources
from bot.sandbox.server import Sandbox
from config.load import default_directory

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOPBACK = "127.0.0.1"
RESTART_SECONDS = 1.0
CANNOT_START = 2
STOP_SECONDS = 12.0
DEMO_TICK_SECONDS = 0.5
DEMO_FETCH_SECONDS = 5.0

log = logging.getLogger(__name__)


async def run_demo(*, port: int, speed: float, browser: bool, trouble: bool) -> None:
    """Sandbox, sample sources and bot, until Ctrl-C.

    Raises:
        InputError: The port is taken.
    """
    samples = SampleSources(speed=speed, trouble=trouble)
    with tempfile.TemporaryDirectory(prefix="backchannel-demo-") as folder:
        await samples.start()
        try:
            config = Path(folder) / "config"
            samples.write_config(config, default_directory())
            environment = {
                **_inherited(),
                "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/demo.db",
                "BACKCHANNEL_CONFIG": str(config),
                "BACKCHANNEL_ALLOW_HOSTS": ",".join(samples.allowed_hosts),
                "BACKCHANNEL_TICK_SECONDS": str(DEMO_TICK_SECONDS),
                "BACKCHANNEL_HOST_GAP": "0",  # the sample outlets share one host, which is ours
                "BACKCHANNEL_FETCH_TIMEOUT": str(DEMO_FETCH_SECONDS),
            }
            told = f"Sample news arrives over about {180 / speed:.0f} seconds."
            # Started in a folder of its own, where no `.env` waits for the real thing.
            await _between(environment, folder=Path(folder), port=port, browser=browser, told=told)
        finally:
            await samples.stop()


async def run_in_sandbox(*, port: int, browser: bool) -> None:
    """Sandbox and bot with the newsroom's own configuration and sources, until Ctrl-C.

    The database is thrown away with the sandbox: what was told there was told to nobody.

    Raises:
        InputError: The port is taken.
    """
    with tempfile.TemporaryDirectory(prefix="backchannel-sandbox-") as folder:
        environment = {**os.environ, "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/sandbox.db"}
        told = "Real sources are polled; the first alerts may take minutes."
        await _between(environment, folder=Path.cwd(), port=port, browser=browser, told=told)


def _inherited() -> dict[str, str]:
    """The environment without this program's own settings; what and how it logs may be said."""
    ours = {name for name in os.environ if name.startswith(("SLACK_", "BACKCHANNEL_")) or name == "PORT"}
    kept = {"BACKCHANNEL_LOG_LEVEL", "BACKCHANNEL_LOG_FORMAT"}
    return {name: value for name, value in os.environ.items() if name not in ours - kept}


async def _between(environment: Mapping[str, str], *, folder: Path, port: int, browser: bool, told: str) -> None:
    sandbox = Sandbox()
    try:
        await sandbox.start(LOOPBACK, port)
    except OSError as error:
        raise InputError(
            f"port {port} cannot be used ({error.strerror})",
            where="--port",
            remedy="Choose another, or 0 for a free one",
        ) from error
    app = sandbox.workspace.app
    bot = Bot(
        {
            **environment,
            "SLACK_BOT_TOKEN": app.bot_token,
            "SLACK_APP_TOKEN": app.app_token,
            "SLACK_API_URL": sandbox.api_url,
            "BACKCHANNEL_CHANNEL": f"#{sandbox.workspace.rooms[0].name}",
        },
        folder,
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"Backchannel is at [bold]{sandbox.url}/[/bold]  (Ctrl-C ends it)")
    console.print(f"{told} Try /peace-status and /peace-status subscribe in the page.")
    keeping = asyncio.create_task(bot.keep_running(console))
    try:
        if browser:
            await asyncio.to_thread(webbrowser.open, f"{sandbox.url}/")
        ended = asyncio.create_task(stop.wait())
        await asyncio.wait([ended, keeping], return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if keeping.done():
            await keeping
            raise InputError("the bot cannot start", remedy="What it said above tells why")
    finally:
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping
        await bot.stop()
        await sandbox.stop()


class Bot:
    """`backchannel run` as a child process with the given environment, in the given folder.

    It ends when its standard input does, and so with this process, however that ends.
    """

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self._environment = {"BACKCHANNEL_LOG_LEVEL": "WARNING", **environment}
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    async def keep_running(self, console: Console) -> None:
        """Start it, and start it again whenever it ends; return once it says that it cannot start."""
        while True:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run", "--with-parent"),
                env=self._environment,
                cwd=self._folder,
                stdin=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
            console.print(f"The bot runs as process {self._process.pid}; killed, it starts again and loses nothing.")
            status = await self._process.wait()
            if status == CANNOT_START:
                return
            console.print(f"The bot ended with status {status}; starting it again.")
            await asyncio.sleep(RESTART_SECONDS)

    async def stop(self) -> None:
        """Ask it to stop, and end it if it does not."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            log.warning("the bot did not stop in %.0f s and was killed", STOP_SECONDS)
            self._process.kill()
            await self._process.wait()
