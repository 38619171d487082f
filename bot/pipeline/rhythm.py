"""How often to look at a source: faster while it brings news, slower while it does not, much slower while it fails."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.poll import Claim

FASTER, SLOWER = 0.8, 1.15
FLOOR, CEILING = 0.5, 2.0
# How much longer a source is left alone while its hub pushes it: hubs lose messages too.
PUSHED = 6.0
JITTER = 0.1
# Without a look for so many times its pace, a source was waited for together with others: at the first start, after an
# outage, after a night with the lid closed.
TOGETHER = 2.0
LONGEST_BACK_OFF = timedelta(hours=6)


class Rhythm:
    """Decides when a source is next due. `chance` gives numbers in [0, 1): two sources never march in step for long."""

    def __init__(self, chance: Callable[[], float]) -> None:
        self._chance = chance

    def after_success(self, claim: Claim, now: datetime, *, brought_news: bool) -> tuple[timedelta, datetime]:
        """The source's new pace, within half and twice the newsroom's interval, and when it is due.

        What was looked at together spreads over the pace, so that news comes evenly from then on. One that is pushed is
        due much later, but no later than its hub stops.
        """
        listed = claim.source.interval
        pace = claim.pace * (FASTER if brought_news else SLOWER)
        pace = min(max(pace, listed * FLOOR), listed * CEILING)
        together = claim.looked_at is None or now - claim.looked_at > claim.pace * TOGETHER
        due = now + (pace * (JITTER + (1 - JITTER) * self._chance()) if together else self._jittered(pace))
        if claim.pushed_until is not None and claim.pushed_until > due:
            due = min(now + self._jittered(listed * PUSHED), claim.pushed_until)
        return pace, due

    def after_failure(self, claim: Claim, now: datetime, retry_after: timedelta | None) -> datetime:
        """When to try again: the interval doubled for each failure in a row, or what the server asked for if longer."""
        pause = min(claim.source.interval * 2 ** min(claim.error_count, 12), LONGEST_BACK_OFF)
        return now + max(self._jittered(pause), retry_after or timedelta())

    def _jittered(self, span: timedelta) -> timedelta:
        return span * (1 + JITTER * (2 * self._chance() - 1))
