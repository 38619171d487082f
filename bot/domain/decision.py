"""A decision: what the detector made of one item, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.evidence import Evidence  # noqa: TC001 -- the codec looks the type up at run time

if TYPE_CHECKING:
    from datetime import datetime


class Kind(StrEnum):
    """What sort of article an item is. Only a development opens a development."""

    DEVELOPMENT = "development"
    ANALYSIS = "analysis"
    ROUNDUP = "roundup"
    OFFTOPIC = "offtopic"


class Status(StrEnum):
    """What an item is to the development it belongs to."""

    NEW = "new"
    UPDATE = "update"
    RESTATED = "restated"
    REPORT = "report"
    COPY = "copy"
    NONE = "none"


class AlertAction(StrEnum):
    """What the desk should see of it: a card, an edit of the card, a reply in its thread, nothing.

    No decision asks for the last three: CATCH_UP is one message for cards that would have come too late, NOTICE says
    that a conversation is held, SOURCES what has become of sources.
    """

    POST = "post"
    EDIT = "edit"
    THREAD = "thread"
    NONE = "none"
    CATCH_UP = "catch_up"
    NOTICE = "notice"
    SOURCES = "sources"


class StateChange(StrEnum):
    """What happened to a known development that the whole channel should see, not only its thread.

    CONFIRMED and DISPUTED are about how well it stands. CORRECTED: a publisher changed a fact it had reported.
    REVERSED: a publisher now reports the opposite. WITHDRAWN: every report of it says something else by now.
    MERGED: it turned out to be the same as another; no news in itself, so only its thread is told.
    """

    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    CORRECTED = "corrected"
    REVERSED = "reversed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class Corroboration(StrEnum):
    """How many independent origins carry a claim, and whether a party disputes it."""

    PROVISIONAL = "provisional"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


class Urgency(StrEnum):
    """IPTC urgency in four words, most urgent first."""

    FLASH = "flash"
    URGENT = "urgent"
    ROUTINE = "routine"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for flash to 3 for low: smaller is more urgent."""
        return list(Urgency).index(self)

    def reaches(self, floor: Urgency) -> bool:
        """Whether this is at least as urgent as `floor`."""
        return self.rank <= floor.rank


class Stage(StrEnum):
    """How far the reported act has come."""

    PROPOSED = "proposed"
    ANNOUNCED = "announced"
    UNDER_WAY = "under_way"
    AGREED = "agreed"
    SIGNED = "signed"
    REJECTED = "rejected"
    DENIED = "denied"
    STATEMENT = "statement"


class EventType(StrEnum):
    """The sixteen event types of PLOVER 2.0."""

    AGREE = "AGREE"
    CONSULT = "CONSULT"
    SUPPORT = "SUPPORT"
    CONCEDE = "CONCEDE"
    COOPERATE = "COOPERATE"
    AID = "AID"
    RETREAT = "RETREAT"
    REQUEST = "REQUEST"
    ACCUSE = "ACCUSE"
    REJECT = "REJECT"
    THREATEN = "THREATEN"
    PROTEST = "PROTEST"
    SANCTION = "SANCTION"
    MOBILIZE = "MOBILIZE"
    COERCE = "COERCE"
    ASSAULT = "ASSAULT"


@dataclass(frozen=True, slots=True)
class Decision:
    """What one item is to the negotiation.

    `development` is None when the item belongs to none. `origins` counts the independent origins of that
    development with this item included. `actors` and `targets` are party ids, `people` the configured actors
    named in it. `origin` says where this item's facts come from (a publisher's or an agency's id).
    `urgency` and its reasons are the development's after this item. `change` says in words what this item
    changed in a known development; `state_change` is set where everyone should see it, not only the thread.
    `merges` are developments this item shows to be the same as `development`: they end, and their reports move to it;
    `merges_why` says why, for the desk. `moved_from` is the development an earlier revision of this item was in, where
    it now belongs to another. `waits`: the desk is not told of the development yet, whatever it gathers.
    `why` holds the features of the decision in words, most telling first; `evidence` the same for the desk, who asks
    on the card.
    """

    item: str
    kind: Kind
    relevant: bool
    status: Status = Status.NONE
    alert: AlertAction = AlertAction.NONE
    development: str | None = None
    follows: str | None = None
    tracks: tuple[str, ...] = ()
    plover: EventType | None = None
    actors: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    aux: tuple[str, ...] = ()
    stage: Stage | None = None
    origin: str | None = None
    origins: int = 0
    corroboration: Corroboration | None = None
    urgency: Urgency | None = None
    urgency_reasons: tuple[str, ...] = ()
    change: str | None = None
    state_change: StateChange | None = None
    merges: tuple[str, ...] = ()
    merges_why: str | None = None
    moved_from: str | None = None
    why: tuple[str, ...] = ()
    evidence: Evidence | None = None
    waits: bool = False

    def as_old_news(self) -> Decision:
        """What is left of it where the item is too old to alert anybody: it neither waits itself nor ends a wait."""
        if self.status is Status.NEW:
            return replace(self, waits=False)
        return replace(self, waits=True, alert=AlertAction.NONE) if self.alert is AlertAction.POST else self


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it was kept, with the report it was made on; `title` is what that said then."""

    decision: Decision
    at: datetime
    title: str
    url: str
    outlet: str
