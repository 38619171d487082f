"""Log lines: one an event, with its ids, and never a token."""

from __future__ import annotations

import json
import logging

import pytest

from bot.domain.secrets import Redactor
from bot.logs import JsonLines, TextLines


def record(message: str, **extra: object) -> logging.LogRecord:
    return logging.getLogger("bot.test").makeRecord("bot.test", logging.INFO, "f", 1, message, (), None, extra=extra)


def test_what_an_event_is_about_stands_beside_its_message() -> None:
    line = json.loads(
        JsonLines(Redactor()).format(record("delivered", event="delivery.sent", ts="1.2", items=["a", "b"]))
    )

    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "info", "logger": "bot.test", "message": "delivered",
        "event": "delivery.sent", "ts": "1.2", "items": ["a", "b"],
    }  # fmt: skip


@pytest.mark.parametrize("form", [JsonLines(Redactor()), TextLines(Redactor())])
def test_a_token_that_an_error_quotes_is_not_shown(form: logging.Formatter) -> None:
    line = form.format(
        record("call with xoxb-123-abcDEF failed, xapp-1-A1-99-ff too", event="x", reason="xoxe.xoxp-1-abcd")
    )

    assert "123-abcDEF" not in line
    assert "A1-99" not in line
    assert "1-abcd" not in line
    assert "call with xoxb-… failed" in line
