"""Token buckets: so many at once, then so many a second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sandbox.wire import RateLimitedError

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class RateLimiter:
    """One bucket per key. `clock` gives seconds and never goes back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def reset(self) -> None:
        """Every bucket full again."""
        self._buckets.clear()

    def take(self, key: str, *, per_second: float, burst: float) -> None:
        """Count one call.

        Raises:
            RateLimitedError: the bucket is empty; nothing is counted.
        """
        now = self._clock()
        bucket = self._buckets.setdefault(key, _Bucket(burst, now))
        bucket.tokens = min(burst, bucket.tokens + (now - bucket.filled_at) * per_second)
        bucket.filled_at = now
        if bucket.tokens < 1:
            raise RateLimitedError((1 - bucket.tokens) / per_second)
        bucket.tokens -= 1
