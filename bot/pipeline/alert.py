"""Alert: turn what the detector wants told into copies for each conversation that should hear it.

Does not talk to Slack: it decides who hears, and leaves deliveries for the deliver step.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from bot.domain.decision import AlertAction, Urgency
from bot.domain.delivery import Address
from bot.domain.subscription import ALL_TRACKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.domain.alert import Alert
    from bot.domain.development import Development
    from bot.domain.subscription import Mute, Subscription

BATCH = 100

log = logging.getLogger(__name__)


class AlertStore(Protocol):
    """Alerts nobody has been addressed for yet, and who could be."""

    async def unaddressed(self, *, limit: int) -> Sequence[Alert]:
        """Alerts without addresses, oldest first."""
        ...

    async def development(self, development: str) -> Development | None:
        """One development as it stands."""
        ...

    async def conversations_with_card(self, development: str) -> frozenset[str]:
        """Conversations that have, or will have, this development's card."""
        ...

    async def conversations_listing(self, development: str) -> frozenset[str]:
        """Conversations where it is listed in a catch-up message, which is no card of its own."""
        ...

    async def address(self, alert: Alert, addresses: Sequence[Address], *, now: datetime) -> None:
        """Leave the copies to be delivered and mark the alert addressed, in one transaction."""
        ...


class Audience(Protocol):
    """Who has asked to hear, or not to."""

    async def subscriptions(self) -> Sequence[Subscription]:
        """Every subscription."""
        ...

    async def mutes(self, *, now: datetime) -> Sequence[Mute]:
        """Every mute in force."""
        ...


class Desks(Protocol):
    """Where each negotiation's desk listens."""

    async def current(self, now: datetime) -> Mapping[str, str]:
        """Conversation by negotiation: the one that hears everything about it."""
        ...


class AlertStep:
    """Addresses alerts to the desks and to those who subscribed."""

    def __init__(self, store: AlertStore, audience: Audience, desks: Desks) -> None:
        self._store = store
        self._audience = audience
        self._desks = desks

    async def run(self, now: datetime) -> int:
        """Address what waits; returns how many alerts that were."""
        desks = await self._desks.current(now)
        waiting = await self._store.unaddressed(limit=BATCH)
        if not waiting:
            return 0
        subscriptions = await self._audience.subscriptions()
        mutes = await self._audience.mutes(now=now)
        for alert in waiting:
            development = await self._store.development(alert.development)
            if development is None:
                raise LookupError(f"alert {alert.development}/{alert.revision} has no development")
            listeners = who_hears(development, desks.get(development.negotiation), subscriptions)
            silenced = {place for place in listeners if is_muted(development, place, mutes)}
            with_card = await self._store.conversations_with_card(development.id)
            listed = await self._store.conversations_listing(development.id)
            hearing = listeners if development.is_news and not development.waits else []
            found = addresses(alert, hearing, silenced, with_card, listed)
            await self._store.address(alert, found, now=now)
            _log_addressed(alert, found)
        return len(waiting)


def _log_addressed(alert: Alert, found: Sequence[Address]) -> None:
    addressed = {
        "event": "alert.addressed",
        "item": alert.item,
        "development": alert.development,
        "revision": alert.revision,
        "deliveries": [each.key(alert.development, alert.revision) for each in found],
    }
    log.info("alert %s/%d: %d deliveries", alert.development, alert.revision, len(found), extra=addressed)


def who_hears(development: Development, desk: str | None, subscriptions: Sequence[Subscription]) -> list[str]:
    """Conversations that should hear of a development: the desk's, then those subscribed, each once."""
    heard = [desk] if desk else []
    heard += [
        subscription.conversation
        for subscription in subscriptions
        if subscription.negotiation == development.negotiation
        and (subscription.track == ALL_TRACKS or subscription.track in development.tracks)
        and development.urgency.reaches(Urgency(subscription.floor))
    ]
    return list(dict.fromkeys(heard))


def is_muted(development: Development, conversation: str, mutes: Sequence[Mute]) -> bool:
    """Whether every track of a development is muted in a conversation."""
    muted = {
        mute.track
        for mute in mutes
        if mute.conversation == conversation and mute.negotiation == development.negotiation
    }
    return ALL_TRACKS in muted or (bool(development.tracks) and muted.issuperset(development.tracks))


def addresses(
    alert: Alert,
    listeners: Sequence[str],
    silenced: set[str],
    with_card: frozenset[str],
    listed: frozenset[str] = frozenset(),
) -> list[Address]:
    """What each conversation gets of one alert.

    A card that stands is kept true wherever it stands, muted or not: an edit makes no noise. A conversation
    without the card gets one when there is something new to tell, and nothing for one more source on an old story.
    Where a catch-up message lists the development, a change of state too is told with a card: a list cannot be put
    right.
    """
    new = alert.action in {AlertAction.POST, AlertAction.THREAD}
    without = [*(listeners if new else ()), *(sorted(listed) if alert.broadcast else ())]
    found = [
        Address(conversation, AlertAction.POST)
        for conversation in dict.fromkeys(without)
        if conversation not in with_card and conversation not in silenced
    ]
    for conversation in sorted(with_card):
        if alert.speaks and conversation not in silenced:
            found.append(Address(conversation, AlertAction.THREAD))
        found.append(Address(conversation, AlertAction.EDIT))
    return found
