"""What looking at many sources costs, beside a floor, the usual way and the `reader` library: ratios of one run.

Each contender polls the same loopback server in a process of its own, one after another; CPU seconds of that process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.request import ProxyHandler, build_opener

from bot.evaluation.bench.feed_server import ENTRIES, HOSTS
from bot.evaluation.bench.ours import INTERVAL, Measured
from bot.evaluation.bench.pollers import WARM_ROUNDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PACED_SECONDS = 30
# Looks that end in the same document once more cost as much as first ones to those who parse: fewer tell enough.
_PLAIN_SHARE = 4
_CONTENDERS = {"floor": "bare asyncio streams", "feedparser": "feedparser + httpx", "reader": "reader"}
_LAG_TARGET, _CORE_TARGET, _RESIDENT_TARGET = 20, 5, 250


class BenchError(Exception):
    """Something did not run, or not as it should have; the text says what."""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU milliseconds a look: the first of each source, and later ones that were told 304, or the same again."""

    cold: float
    unchanged: float
    same_again: float


def poll_bench(sources: int, config: Path, say: Callable[[str], None]) -> None:
    """Measure every contender over as many sources, and say how they compare.

    Raises:
        BenchError: The server or a contender failed, or did not look as often as it had to.
    """
    few = max(sources // _PLAIN_SHARE, 1)
    say(
        f"polling     {sources:,} made-up sources of {ENTRIES} entries on {len(HOSTS)} loopback hosts, 50 looks at once"
        " without a pause\n            between two at one host (production keeps 0.5 s); CPU ms a look;"
        f" later looks: the cheapest of {WARM_ROUNDS} rounds"
    )
    with server() as port:
        ours, whole = _ours(port, sources, few, config)
        say(f"  {'':22}{'first look':>20}{'unchanged (304)':>20}{'same again (200)':>20}")
        say(f"  {'ours':22}{ours.cold:9.2f} ms        {ours.unchanged:9.2f} ms        {ours.same_again:9.2f} ms")
        costs = {}
        for name, title in _CONTENDERS.items():
            tagged = run(name, port, "tagged", sources)
            plain = run(name, port, "plain", few)
            its = costs[name] = _cost(tagged, sources, plain, few)
            cells = (
                f"{its.cold:8.2f} ms {its.cold / ours.cold:5.2f} x",
                f"{its.unchanged:8.2f} ms {its.unchanged / ours.unchanged:5.2f} x",
                f"{its.same_again:8.2f} ms {its.same_again / ours.same_again:5.2f} x",
            )
            say(f"  {title:22}" + "".join(f"{cell:>20}" for cell in cells))
    above = ours.unchanged / costs["floor"].unchanged
    say(
        f"  x: of ours. The floor and feedparser + httpx store nothing; unchanged, ours is {above:.1f} x the floor\n"
        "  targets: reader 10 x at a first look and 4 x unchanged; ours 2 x the floor unchanged"
    )
    _say_whole(whole, sources, say)


def _say_whole(whole: Measured, sources: int, say: Callable[[str], None]) -> None:
    minutes = INTERVAL.total_seconds() / 60
    resident = "unknown" if whole.resident is None else f"{whole.resident:.0f} MB"
    core, paced_lag = whole.core or 0.0, whole.paced_lag or 0.0
    say(
        f"  at a look a source every {minutes:g} minutes, of every tenth with news, over {PACED_SECONDS} s:"
        f" {core:.1%} of a core (target {_CORE_TARGET} %, for 2,000)\n"
        f"  at most {resident} resident (target {_RESIDENT_TARGET} MB), its own parts alone: no detector\n"
        f"  event loop late, 99th percentile: {paced_lag * 1e3:.0f} ms at that pace,"
        f" {whole.cold_lag * 1e3:.0f} ms reading all {sources:,} for the first time as fast as it goes,"
        f" {whole.warm_lag * 1e3:.0f} ms later (target {_LAG_TARGET} ms; wall time, so other programs count)"
    )


def _ours(port: int, sources: int, few: int, config: Path) -> tuple[Cost, Measured]:
    tagged = run("ours", port, "tagged", sources, "--config", str(config), "--paced", str(PACED_SECONDS))
    plain = run("ours", port, "plain", few, "--config", str(config))
    return _cost(tagged, sources, plain, few), Measured(**tagged)


def _cost(tagged: dict[str, float], sources: int, plain: dict[str, float], few: int) -> Cost:
    return Cost(tagged["cold"] / sources * 1e3, tagged["warm"] / sources * 1e3, plain["warm"] / few * 1e3)


@contextmanager
def server() -> Iterator[int]:
    """The sources, in a process of their own, and the port they are at."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot.evaluation.bench.feed_server"], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            line = server.stdout.readline() if server.stdout else ""
            if not line.strip().isdigit():
                raise BenchError(
                    "the sample server did not start: it needs a system that answers at all of 127.0.0.0/8"
                )
            yield int(line)
        finally:
            server.terminate()


def run(name: str, port: int, manner: str, sources: int, *more: str) -> dict[str, float]:
    """What one contender measured; the server has to have seen as many looks as that claims."""
    _told(port)
    module = ("bot.evaluation.bench.ours",) if name == "ours" else ("bot.evaluation.bench.pollers", name)
    arguments = ("--port", str(port), "--manner", manner, "--sources", str(sources), *more)
    # Through a proxy nobody would reach this machine's own sources.
    surroundings = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    command = [sys.executable, "-m", *module, *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env=surroundings)  # noqa: S603 (our own modules)
    if done.returncode:
        raise BenchError(f"{name} failed with {done.returncode}; what it says is above")
    answered = _told(port)
    later = WARM_ROUNDS * sources
    unchanged, whole = answered.get("304", 0), answered.get("200", 0)
    sound = unchanged >= later and whole >= sources if manner == "tagged" else whole == sources + later
    if not sound:
        raise BenchError(f"{name} had {whole} answers 200 and {unchanged} answers 304 from {sources} {manner} sources")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _told(port: int) -> dict[str, int]:
    with build_opener(ProxyHandler({})).open(f"http://{HOSTS[0]}:{port}/counts") as answer:
        counts: dict[str, int] = json.load(answer)
    return counts
