"""How soon an alert is in Slack: from a source's response to the card accepted, the whole program in between.

Each in a process of its own, talking over sockets: made-up sources, `backchannel run` on a SQLite file with its real
detector and encoder, and the sandbox Slack with Slack's limits. What is measured are the clocks of both ends; the
program's own database only says which article opened which development, and whether everything was told once.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.evaluation.bench.latency_ledger import Backlog, Ledger, backlog, ledger
from bot.evaluation.bench.latency_report import report
from bot.evaluation.bench.polling import BenchError
from bot.evaluation.bench.wire_news import GOES_ROUND
from bot.evaluation.bench.wire_server import FEWEST_SOURCES, MOST_SOURCES, host
from bot.evaluation.bench.wire_talks import write_newsroom
from bot.sandbox.client import ControlClient
from bot.sandbox.specification import default_workspace
from config.schema import SourceConfig

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DESK = "#talks-ukraine-russia"
SUBSCRIBED = ("borders economy here", "security people dm")
LOOK_MINUTES = 0.2
_SPEAKS = 30.0
_STARTS = 90.0
_LOOK = 0.25
_EDITS_SETTLE = 240.0
_MESSAGES_SETTLE = 180.0
_LAST_LINES = 30


@dataclass(frozen=True, slots=True)
class Run:
    """What one run was, and what came of it. Times are Unix times, `settled` in seconds after the last article.

    `begun` is when news began, `steady` when as much came as ever after, `ended` when it ended; `core` the share of one
    core the bot took in between, None where the system does not tell.
    """

    sources: int
    every: float
    begun: float
    steady: float
    ended: float
    core: float | None
    at_end: Backlog
    messages_settled: float
    edits_settled: float
    calls: list[dict[str, Any]]
    sent: dict[str, float]
    looks: int
    ledger: Ledger


def latency_bench(sources: int, rate: float, seconds: float, config: Path, say: Callable[[str], None]) -> None:
    """Run it for `seconds` of `rate` reports a second, and say how late the alerts were.

    Raises:
        BenchError: Something did not start, did not end, or does not balance.
    """
    if not FEWEST_SOURCES <= sources <= MOST_SOURCES or rate <= 0 or seconds <= 0:
        raise BenchError(
            f"--wires must be {FEWEST_SOURCES} to {MOST_SOURCES}, --rate and --seconds must be more than 0"
        )
    with tempfile.TemporaryDirectory(prefix="backchannel-latency-") as folder:
        run = asyncio.run(_run(Path(folder), sources, sources / rate, seconds, config))
    report(run, say)


async def _run(folder: Path, sources: int, every: float, seconds: float, config: Path) -> Run:
    length = GOES_ROUND + seconds
    with ExitStack() as parts:
        arguments = ("--sources", str(sources), "--every", str(every), "--seconds", str(length))
        wire = parts.enter_context(_part("the sources", folder, "bot.evaluation.bench.wire_server", *arguments))
        port = int(_line(wire, "the sources"))
        slack = parts.enter_context(_part("the sandbox", folder, "bot.sandbox", "--port", "0"))
        page = _line(slack, "the sandbox").split()[-1].rstrip("/")
        database = folder / "latency.db"
        bot = parts.enter_context(
            _part(
                "the bot", folder, "bot", "run", "--with-parent", environment=_bot(folder, port, page, sources, config)
            )
        )
        async with ControlClient(page) as desk, aiohttp.ClientSession(f"http://{host(0)}:{port}") as wires:
            await _ready(desk, wires, sources, bot)
            for what in SUBSCRIBED:
                text = f"subscribe {what}"
                told = await desk.do("command", channel="world-desk", user="dana", command="/peace-status", text=text)
                if not told.get("acked"):
                    raise BenchError(f"the bot did not take `/peace-status {text}`: {told}")
            async with wires.post("/begin") as answer:
                began = await answer.json()
                begun = float(began["begun"])
            calls = _Calls(desk)
            await calls.until(begun + GOES_ROUND)
            spent = _cpu(bot.pid)
            await calls.until(begun + length)
            after = _cpu(bot.pid)
            async with wires.get("/sent") as answer:
                looks = (await answer.json())["looks"] - began["looks"]
            core = (after - spent) / seconds if after is not None and spent is not None else None
            at_end = backlog(database)
            messages = await calls.settled(database, begun + length, _MESSAGES_SETTLE, lambda left: left.but_edits)
            edits = await calls.settled(database, begun + length, _EDITS_SETTLE, lambda left: left.whole)
            async with wires.get("/sent") as answer:
                told = await answer.json()
            await calls.look()
            if bot.poll() is not None:
                raise BenchError(f"the bot ended with {bot.returncode}")
    return Run(
        sources, every, begun, begun + GOES_ROUND, begun + length, core, at_end, messages, edits,
        calls.made, told["sent"], looks, ledger(database),
    )  # fmt: skip


class _Calls:
    """The calls the sandbox answered, looked up before it forgets them."""

    def __init__(self, desk: ControlClient) -> None:
        self._desk = desk
        self._after = 0
        self.made: list[dict[str, Any]] = []

    async def look(self) -> None:
        """Take in those since the last look."""
        found = await self._desk.log("api", after=self._after)
        if found:
            self._after = found[-1]["seq"]
        self.made += found

    async def until(self, moment: float) -> None:
        """Go on looking until then."""
        while (left := moment - time.time()) > 0:
            await asyncio.sleep(min(left, 1.0))
            await self.look()

    async def settled(self, database: Path, ended: float, patience: float, left: Callable[[Backlog], int]) -> float:
        """Seconds after `ended` until nothing is left."""
        while left(found := backlog(database)):
            if time.time() - ended > patience:
                raise BenchError(f"{patience:.0f} s after the last article there is still work left: {found}")
            await asyncio.sleep(_LOOK)
            await self.look()
        return time.time() - ended


async def _ready(desk: ControlClient, wires: aiohttp.ClientSession, sources: int, bot: subprocess.Popen[str]) -> None:
    """Wait until the bot listens to Slack and has looked at every source once, and again."""
    started = time.time()
    while True:
        async with wires.get("/sent") as answer:
            told = await answer.json()
        connected = (await desk.state())["connections"]
        if connected and told["sources"] == sources and told["looks"] >= 2 * sources:
            return
        if bot.poll() is not None or time.time() - started > _STARTS:
            raise BenchError(
                f"the bot is not at work after {time.time() - started:.0f} s: {connected} connections to Slack,"
                f" {told['sources']} of {sources} sources looked at"
            )
        await asyncio.sleep(_LOOK)


def _bot(folder: Path, port: int, page: str, sources: int, config: Path) -> dict[str, str]:
    """The bot's settings: production's own, but for where everything is."""
    listed = [
        SourceConfig(
            id=f"courier_{number}",
            name=f"Sample Courier {number}",
            url=f"http://{host(number)}:{port}/feed.xml",
            language="en",
            tier="agency",  # whose first report is alerted at once
            interval=LOOK_MINUTES,
        )
        for number in range(sources)
    ]
    write_newsroom(folder / "config", config, listed, DESK)
    app = default_workspace().app
    return {
        "SLACK_BOT_TOKEN": app.bot_token,
        "SLACK_APP_TOKEN": app.app_token,
        "SLACK_API_URL": f"{page}/api/",
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/latency.db",
        "BACKCHANNEL_CONFIG": str(folder / "config"),
        "BACKCHANNEL_CHANNEL": DESK,
        "BACKCHANNEL_ALLOW_HOSTS": ",".join(f"{host(number)}:{port}" for number in range(sources)),
        "BACKCHANNEL_LOG_LEVEL": "WARNING",
    }


@contextmanager
def _part(
    name: str, folder: Path, module: str, *arguments: str, environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A process of ours while the block runs; what it complained of is told where the block fails."""
    ours = ("SLACK_", "BACKCHANNEL_", "DATABASE_")
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.lower().endswith("_proxy") and not key.startswith(ours) and key != "PORT"
    }
    here = str(Path(__file__).resolve().parents[3])
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, (here, kept.get("PYTHONPATH"))))
    log = folder / f"{module}.log"
    with log.open("w", encoding="utf-8") as complaints:
        process = subprocess.Popen(  # noqa: S603 (our own modules)
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            env=kept | (environment or {}),
            cwd=folder,
        )
        try:
            yield process
        except BaseException as error:
            told = log.read_text(encoding="utf-8").splitlines()[-_LAST_LINES:]
            if told and isinstance(error, BenchError):
                error.add_note(f"{name} said last:\n" + "\n".join(told))
            raise
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_SPEAKS)
            process.kill()
            process.wait()


def _line(process: subprocess.Popen[str], name: str) -> str:
    line = process.stdout.readline() if process.stdout else ""
    if not line.strip():
        raise BenchError(f"{name} did not start: it needs a system that answers at all of 127.0.0.0/8")
    return line.strip()


def _cpu(pid: int) -> float | None:
    """CPU seconds a process has taken, its threads included."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return None
    fields = stat.read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
