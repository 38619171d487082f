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

    `revised_from` is the headline this item had before, when its publisher changed it. Of a report that left its
    development, `title` is what it said there, `now_says` its headline by now where that is another, `left_at` when.
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
    now_says: str | None = None
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Merger:
    """A development, `gone`, turned out to be the same as an older one, `into`, and ended in it.

    `lead` is the report `gone` was known by, `shown` the reports of `into`. `user` said so; None where detection did,
    and `why` says why.
    """

    gone: str
    into: str
    at: datetime
    user: str | None
    why: str
    lead: Report
    shown: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """What of a development decides who hears of it; see there. `is_news`: it counts."""

    id: str
    negotiation: str
    tracks: tuple[str, ...]
    urgency: Urgency
    is_news: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class Development:
    """One event with its reports, earliest first. `revision` counts what the desk was told about it.

    `tracks` and `parties` are ids, `people` configured actor ids. `follows` is the id of the development
    this one continues, `follows_reports` the reports of that one, earliest first. `former` are the reports that left:
    with another development it was merged with (`merger`), or each because its publisher changed what it says.
    There is always a report or a former one. `absorbed` are developments merged into this one. `not_new`: the desk
    knew it before, and is told no more of it. `waits`: the desk is not told of it yet.
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
    former: tuple[Report, ...] = ()
    merger: Merger | None = None
    absorbed: tuple[Merger, ...] = ()
    not_new: bool = False
    waits: bool = False

    @property
    def lead(self) -> Report:
        """The report the card quotes: the one that opened the development."""
        return self.members[0]

    @property
    def members(self) -> tuple[Report, ...]:
        """Its reports; of a development that has ended, those it had."""
        return self.reports or self.former

    @property
    def withdrawn(self) -> bool:
        """Whether every report of it says something else by now."""
        return not self.reports and self.merger is None

    @property
    def is_news(self) -> bool:
        """Whether it counts: it stands by itself, some report carries it, and the desk did not know it before."""
        return bool(self.reports) and self.merger is None and not self.not_new

    @property
    def headline(self) -> str:
        """The lead report's headline, verbatim."""
        return self.lead.title
