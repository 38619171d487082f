"""Logging, set up once by the command line: one line an event, as text or as JSON, without secrets.

What is worth following or counting has a stable name and ids, given as `extra`: `event` and whatever it is about. One
article's way is `source.polled` (its `source` and `items`), `item.decided` (`item`, `development`), `alert.addressed`
(`item`, `development`, `deliveries`), `delivery.sent` (`delivery`, `ts`).
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from bot.domain.secrets import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterable


class TextLines(logging.Formatter):
    """One line of text an event, and its traceback below."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The record as it may be read."""
        return self._redact(super().format(record))


_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, message, what `extra` was given, a traceback where there is one."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return self._redact(json.dumps(line, ensure_ascii=False, default=str))


class Expected(logging.Filter):
    """Drops what Bolt warns of at every start: that it has a client and so leaves the environment's token alone.

    And takes the traceback from what happens whenever Slack is away: its name says it all.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to keep a record."""
        if record.name.startswith("slack_") and record.getMessage().startswith("Failed to connect"):
            record.exc_info = None
        return "`token` will be unused" not in record.getMessage()


def set_up_logging(level: str, form: Literal["text", "json"], secrets: Iterable[str] = ()) -> None:
    """Send every log record to standard error; `secrets` are values none of them may hold."""
    handler = logging.StreamHandler(sys.stderr)
    redact = Redactor(secrets)
    handler.setFormatter(JsonLines(redact) if form == "json" else TextLines(redact))
    handler.addFilter(Expected())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # These speak of every connection and job; what matters of it, our own lines say.
    for chatty in ("httpx", "httpcore", "slack_bolt", "slack_sdk", "aiosqlite", "alembic", "sqlalchemy"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that came while one ran is no news
