"""A development: one real-world event in the talks, however many items report it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.decision import Corroboration, EventType, Stage, Status, Urgency
    from bot.domain.source import Tier


@dataclass(frozen=True, slots=True)
class Report:
    """One item as a member of a development: what a source list quotes.

    `revised_from` is the headline this item had before, when its publisher changed it.
    """

    item: str
    url: str
    outlet: str
    title: str
    summary: str
    first_seen: datetime
    tier: Tier
    status: Status
    origin: str
    language: str | None = None
    published: datetime | None = None
    party: str | None = None
    revised_from: str | None = None


@dataclass(frozen=True, slots=True)
class Development:
    """One event with its reports (at least one), earliest first. `revision` counts what the desk was told about it.

    `tracks` and `parties` are ids, `people` configured actor ids. `follows` is the id of the development
    this one continues, `follows_reports` the reports of that one, earliest first.
    """

    id: str
    negotiation: str
    revision: int
    opened_at: datetime
    last_report_at: datetime
    tracks: tuple[str, ...]
    parties: tuple[str, ...]
    people: tuple[str, ...]
    plover: EventType | None
    stage: Stage | None
    corroboration: Corroboration
    origins: int
    urgency: Urgency
    urgency_reasons: tuple[str, ...]
    reports: tuple[Report, ...]
    follows: str | None = None
    follows_reports: tuple[Report, ...] = ()

    @property
    def lead(self) -> Report:
        """The report the card quotes: the one that opened the development."""
        return self.reports[0]

    @property
    def headline(self) -> str:
        """The lead report's headline, verbatim."""
        return self.lead.title
