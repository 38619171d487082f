"""Meet every attack of the tests' hostile server, print what became of each, and write it to docs/hostile-sources.md.

Exits with 1, and writes nothing, where one of them ended otherwise than it must.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "hostile-sources.md"
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support.attacks import TABLES  # noqa: E402 (found by the line above)
from support.hostile import Attack, Met, ground  # noqa: E402

from bot.domain.source import Problem  # noqa: E402

_HEAD = """# What a hostile source can do

Written by `python scripts/hostile_table.py`, which meets every attack below over a real socket: a server on loopback
does what the first column says, the program looks at it as at any source, and another server stands for the inside of
a newsroom's network, which none of them reached. The tests meet the same attacks and compare with this page.

“Refused as” is the kind of problem kept with the source, and the words an editor reads after its name; *read* means
that nothing had to be refused. `PORT` and `INSIDE` are the two servers' ports. “Sent” is what had left the server by
then; the deadline is 30 s in the program, and 1 s here.
"""
_COLUMNS = "| what it does | refused as | in words | sent | ended |\n|---|---|---|---|---|\n"
_MEGABYTE = 1024 * 1024


def row(attack: Attack, met: Met) -> str:
    """One line of the table."""
    problem = f"`{met.problem}`" if met.problem else "*read*"
    cells = (attack.tries, problem, met.told, _sent(met), "at the deadline" if is_late(met) else "at once")
    return "| " + " | ".join(_escaped(cell) for cell in cells) + " |\n"


def is_late(met: Met) -> bool:
    """Whether a deadline ended it."""
    return met.problem is Problem.TIMEOUT or "could not be mended within" in met.told


def ended_as_it_must(attack: Attack, met: Met) -> bool:
    """Whether what became of an attack is what its table says."""
    return (met.problem, met.told) == (attack.problem, attack.told)


def _sent(met: Met) -> str:
    if met.problem is Problem.TIMEOUT:
        return "what came in time"
    if not met.sent:
        return "nothing"
    steps = {"up to 16 KB": 16 * 1024, "up to 1 MB": _MEGABYTE, "up to 8 MB": 8 * _MEGABYTE}
    return next((words for words, most in steps.items() if met.sent <= most), "more")


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("<", "&lt;")


async def main() -> int:
    """Meet them all; returns how many did not end as they must."""
    text, wrong = _HEAD, 0
    async with ground() as ours:
        for title, attacks in TABLES.items():
            text += f"\n## {title}\n\n{_COLUMNS}"
            for attack in attacks:
                met = await ours.meet(attack)
                text += row(attack, met)
                good = ended_as_it_must(attack, met)
                wrong += not good
                mark = "  " if good else "! "
                measured = f"{met.sent:>10,} B {met.seconds:6.2f} s"
                print(f"{mark}{attack.name:36} {met.problem or 'read':16} {measured}  {met.told}")
        reached = len(ours.inside.requests)
    print(f"{wrong} ended otherwise than they must; {reached} reached the inside")
    if not wrong and not reached:
        DOCUMENT.write_text(text, encoding="utf-8")
    return wrong + reached


if __name__ == "__main__":
    sys.exit(min(1, asyncio.run(main())))
