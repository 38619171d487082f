"""What a source is by its record: broken told apart from quiet, each by its own habit."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.source import SourceHealth

QUIET_AFTER = timedelta(days=1)
LONG_AGO = 3
"""How many alarming silences old a feed's newest entry is when nobody is at its other end any more."""


class Condition(StrEnum):
    """What a source is, worst first.

    STOPPED is not polled again until somebody changes its address. FAILING did not answer last time and is tried
    again. FROZEN answers, always the same, while others have news; or what it has is very old. SILENT has had nothing
    new for longer than it ever has. UNTRIED has not been asked yet. QUIET answers, and has had nothing new for a day,
    as it happens with it. FINE answers, with news.
    """

    STOPPED = "stopped"
    FAILING = "failing"
    FROZEN = "frozen"
    SILENT = "silent"
    UNTRIED = "untried"
    QUIET = "quiet"
    FINE = "fine"

    @property
    def broken(self) -> bool:
        """Whether it does not answer, so that somebody may have to do something."""
        return self in {Condition.STOPPED, Condition.FAILING}

    @property
    def doubtful(self) -> bool:
        """Whether it answers, and somebody should look whether there is truth in it."""
        return self in {Condition.FROZEN, Condition.SILENT}


def condition(health: SourceHealth, now: datetime, *, peers: Sequence[SourceHealth] = ()) -> Condition:
    """What a source's record amounts to, beside the other sources of its negotiation (it may be among them)."""
    if health.stopped:
        return Condition.STOPPED
    if health.problem is not None:
        return Condition.FAILING
    if health.last_polled_at is None:
        return Condition.UNTRIED
    if (doubt := _doubt(health, now, peers)) is not None:
        return doubt
    if health.last_new_at is None or now - health.last_new_at > QUIET_AFTER:
        return Condition.QUIET
    return Condition.FINE


def _doubt(health: SourceHealth, now: datetime, peers: Sequence[SourceHealth]) -> Condition | None:
    """Whether a source that answers is silent for longer than it ever is, and if so how it looks."""
    if health.silence is None or health.newest_at is None:
        return None  # too little is known of its habits
    alarming = health.silence.alarming
    silent = now - health.newest_at
    if silent <= alarming:
        return None
    if silent > LONG_AGO * max(alarming, QUIET_AFTER):
        return Condition.FROZEN
    others = [peer for peer in peers if peer.source.id != health.source.id and peer.problem is None]
    moved = sum(peer.last_new_at is not None and peer.last_new_at > now - silent for peer in others)
    if moved * 2 < len(others) or not others:
        return None  # it is not alone: nothing happens
    same = health.unchanged_since is not None and now - health.unchanged_since > alarming
    return Condition.FROZEN if same else Condition.SILENT
