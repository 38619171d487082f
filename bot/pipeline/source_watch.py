"""Watch the sources: tell whoever runs this once when one breaks and once when it is well again.

What was told is kept beside each source, in the transaction that leaves the notice: no crash tells it twice. Many that
break at once are one notice: what they share is most often us.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from bot.domain.condition import Condition, condition
from bot.domain.source_notice import Patient, SourceNews, SourceNotice, Telling

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.domain.source import SourceHealth

LOOK_EVERY = timedelta(seconds=30)
STREAK, STREAK_TIME = 3, timedelta(minutes=20)
"""Failures in a row, and how long they last, before they are more than a hiccup."""
FEWEST_AT_ONCE = 3
OUTAGE_TIME = timedelta(minutes=3)
MOVED_LATELY = timedelta(hours=1)

log = logging.getLogger(__name__)


class WatchStore(Protocol):
    """How the sources are, and where notices wait to be sent."""

    async def every_source(self, *, now: datetime) -> Sequence[SourceHealth]:
        """Every listed source of every negotiation."""
        ...

    async def tell(self, telling: Telling, conversation: str, *, now: datetime) -> None:
        """Leave a notice and mark its sources told, in one transaction; a notice left before is not left again.

        Where nobody has been told yet of what it says is over, nobody is told of either.
        """
        ...


class Desks(Protocol):
    """Where whoever runs this listens."""

    async def current(self, now: datetime) -> Mapping[str, str]:
        """Their one conversation, by any name."""
        ...


class SourceWatch:
    """Looks at all sources now and then, and leaves the notices that calls for."""

    def __init__(self, store: WatchStore, desks: Desks) -> None:
        self._store = store
        self._desks = desks
        self._looked: datetime | None = None

    async def run(self, now: datetime) -> int:
        """Leave what is to be told; returns how many notices that were."""
        if self._looked is not None and abs(now - self._looked) < LOOK_EVERY:
            return 0
        (conversation,) = (await self._desks.current(now)).values()
        tellings = to_tell(await self._store.every_source(now=now), now)
        for telling in tellings:
            log.warning("sources: %s (%s)", telling.notice.news, telling.notice.key)
            await self._store.tell(telling, conversation, now=now)
        self._looked = now
        return len(tellings)


def to_tell(sources: Sequence[SourceHealth], now: datetime) -> list[Telling]:
    """What the desk has not been told yet."""
    tried = [each for each in sources if each.last_polled_at is not None]
    down = [each for each in tried if each.problem is not None]
    if outage := next((each.told for each in sources if each.told and each.told.startswith(SourceNews.OUTAGE)), None):
        # While it lasts nothing is told of single sources: most of them are well.
        return [_over(outage, sources, down, now)] if 2 * len(down) < len(tried) else []
    if since := _all_at_once(tried, down, now):
        return [_outage(sources, down, since, now)]
    broke = [each for each in sources if each.told is None and _is_broken(each, sources, now)]
    healed = [each for each in sources if each.told is not None and _is_well(each, sources, now)]
    moved = [each for each in sources if each.moved_at is not None and now - each.moved_at < MOVED_LATELY]
    tellings = [
        _single(news, of, sources, now) for news, of in ((SourceNews.BROKE, broke), (SourceNews.HEALED, healed)) if of
    ]
    return tellings + [Telling(_notice(SourceNews.MOVED, [each], sources, now)) for each in moved]


def _all_at_once(tried: Sequence[SourceHealth], down: Sequence[SourceHealth], now: datetime) -> datetime | None:
    """Since when half of all sources and more are away; None while that is not so, or hardly yet."""
    untold = [each for each in down if each.told is None]
    if len(untold) < FEWEST_AT_ONCE or 2 * len(down) < len(tried):
        return None
    away = sorted(_since(each, now) for each in down)
    half = away[(len(tried) + 1) // 2 - 1]
    return min(_since(each, now) for each in untold) if now - half >= OUTAGE_TIME else None


def _is_broken(health: SourceHealth, sources: Sequence[SourceHealth], now: datetime) -> bool:
    """Whether it is more than a hiccup."""
    if health.stopped:
        return True
    if health.problem is not None:
        return health.error_count >= STREAK and now - _since(health, now) >= STREAK_TIME
    return _condition(health, sources, now) is Condition.FROZEN


def _is_well(health: SourceHealth, sources: Sequence[SourceHealth], now: datetime) -> bool:
    answers = health.problem is None and health.last_success_at is not None
    return answers and _condition(health, sources, now) is not Condition.FROZEN


def _condition(health: SourceHealth, sources: Sequence[SourceHealth], now: datetime) -> Condition:
    peers = [each for each in sources if each.source.negotiation == health.source.negotiation]
    return condition(health, now, peers=peers)


def _single(news: SourceNews, of: Sequence[SourceHealth], sources: Sequence[SourceHealth], now: datetime) -> Telling:
    notice = _notice(news, of, sources, now)
    mark = notice.key if news is SourceNews.BROKE else None
    return Telling(notice, {each.source.id: mark for each in of})


def _outage(sources: Sequence[SourceHealth], down: Sequence[SourceHealth], since: datetime, now: datetime) -> Telling:
    of = [each for each in down if each.told is None]
    notice = _notice(SourceNews.OUTAGE, of, sources, now, since=since)
    return Telling(notice, {each.source.id: notice.key for each in of})


def _over(outage: str, sources: Sequence[SourceHealth], down: Sequence[SourceHealth], now: datetime) -> Telling:
    """Most are back; those that are not are told of with it, and each by itself once it is back too."""
    still = [each for each in down if each.told is None or each.told == outage]
    notice = _notice(SourceNews.OVER, still, sources, now, key=f"{SourceNews.OVER} {outage}")
    told = {each.source.id: None for each in sources if each.told == outage}
    return Telling(notice, told | {each.source.id: notice.key for each in still})


def _notice(
    news: SourceNews,
    of: Sequence[SourceHealth],
    sources: Sequence[SourceHealth],
    now: datetime,
    *,
    since: datetime | None = None,
    key: str | None = None,
) -> SourceNotice:
    patients = tuple(_patient(each, news, now) for each in of)
    began = since or min((each.since for each in patients), default=now)
    answering = [each for each in sources if each.problem is None and each.last_polled_at is not None]
    network = [each for each in of if each.problem is not None and each.problem.of_the_network]
    return SourceNotice(
        news=news,
        key=key or f"{news} {patients[0].source} {began:%Y-%m-%dT%H:%M:%S}",
        patients=patients,
        since=began,
        at=now,
        listed=len(sources),
        answering=len(answering),
        ours=2 * len(network) > len(of),
    )


def _patient(health: SourceHealth, news: SourceNews, now: datetime) -> Patient:
    since, what = _since(health, now), health.reason or ""
    match news:
        case SourceNews.MOVED:
            since, what = health.moved_at or now, health.address or ""
        case SourceNews.HEALED:
            since = health.last_success_at or now
        case _ if health.problem is None:
            since, what = health.newest_at or now, "answers, but has had nothing new while others have"
    return Patient(health.source.id, health.source.name, since, what, health.next_poll_at)


def _since(health: SourceHealth, now: datetime) -> datetime:
    return health.failing_since or health.last_polled_at or now
