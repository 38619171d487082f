"""An alert: one thing the desk is told about a development."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.decision import AlertAction, StateChange

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.development import Development, Report


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
    def speaks(self) -> bool:
        """Whether the card's thread is told of it, not only shown a card edited."""
        return self.action is AlertAction.THREAD or self.state_change is not None

    @property
    def broadcast(self) -> bool:
        """Whether the whole channel should see it, not only who follows the thread."""
        return self.state_change not in {None, StateChange.MERGED}


@dataclass(frozen=True, slots=True)
class Told:
    """What one delivery tells: the alert, its development as it stands now, and what people said about it.

    `elsewhere` is the address of the other card it names, in the same conversation, where there is one.
    """

    alert: Alert
    development: Development
    feedback: tuple[Feedback, ...]
    elsewhere: str | None = None

    @property
    def names(self) -> str | None:
        """The other development its card names: what it was merged into, or what it repeats."""
        if self.development.merger is not None:
            return self.development.merger.into
        repeated = [each.other for each in self.feedback if each.verdict is Verdict.NOT_NEW and each.other]
        return repeated[-1] if repeated else None


@dataclass(frozen=True, slots=True)
class Message:
    """What Slack is given: a full sentence for notifications and screen readers, and Block Kit blocks."""

    text: str
    blocks: tuple[dict[str, object], ...] = ()


class Verdict(StrEnum):
    """What a person said of an alert.

    NOT_NEW: the desk knew it. WRONG_TRACK: it belongs to other tracks. SAME_AS: it is the development of another alert.
    """

    NOT_NEW = "not_new"
    WRONG_TRACK = "wrong_track"
    SAME_AS = "same_as"


@dataclass(frozen=True, slots=True)
class Feedback:
    """What `user` said about a development's alert.

    `tracks` are the right ones of a wrong track. `other` is the development it is the same as, or that it repeats
    where the person said which; `other_lead` the report that one is known by, as far as it was looked up.
    """

    development: str
    user: str
    verdict: Verdict
    at: datetime
    tracks: tuple[str, ...] = ()
    note: str = ""
    other: str | None = None
    other_lead: Report | None = None
