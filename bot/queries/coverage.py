"""Whether we would know: how many sources answer, so that "nothing happened" is never said of "we cannot see"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.source import SourceHealth

OVERDUE = timedelta(minutes=15)
"""How late a look may be before nobody is looking: a look takes half a minute, and is given back within two."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the `listed` sources answer, as of `at`.

    `unasked` are overdue: whatever polls does not run. `untried` have never been asked. `since` is when so many had
    stopped answering, or being asked, that we were blind; None while we are not.
    """

    listed: int
    answering: int
    failing: int
    unasked: int
    untried: int
    at: datetime
    since: datetime | None = None

    @property
    def blind(self) -> bool:
        """Whether so few sources answer that no news says nothing."""
        return 2 * (self.listed - self.answering) > self.listed


def coverage(sources: Sequence[SourceHealth], now: datetime) -> Coverage:
    """What can be seen of a negotiation now."""
    lost: list[datetime] = []
    failing = unasked = untried = 0
    for each in sources:
        if each.problem is not None:
            failing += 1
            lost.append(each.failing_since or each.last_polled_at or now)
        elif each.last_polled_at is None:
            untried += 1
        elif each.next_poll_at is not None and now - each.next_poll_at > OVERDUE:
            unasked += 1
            lost.append(each.last_polled_at)
    missing = failing + unasked + untried
    enough = len(sources) // 2  # one more than these, and we are blind
    since = sorted(lost)[enough] if len(lost) > enough else None
    return Coverage(len(sources), len(sources) - missing, failing, unasked, untried, now, since)
