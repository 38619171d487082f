"""Times in a SQLite file: text of the form SQLAlchemy writes too, by what is quickest: each row has several."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.dialects.sqlite import DATETIME

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Dialect

_NAIVE = len("2025-12-03 12:00:00.000000")


class UtcText(DATETIME):
    """A UTC time, `2025-12-03 12:00:00.000000` in the file and aware here."""

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | None]:  # noqa: ARG002 -- SQLAlchemy's signature
        """Write it without its zone."""
        return lambda time: None if time is None else time.isoformat(" ", "microseconds")[:_NAIVE]

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], datetime | None]:  # noqa: ARG002 -- SQLAlchemy's signature
        """Read it with its zone."""
        read = datetime.fromisoformat
        return lambda text: None if text is None else read(f"{text}+00:00")
