"""The soak, short: delivery stands it, and a strategy that should not does not."""

from __future__ import annotations

import asyncio
import re
import sys

from bot.soak.faults import FAULTS, ONLY_UNDER
from bot.soak.points import all_points
from bot.soak.result import all_cases


async def soaked(*arguments: str) -> tuple[int | None, dict[str, str], str]:
    """Exit code, the row of the first strategy by its headings, and all that was printed."""
    soak = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.soak", *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    async with asyncio.timeout(300):
        out = (await soak.communicate())[0].decode()
    headings, row = (re.split(r"\s{2,}", line.strip()) for line in out.splitlines()[5:7])
    return soak.returncode, dict(zip(headings, row, strict=True)), out


async def test_killed_at_random_points_under_random_faults_nothing_is_lost_or_told_twice() -> None:
    code, found, out = await soaked("--kills", "10", "--seed", "99")
    assert (code, found["gate"]) == (0, "passed"), out
    assert int(found["kills"]) >= 10, out
    assert int(found["sent"]) >= 10, out
    killed = re.findall(r"^  (\w+): \w+, [\w ]+?  +[1-9]\d*$", out, re.MULTILINE)
    assert set(killed) == {"poll", "detect", "alert", "deliver"}, out
    assert [found[each] for each in ("lost", "duplicated", "out of order", "astray", "stale")] == ["0"] * 5, out


async def test_posting_again_after_any_error_does_not_stand_it() -> None:
    code, found, out = await soaked("--kills", "8", "--seed", "1434", "--strategy", "naive")
    assert (code, found["gate"]) == (1, "FAILED"), out
    assert int(found["duplicated"]) > 0, out


def test_every_step_has_points_and_every_point_meets_every_fault_it_can() -> None:
    points = [str(point) for point in all_points()]
    assert {point.split(":")[0] for point in points} == {"poll", "detect", "alert", "deliver"}
    for needed in (
        "poll: claim_due, after",
        "detect: record_decisions, before commit",
        "alert: address, after",
        "deliver: begin, after",
        "deliver: post, request sent",
        "deliver: post, reply arriving",
        "deliver: post, after",
        "deliver: find, request sent",
        "deliver: settle, before commit",
        "deliver: pause, before commit",
        "deliver: probe, after",
    ):
        assert needed in points
    cases = all_cases("ours")
    for point in points:
        met = {case.fault for case in cases if case.point == point}
        assert met == set(ONLY_UNDER.get(point.split(",")[0], FAULTS)), point
    assert len(cases) == len(set(cases))
