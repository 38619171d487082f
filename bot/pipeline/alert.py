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
    from bot.domain.development import Heading
    from bot.domain.subscription import Mute, Subscription

BATCH = 100

log = logging.getLogger(__name__)


class AlertStore(Protocol):
    """Alerts nobody has been addressed for yet, and who could be."""

    async def unaddressed(self, *, limit: int) -> Sequence[Alert]:
        """Alerts without addresses, oldest first."""
        ...

    async def headings_of(self, ids: Sequence[str]) -> Mapping[str, Heading]:
        """What decides who hears of developments, as they stand, by id."""
        ...

    async def conversations_with_card(self, ids: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """By development: conversations that have, or will have, its card."""
        ...

    async def conversations_listing(self, ids: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """By development: conversations where it is listed in a catch-up message, which is no card of its own."""
        ...

    async def address(self, addressed: Sequence[tuple[Alert, Sequence[Address]]], *, now: datetime) -> None:
        """Leave the copies of these alerts to be delivered and mark them addressed, in one transaction."""
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
        ids = list(dict.fromkeys(alert.development for alert in waiting))
        headings = await self._store.headings_of(ids)
        with_card = dict(await self._store.conversations_with_card(ids))
        listed = await self._store.conversations_listing(ids)
        addressed: list[tuple[Alert, Sequence[Address]]] = []
        for alert in waiting:
            development = headings.get(alert.development)
            if development is None:
                raise LookupError(f"alert {alert.development}/{alert.revision} has no development")
            listeners = who_hears(development, desks.get(development.negotiation), subscriptions)
            silenced = {place for place in listeners if is_muted(development, place, mutes)}
            hearing = listeners if development.is_news and not development.waits else []
            cards = with_card[development.id]
            found = addresses(alert, hearing, silenced, cards, listed[development.id])
            with_card[development.id] = cards | {each.conversation for each in found if each.action is AlertAction.POST}
            addressed.append((alert, found))
        wanted = last_edits_only(addressed)
        await self._store.address(wanted, now=now)
        for alert, told in wanted:
            _log_addressed(alert, told)
        return len(waiting)


def last_edits_only(addressed: Sequence[tuple[Alert, Sequence[Address]]]) -> list[tuple[Alert, Sequence[Address]]]:
    """The same, but of several edits of one card the last only: each would show the card as it stands by now."""
    edited: set[tuple[str, str]] = set()
    kept: list[tuple[Alert, Sequence[Address]]] = []
    for alert, found in reversed(addressed):
        wanted = [
            each
            for each in found
            if each.action is not AlertAction.EDIT or (alert.development, each.conversation) not in edited
        ]
        edited |= {(alert.development, each.conversation) for each in wanted if each.action is AlertAction.EDIT}
        kept.append((alert, wanted))
    return kept[::-1]


def _log_addressed(alert: Alert, found: Sequence[Address]) -> None:
    addressed = {
        "event": "alert.addressed",
        "item": alert.item,
        "development": alert.development,
        "revision": alert.revision,
        "deliveries": [each.key(alert.development, alert.revision) for each in found],
    }
    log.info("alert %s/%d: %d deliveries", alert.development, alert.revision, len(found), extra=addressed)


def who_hears(development: Heading, desk: str | None, subscriptions: Sequence[Subscription]) -> list[str]:
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


def is_muted(development: Heading, conversation: str, mutes: Sequence[Mute]) -> bool:
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
