"""Turns: how long a thread that computes may keep the others waiting."""

from __future__ import annotations

import sys

TURN = 0.0005


def take_short_turns() -> None:
    """For the whole process: half a millisecond a turn, not Python's five.

    Deciding computes in a thread while the event loop and the database's threads hand work to and fro; each hand-over
    waits for a turn, and a transaction is dozens of them.
    """
    sys.setswitchinterval(TURN)
