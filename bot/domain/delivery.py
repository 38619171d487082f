"""An alert is what the desk is told about a development; a delivery is one copy of it in one conversation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.domain.decision import AlertAction
    from bot.domain.hold import Obstacle


class DeliveryState(StrEnum):
    """Where a delivery stands.

    PENDING waits its turn, for as long as its conversation is held too. SENDING was committed before the call; after
    a crash or a lost reply it means "unknown", and the conversation's history decides. SENT has its message.
    SUPERSEDED was folded into a later edit or a catch-up message. HELD is a message that is itself at fault: it cannot
    be rendered or Slack will never take it; its note says why.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    SUPERSEDED = "superseded"
    HELD = "held"


class Lane(StrEnum):
    """What is paced together in one conversation: Slack counts messages and edits apart."""

    MESSAGES = "messages"
    EDITS = "edits"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One copy of an alert on its way to one conversation. `ts` is Slack's message id once it is sent.

    A catch-up message goes by the first development it lists; a notice is about none, and of no revision.
    `look_from` is set after a restore from a backup: Slack may have had it since then.
    """

    id: int
    key: str
    conversation: str
    development: str | None
    revision: int | None
    action: AlertAction
    state: DeliveryState
    attempts: int
    created_at: datetime
    attempted_at: datetime | None = None
    not_before: datetime | None = None
    look_from: datetime | None = None
    ts: str | None = None
    note: str | None = None

    @property
    def lane(self) -> Lane:
        """Cards and replies keep their order; an edit waits for its card only."""
        return Lane.EDITS if self.action == "edit" else Lane.MESSAGES


@dataclass(frozen=True, slots=True)
class Address:
    """Where one alert goes: a new card, an edit of the card there, or a reply in its thread."""

    conversation: str
    action: AlertAction

    def key(self, development: str, revision: int) -> str:
        """What makes this copy unique, in the database and in the message's metadata."""
        return f"{self.conversation}:{development}:{revision}:{self.action}"


@dataclass(frozen=True, slots=True)
class Accepted:
    """Slack has the message; `ts` is its id there."""

    ts: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A definite no: nothing was posted. `retry_after` when asking again later may help, None when it will not.

    `obstacle` is what stands in the way of the conversation or the workspace, not of this message alone.
    """

    error: str
    retry_after: timedelta | None = None
    obstacle: Obstacle | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """The call ended without an answer: it may or may not have been posted."""

    reason: str


SendOutcome = Accepted | Refused | Unknown
