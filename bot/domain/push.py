"""Being pushed a feed by its hub (WebSub): what we asked for, whether a message is the hub's, when to ask again."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.source import Hub, Source

# What we ask for; the hub decides.
LEASE = timedelta(days=7)

_SHORTEST_LEASE, _LONGEST_LEASE = timedelta(minutes=1), timedelta(days=30)
_RENEWED_AFTER = 0.8
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=10), timedelta(days=1)
# As long as this after we asked, a hub may still come to ask whether we meant it.
_ANSWERED_WITHIN = timedelta(days=1)
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})


@dataclass(frozen=True, slots=True)
class Subscription:
    """One source's subscription at its hub.

    `token` is the secret part of the address we are pushed at, `secret` what the hub signs with. `asked_at` is when we
    last asked, `live_until` when what was granted ends; None until then.
    """

    source: Source
    hub: Hub
    token: str
    secret: str
    asked_at: datetime | None = None
    live_until: datetime | None = None

    def meant(self, topic: str, now: datetime) -> bool:
        """Whether we asked for this, lately: what a hub wants to know before it pushes."""
        return topic == self.hub.topic and self.asked_at is not None and now - self.asked_at <= _ANSWERED_WITHIN


def pause_before_asking(attempts: int) -> timedelta:
    """How long to wait for a hub to come back before asking it again, after `attempts` that led to nothing."""
    doubled: int = 2 ** min(attempts, 10)
    return min(_FIRST_PAUSE * doubled, _LONGEST_PAUSE)


def granted(seconds: int, now: datetime) -> tuple[datetime, datetime]:
    """Until when a lease of so many seconds lasts, and when to renew it."""
    lease = timedelta(seconds=min(max(seconds, 0), int(_LONGEST_LEASE.total_seconds())))
    lease = max(lease, _SHORTEST_LEASE)
    return now + lease, now + lease * _RENEWED_AFTER


def signed(body: bytes, secret: str, signature: str | None) -> bool:
    """Whether `signature` ("sha256=…") is that of `body` by `secret`; a wrong one takes as long as a right one."""
    method, _, given = (signature or "").strip().partition("=")
    if method.lower() not in _METHODS:
        return False
    expected = hmac.new(secret.encode(), body, method.lower()).hexdigest()
    return hmac.compare_digest(expected.encode(), given.strip().lower().encode())
