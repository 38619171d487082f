"""`python -m bot.soak`: kill the program's steps a thousand times while Slack fails, and count what Slack shows.

Exits with 1 where anything was lost, stands twice or out of order, or a card does not show its newest state.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.soak.campaign import Campaign
from bot.soak.clock import SoakClock
from bot.soak.nursery import Nursery
from bot.soak.report import errors_in, report, summary
from bot.soak.result import Result, Share
from bot.soak.strategies import OURS, STRATEGIES
from bot.soak.worker import certificates, work

KILLS = 1_000
COMPARED_KILLS = 80


@dataclass(frozen=True, slots=True)
class Task:
    """A share of a strategy's soak: until so many kills, or for so many seconds."""

    strategy: str
    seed: int
    share: Share
    kills: int | None
    seconds: float | None
    folder: Path


def soak(task: Task) -> Result:
    """Run one share in this process, which must have neither threads nor an event loop yet."""
    clock = SoakClock()
    log = task.folder / f"{task.strategy}-{task.share.number}.log"
    nursery = Nursery(partial(work, clock), log)

    async def run() -> Result:
        await nursery.open()
        campaign = Campaign(clock, nursery, task.folder, strategy=task.strategy, seed=task.seed, share=task.share)
        try:
            return await campaign.run(kills=task.kills, seconds=task.seconds)
        finally:
            await nursery.close()

    result = asyncio.run(run())
    result.errors = errors_in(log)
    return result


def tasks(options: argparse.Namespace, folder: Path) -> list[Task]:
    """What to run: the strategy asked for in shares, and with `--compare` the others, shorter."""
    jobs = options.jobs
    seconds = options.minutes * 60 if options.minutes else None
    each = None if seconds else math.ceil(options.kills / jobs)
    shares = [Share(number, jobs) for number in range(jobs)]
    found = [Task(options.strategy, options.seed, share, each, seconds, folder) for share in shares]
    others = [other for other in STRATEGIES if options.compare and other != options.strategy]
    return found + [
        Task(other, options.seed, share, math.ceil(COMPARED_KILLS / jobs), None, folder)
        for other in others
        for share in shares
    ]


def run(options: argparse.Namespace, folder: Path) -> list[Result]:
    """Run every task, `--jobs` at a time; a result for each strategy."""
    results: dict[str, Result] = {}
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(options.jobs, mp_context=fork) as pool:
        for result in pool.map(soak, tasks(options, folder)):
            sys.stderr.write(f"{summary(result)}\n")
            if result.strategy in results:
                results[result.strategy].add(result)
            else:
                results[result.strategy] = result
    return list(results.values())


def command(options: argparse.Namespace) -> str:
    """What to type for the same again."""
    length = f"--minutes {options.minutes:g}" if options.minutes else f"--kills {options.kills}"
    compare = " --compare" if options.compare else ""
    chosen = f"{length} --seed {options.seed} --jobs {options.jobs} --strategy {options.strategy}{compare}"
    return f'make soak ARGS="{chosen}"'


def main() -> int:
    """Soak, and print the report; 1 where the first strategy did not pass."""
    parser = argparse.ArgumentParser(prog="python -m bot.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, help="how long, in place of --kills")
    parser.add_argument("--kills", type=int, default=KILLS, help="how many kills (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="order of cases, news and places (default %(default)s)")
    parser.add_argument("--strategy", choices=STRATEGIES, default=OURS, help="how to deliver (default %(default)s)")
    parser.add_argument("--compare", action="store_true", help="then soak the other strategies too, shorter")
    parser.add_argument("--jobs", type=int, default=2, help="shares run side by side (default %(default)s)")
    parser.add_argument("--keep", type=Path, help="leave databases and the workers' logs in this folder")
    options = parser.parse_args()
    if options.jobs < 1 or options.kills < 1 or (options.minutes is not None and options.minutes <= 0):
        parser.error("--minutes, --kills and --jobs must be more than 0")
    certificates()
    with TemporaryDirectory(prefix="soak-") as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        results = run(options, folder)
    sys.stdout.write(report(results, command=command(options)))
    return 0 if results[0].passed else 1


if __name__ == "__main__":
    sys.exit(main())
