"""`python -m bot.soak`: kill the program's steps a thousand times while Slack fails, and count what Slack shows.

Exits with 1 where anything was lost, stands twice or out of order, or a card does not show its newest state.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bot.soak.campaign import Campaign
from bot.soak.clock import SoakClock
from bot.soak.nursery import Nursery
from bot.soak.report import errors_in, report, summary
from bot.soak.strategies import OURS, STRATEGIES
from bot.soak.worker import certificates, work

if TYPE_CHECKING:
    from bot.soak.result import Result

KILLS = 1_000
COMPARED_KILLS = 200


async def soak(options: argparse.Namespace, clock: SoakClock, nursery: Nursery, folder: Path) -> list[Result]:
    """Run the strategy asked for; with `--compare`, then the others, shorter."""
    await nursery.open()
    results: list[Result] = []
    for strategy in (options.strategy, *(each for each in STRATEGIES if options.compare and each != options.strategy)):
        first = not results
        kills = (None if options.minutes else options.kills) if first else COMPARED_KILLS
        seconds = options.minutes * 60 if options.minutes and first else None
        log = folder / "workers.log"
        before = log.stat().st_size if log.exists() else 0
        campaign = Campaign(clock, nursery, folder, strategy=strategy, seed=options.seed)
        result = await campaign.run(kills=kills, seconds=seconds)
        result.errors = errors_in(log, before)
        results.append(result)
        sys.stderr.write(f"{summary(result)}\n")
    await nursery.close()
    return results


def main() -> int:
    """Soak, and print the report; 1 where the first strategy did not pass."""
    parser = argparse.ArgumentParser(prog="python -m bot.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, help="how long, in place of --kills")
    parser.add_argument("--kills", type=int, default=KILLS, help="how many kills (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="order of cases, news and places (default %(default)s)")
    parser.add_argument("--strategy", choices=STRATEGIES, default=OURS, help="how to deliver (default %(default)s)")
    parser.add_argument("--compare", action="store_true", help="then soak the other strategies too, shorter")
    parser.add_argument("--keep", type=Path, help="leave databases and the workers' log in this folder")
    options = parser.parse_args()
    certificates()
    clock = SoakClock()
    with TemporaryDirectory(prefix="soak-") as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        nursery = Nursery(partial(work, clock), folder / "workers.log")
        results = asyncio.run(soak(options, clock, nursery, folder))
    sys.stdout.write(report(results, command=f'make soak ARGS="{" ".join(sys.argv[1:])}"'))
    return 0 if results[0].passed else 1


if __name__ == "__main__":
    sys.exit(main())
