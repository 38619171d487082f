"""An alert: one thing the desk is told about a development."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.decision import AlertAction, StateChange
    from bot.domain.development import Development


@dataclass(frozen=True, slots=True)
class Alert:
    """The `revision`-th thing told about a development, caused by `item`.

    `change` says in words what is different from what the desk was told before (None for a first card).
    `state_change` says what sort of change of state this is, where it is one.
    """

    development: str
    revision: int
    action: AlertAction
    item: str
    created_at: datetime
    change: str | None = None
    state_change: StateChange | None = None

    @property
    def broadcast(self) -> bool:
        """Whether the whole channel should see it, not only who follows the thread."""
        return self.state_change is not None


@dataclass(frozen=True, slots=True)
class Told:
    """What one delivery tells: the alert, its development as it stands now, and what people said about it."""

    alert: Alert
    development: Development
    feedback: tuple[Feedback, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """What Slack is given: a full sentence for notifications and screen readers, and Block Kit blocks."""

    text: str
    blocks: tuple[dict[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person said about an alert: `verdict` is `not_new` or `wrong_track`; `tracks` the right ones."""

    development: str
    user: str
    verdict: str
    at: datetime
    tracks: tuple[str, ...] = ()
    note: str = ""
