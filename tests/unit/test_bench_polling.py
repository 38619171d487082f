"""The polling bench measures what it says: every contender looks as often as it has to, and ours keeps everything."""

from __future__ import annotations

import pytest

from bot.evaluation.bench.polling import BenchError, run, server


def test_the_floor_and_ours_look_at_the_same_sources() -> None:
    with server() as port:
        for name in ("floor", "ours"):
            found = run(name, port, "tagged", 3)
            assert found["cold"] > 0
            assert found["warm"] > 0


def test_a_contender_that_fails_is_told() -> None:
    with server() as port, pytest.raises(BenchError, match=r"^floor failed"):
        run("floor", port, "no such manner", 3)
