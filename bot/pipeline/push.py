"""Push: answer a hub that asks whether we meant it, and keep what it sends just as a poll would."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from bot.domain.poll import Claim
from bot.domain.push import granted, signed
from bot.domain.source import Fetched, Validators

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.domain.poll import PollRecord, Recorded
    from bot.domain.push import Subscription
    from bot.domain.source import FetchOutcome, Source

log = logging.getLogger(__name__)


class PushStore(Protocol):
    """The subscriptions, and what is pushed."""

    async def subscription(self, token: str) -> Subscription | None:
        """The subscription of a listed source by its token."""
        ...

    async def grant(self, source: str, *, live_until: datetime, renew_at: datetime) -> None:
        """Keep that a hub granted it."""
        ...

    async def deny(self, source: str, reason: str) -> None:
        """Keep that a hub ended or denied it."""
        ...

    async def record_push(self, record: PollRecord) -> Recorded:
        """Keep pushed items in one transaction; when the source is next polled stays as it is."""
        ...


class PushReader(Protocol):
    """Reads a document that was sent."""

    async def read_pushed(self, source: Source, body: bytes, content_type: str | None, url: str) -> FetchOutcome:
        """What is in it. A failure is an outcome, not an exception."""
        ...


class Recorder(Protocol):
    """Decides what a document leaves behind: the poll step."""

    def record_of(self, claim: Claim, outcome: FetchOutcome, now: datetime) -> PollRecord:
        """What it leaves."""
        ...


class PushStep:
    """Hears hubs. Whoever knows no token is told nothing; who knows one but cannot sign is not believed."""

    def __init__(self, store: PushStore, reader: PushReader, recorder: Recorder, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._reader = reader
        self._recorder = recorder
        self._clock = clock

    async def confirm(self, token: str, asked: Mapping[str, str]) -> str | None:
        """Answer a hub's question about intent: the challenge to send back, or None if we did not ask for that."""
        now = self._clock()
        subscription = await self._store.subscription(token)
        if subscription is None or asked.get("hub.topic") != subscription.hub.topic:
            return None
        source = subscription.source.id
        if asked.get("hub.mode") == "denied":
            reason = asked.get("hub.reason", "")[:200]
            await self._store.deny(source, f"denied the subscription{f' (“{reason}”)' if reason else ''}")
            log.warning("source %s: its hub denied the subscription", source)
            return ""
        seconds = asked.get("hub.lease_seconds", "")
        if asked.get("hub.mode") != "subscribe" or not subscription.meant(asked["hub.topic"], now):
            return None
        if not (seconds.isascii() and seconds.isdigit() and "hub.challenge" in asked):
            return None
        live_until, renew_at = granted(int(seconds[:12]), now)
        await self._store.grant(source, live_until=live_until, renew_at=renew_at)
        log.info("source %s: pushed by its hub until %s", source, live_until.isoformat(timespec="minutes"))
        return asked["hub.challenge"]

    async def expects(self, token: str) -> bool:
        """Tell whether there is such a subscription, of a source that is listed."""
        return await self._store.subscription(token) is not None

    async def receive(self, token: str, body: bytes, content_type: str | None, signature: str | None) -> None:
        """Keep what a hub sent, if it is signed with the secret only that hub was told.

        Whoever cannot sign is not told so: it would help them guess.
        """
        subscription = await self._store.subscription(token)
        if subscription is None:
            return
        source = subscription.source
        if not signed(body, subscription.secret, signature):
            log.warning("source %s: a push was not signed by its hub, and was ignored", source.id)
            return
        outcome = await self._reader.read_pushed(source, body, content_type, subscription.hub.topic)
        if not isinstance(outcome, Fetched):
            log.warning("source %s: a push could not be read: %s", source.id, outcome)
            return
        claim = Claim(source, Validators(), source.interval, error_count=0, first=False)
        recorded = await self._store.record_push(self._recorder.record_of(claim, outcome, self._clock()))
        if recorded.new or recorded.revised:
            pushed = {"event": "source.pushed", "source": source.id, "items": list(recorded.ids)}
            log.info("source %s: pushed, %d new, %d revised", source.id, recorded.new, recorded.revised, extra=pushed)
