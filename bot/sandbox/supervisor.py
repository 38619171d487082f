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
                "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/demo.db",
                "BACKCHANNEL_CONFIG": str(config),
                "BACKCHANNEL_ALLOW_HOSTS": ",".join(samples.allowed_hosts),
                "BACKCHANNEL_TICK_SECONDS": str(DEMO_TICK_SECONDS),
                "BACKCHANNEL_FETCH_TIMEOUT": str(DEMO_FETCH_SECONDS),
            }
            await _between(
                environment, port=port, browser=browser, told="Sample news arrives over about three minutes."
            )
        finally:
            await samples.stop()


async def run_in_sandbox(*, port: int, browser: bool) -> None:
    """Sandbox and bot with the newsroom's own configuration, database and sources, until Ctrl-C.

    Raises:
        InputError: The port is taken.
    """
    await _between({}, port=port, browser=browser, told="Real sources are polled; the first alerts may take minutes.")


async def _between(environment: Mapping[str, str], *, port: int, browser: bool, told: str) -> None:
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
        }
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
    finally:
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping
        await bot.stop()
        await sandbox.stop()


class Bot:
    """`backchannel run` as a child process with the given environment."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = {"BACKCHANNEL_LOG_LEVEL": "WARNING", **os.environ, **environment}
        self._process: asyncio.subprocess.Process | None = None

    async def keep_running(self, console: Console) -> None:
        """Start it, and start it again whenever it ends; return once it says that it cannot start."""
        while True:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", env=self._environment, start_new_session=True
            )
            console.print(f"The bot runs as process {self._process.pid}; killed, it starts again and loses nothing.")
            status = await self._process.wait()
            if status == CANNOT_START:
                console.print("The bot cannot start; what it said above tells why.")
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
