"""Every error a person may read says what was wrong, where, and what to do.

BackchannelError
├── ConfigurationError   a file a newsroom edits, or the environment, cannot be used
├── InputError           a file or an argument given to a command cannot be used
├── StorageError         the database cannot be opened, migrated or trusted
│   └── DamagedDatabaseError   it is broken, or what was in it is gone
├── SlackError           the workspace refused or could not be reached
└── UserError            what a person typed in Slack cannot be understood
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.domain.hold import Obstacle


class BackchannelError(Exception):
    """An expected failure, told in words.

    Args:
        what: What was wrong, as a sentence without a trailing full stop.
        where: File, line, field or address it was found at, if it has one.
        remedy: What the reader can do about it, as a sentence.
    """

    def __init__(self, what: str, *, where: str | None = None, remedy: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        located = f"{self.where}: {self.what}" if self.where else self.what
        return f"{located}. {self.remedy}" if self.remedy else located


class ConfigurationError(BackchannelError):
    """A file a newsroom edits, or the environment, cannot be used."""


class InputError(BackchannelError):
    """A file or an argument given to a command cannot be used."""


class StorageError(BackchannelError):
    """The database cannot be opened, migrated or trusted."""


class DamagedDatabaseError(StorageError):
    """The database is broken, or what was in it is gone: nothing may be written to it until somebody has looked."""


class SlackError(BackchannelError):
    """The workspace refused a call or could not be reached.

    `obstacle` is set where it stands in the way of every call; `retry_after` where Slack asked to be left alone.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        remedy: str | None = None,
        obstacle: Obstacle | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.obstacle = obstacle
        self.retry_after = retry_after


class UserError(BackchannelError):
    """What a person typed in Slack cannot be understood; the text is shown to them."""
