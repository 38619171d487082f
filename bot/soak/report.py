"""The soak's report, as text."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from bot.soak.clock import SPEED
from bot.soak.faults import FAULTS
from bot.soak.result import all_cases, points_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from bot.soak.result import Result

_ERROR = re.compile(r"^\S+ \S+ ERROR ([\w.]+): (.*)$")
_VARYING = re.compile(r"\b[0-9a-f]{8}\b|\d+|'[^']*'")
_LONGEST = 90


def errors_in(log: Path) -> Counter[str]:
    """What workers logged as errors, alike ones counted together."""
    found: Counter[str] = Counter()
    for line in log.read_text(errors="replace").splitlines():
        if told := _ERROR.match(line):
            found[f"{told[1]}: {_VARYING.sub('…', told[2])[:_LONGEST]}"] += 1
    return found


def summary(result: Result) -> str:
    """A line: what was done, and how it ended."""
    found = result.findings
    return (
        f"{result.strategy}: {'passed' if result.passed else 'FAILED'}: {result.kills:,} kills, "
        f"{found.messages:,} messages and {found.edits:,} edits in Slack; {found.lost} lost, "
        f"{found.duplicated} duplicated, {found.out_of_order} out of order, {found.astray} astray, "
        f"{found.stale_cards} stale cards, {found.answered_twice} mentions answered twice; {result.seconds:.0f} s"
    )


def report(results: Sequence[Result], *, command: str) -> str:
    """Everything, the first strategy at length."""
    first = results[0]
    lines = [
        "Soak of delivery: kill -9 at every named point, under every fault of Slack",
        f"command  {command}",
        f"seed     {first.seed}",
        f"time     Slack's waits run {SPEED:.0f} times as fast (bot/soak/clock.py says what that changes)",
        "",
        *_strategies(results),
        "",
        f"{first.strategy}, in full",
        *_at_length(first),
    ]
    for each in results:
        lines += _told(each)
    return "\n".join(lines) + "\n"


def _strategies(results: Sequence[Result]) -> list[str]:
    rows: list[Sequence[str]] = [
        (
            "strategy",
            "kills",
            "sent",
            "edits",
            "lost",
            "duplicated",
            "out of order",
            "astray",
            "stale",
            "seconds",
            "gate",
        )
    ]
    for each in results:
        found = each.findings
        counts = (
            each.kills,
            found.messages,
            found.edits,
            found.lost,
            found.duplicated,
            found.out_of_order,
            found.astray,
            found.stale_cards,
            round(each.seconds),
        )
        rows.append((each.strategy, *(f"{count:,}" for count in counts), "passed" if each.passed else "FAILED"))
    return [
        *_table(rows),
        "sent: cards and thread replies that stand in Slack. astray: a reply under a wrong card, or broadcast or not",
        "against its alert. stale: a card that does not count every report or lacks a correction.",
    ]


def _at_length(result: Result) -> list[str]:
    found = result.findings
    every = len(all_cases(result.strategy))
    missed = f"; {result.missed.total()} lives ended without coming by their point" if result.missed else ""
    return [
        f"  {result.kills:,} kills in {len(result.cases):,} of {every:,} pairs of point and fault{missed}",
        f"  {result.at_rest:,} more at rest, when nothing was under way",
        f"  news: {result.developments:,} developments, {result.reports:,} reports and revisions",
        f"  {result.notes:,} updates, changes of state and corrections, each for three or four conversations",
        f"  mentions by people: {result.mentions:,}, answered twice: {found.answered_twice}",
        "",
        "kills by fault (met: how many calls or payloads met it)",
        *_table([("fault", "kills", "met")] + [(f, str(result.by_fault[f]), str(result.met[f])) for f in FAULTS]),
        "",
        "kills by point",
        *_table((point, str(result.by_point[point])) for point in points_of(result.strategy)),
    ]


def _told(result: Result) -> list[str]:
    lines: list[str] = []
    if result.unfinished:
        lines += ["", f"{result.strategy}: did not come to rest", *(f"  {each}" for each in result.unfinished)]
    if result.findings.told:
        lines += ["", f"{result.strategy}: for example", *(f"  {each}" for each in result.findings.told)]
    if result.missed:
        rows = [(point, str(times)) for point, times in result.missed.most_common()]
        lines += ["", f"{result.strategy}: points not come by in time", *_table(rows)]
    if result.errors:
        rows = [(what, str(times)) for what, times in result.errors.most_common()]
        lines += ["", f"{result.strategy}: errors the workers logged", *_table(rows)]
    return lines


def _table(rows: Iterable[Sequence[str]]) -> list[str]:
    every = [list(row) for row in rows]
    widths = [max(len(row[column]) for row in every) for column in range(len(every[0]))] if every else []
    return [
        "  "
        + "  ".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in every
    ]
