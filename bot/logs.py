"""Logging, set up once by the command line: one line an event, as text or as JSON."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, message, and a traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class Expected(logging.Filter):
    """Drops what Bolt warns of at every start: that it has a client and so leaves the environment's token alone.

    And takes the traceback from what happens whenever Slack is away: its name says it all.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to keep a record."""
        if record.name.startswith("slack_") and record.getMessage().startswith("Failed to connect"):
            record.exc_info = None
        return "`token` will be unused" not in record.getMessage()


def set_up_logging(level: str, form: Literal["text", "json"]) -> None:
    """Send every log record to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonLines() if form == "json" else logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    )
    handler.addFilter(Expected())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # These speak of every connection and job; what matters of it, our own lines say.
    for chatty in ("httpx", "httpcore", "slack_bolt", "slack_sdk", "aiosqlite", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that came while one ran is no news
