"""A database with its stores, a clock a test sets, and items in few words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.decision import AlertAction, Corroboration, Decision, Kind, Status, Urgency
from bot.domain.item import Item
from bot.domain.poll import PollRecord
from bot.domain.source import Source, Tier, Validators
from bot.storage.alerts import AlertStore
from bot.storage.deliveries import DeliveryStore
from bot.storage.desk import DeskStore
from bot.storage.developments import DevelopmentStore
from bot.storage.sources import SourceStore

if TYPE_CHECKING:
    from bot.storage.database import Database

NOON = datetime(2025, 12, 3, 12, 0, tzinfo=UTC)


class Clock:
    """A clock a test sets."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


class Developments(DevelopmentStore):
    """With a short way to keep one decision."""

    async def record_decision(
        self, negotiation: str, item: Item, decision: Decision, *, silent: bool, now: datetime
    ) -> Decision | None:
        """As it holds, or None where that revision of the item was decided on before."""
        kept = await self.record_decisions(negotiation, [(item, decision, silent)], now=now)
        return kept[0] if kept else None


class Archive:
    """A database with its stores, and short ways to put news into it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.sources = SourceStore(database)
        self.developments = Developments(database)
        self.alerts = AlertStore(database)
        self.deliveries = DeliveryStore(database)
        self.desk = DeskStore(database)

    def source(self, name: str = "wire", *, url: str | None = None, minutes: float = 10) -> Source:
        return Source(
            id=name,
            negotiation="talks",
            name=f"Sample {name.title()}",
            url=url or f"https://{name}.example/feed",
            language="en",
            tier=Tier.AGENCY,
            party=None,
            interval=timedelta(minutes=minutes),
        )

    def item(self, name: str, *, title: str | None = None, at: datetime = NOON, outlet: str = "wire") -> Item:
        return Item(
            id=name,
            url=f"https://{outlet}.example/{name}",
            outlet=f"Sample {outlet.title()}",
            publisher=outlet,
            first_seen=at,
            title=title or f"Envoys report on {name}",
            summary="They met for five hours.",
            tier=Tier.AGENCY,
            language="en",
            published=at,
        )

    async def keep(self, *items: Item, at: datetime = NOON, source: str = "wire", old: bool = False) -> None:
        listed = self.source(source)
        await self.sources.record_poll(
            PollRecord(
                source=listed,
                at=at,
                next_poll_at=at + listed.interval,
                pace=listed.interval,
                items=items,
                canonical_urls=tuple(item.url for item in items),
                backfill=frozenset(item.id for item in items if old),
                validators=Validators(etag='"1"'),
            )
        )

    async def open_development(self, name: str, *, tracks: tuple[str, ...] = ("politics",), at: datetime = NOON) -> str:
        item = self.item(name, at=at)
        await self.keep(item, at=at)
        decision = new_development(item, tracks=tracks)
        await self.developments.record_decision("talks", item, decision, silent=False, now=at)
        return str(decision.development)

    async def add_report(self, item: Item, development: str, *, at: datetime) -> None:
        decision = replace(new_development(item), development=development, status=Status.REPORT, alert=AlertAction.EDIT)
        await self.developments.record_decision("talks", item, decision, silent=False, now=at)


def new_development(item: Item, *, tracks: tuple[str, ...] = ("politics",)) -> Decision:
    return Decision(
        item=item.id,
        kind=Kind.DEVELOPMENT,
        relevant=True,
        status=Status.NEW,
        alert=AlertAction.POST,
        development=f"d-{item.id}",
        tracks=tracks,
        actors=("us",),
        targets=("russia",),
        origin=item.publisher,
        origins=1,
        corroboration=Corroboration.PROVISIONAL,
        urgency=Urgency.URGENT,
        urgency_reasons=("a principal acts",),
    )
