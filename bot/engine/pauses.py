"""What keeps a whole process waiting: a thread that computes, and a look through everything for garbage."""

from __future__ import annotations

import gc
import sys

TURN = 0.0005


def take_short_turns() -> None:
    """For the whole process: half a millisecond a turn, not Python's five.

    Deciding computes in a thread while the event loop and the database's thread hand work to and fro; each hand-over
    waits for a turn, and a transaction is dozens of them.
    """
    sys.setswitchinterval(TURN)


def spare_the_start() -> None:
    """Look through what there is by now for garbage a last time: it lives as long as the process.

    A full collection stopped everything for eighty milliseconds, most of it for modules. To be called once: what is in
    a circle and spared is never freed.
    """
    gc.collect()
    gc.freeze()
