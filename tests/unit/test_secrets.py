"""Texts without secrets: by their form, and by their value."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.domain.secrets import Redactor, shown_address, without_keys_of
from bot.logs import JsonLines, TextLines
from bot.storage.database import Database

CANARY = "c4n4ry7h3b1rd"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"token xoxb-1-2-{CANARY} refused", "token xoxb-… refused"),
        (f"xapp-1-A0-{CANARY}", "xapp-…"),
        (f"xoxe.xoxb-1-{CANARY}", "xoxe.xoxb-…"),
        (f"postgresql+asyncpg://me:{CANARY}@host/news", "postgresql+asyncpg://me:…@host/news"),
        (f"https://w.example/f?a=1&api_key={CANARY}&b=2", "https://w.example/f?a=1&api_key=…&b=2"),
        (f"https://w.example/f?apiKey={CANARY}", "https://w.example/f?apiKey=…"),
        (f"https://w.example/f?access_token={CANARY}#x", "https://w.example/f?access_token=…#x"),
        (f"postgresql://h/d?user=me&password={CANARY}", "postgresql://h/d?user=me&password=…"),
        (
            f"wss://wss.slack.example/link/?ticket={CANARY}&app_id=A1",
            "wss://wss.slack.example/link/?ticket=…&app_id=A1",
        ),
        (f"https://hooks.slack.com/commands/T1/2/{CANARY}'", "https://hooks.slack.com/…'"),
        (f"Authorization: Bearer {CANARY}", "Authorization: Bearer …"),
        ("https://w.example/f?q=keyword&keywords=talks", "https://w.example/f?q=keyword&keywords=talks"),
        ("at 12:30 the envoy@ministry wrote key=value", "at 12:30 the envoy@ministry wrote key=value"),
    ],
)
def test_what_has_the_form_of_a_secret_is_hidden_and_nothing_else(said: str, shown: str) -> None:
    assert shown_address(said) == shown


def test_a_value_that_is_known_is_hidden_wherever_it_stands() -> None:
    redact = Redactor([CANARY, "", "abc"])

    assert redact(f"the secret {CANARY} in abc") == "the secret … in abc"


@pytest.mark.parametrize("formatter", [TextLines(Redactor([CANARY])), JsonLines(Redactor([CANARY]))])
def test_neither_a_logged_message_nor_its_traceback_tells(formatter: logging.Formatter) -> None:
    try:
        int(f"https://w.example/?key={CANARY} and {CANARY}")
    except ValueError:
        record = logging.LogRecord("bot", logging.ERROR, __file__, 1, "of %s", (CANARY,), sys.exc_info())
    line = formatter.format(record)

    assert CANARY not in line
    assert "ValueError" in line
    if isinstance(formatter, JsonLines):
        assert json.loads(line)["message"] == "of …"


async def test_a_statement_that_fails_does_not_tell_what_was_in_it(tmp_path: object) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/x.db")
    with pytest.raises(DBAPIError) as failed:
        await fail(database)
    await database.close()

    assert "INSERT INTO nowhere" in str(failed.value)
    assert CANARY not in f"{failed.value} {failed.value!r} {failed.value.__cause__!r}"


async def fail(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("INSERT INTO nowhere VALUES (:url)"), {"url": CANARY})


def test_a_database_is_shown_without_its_password_wherever_it_stands() -> None:
    for url in (f"postgresql+asyncpg://me:{CANARY}@h/d", f"postgresql+asyncpg://h/d?user=me&password={CANARY}"):
        shown = Database(url).shown
        assert "postgresql+asyncpg://" in shown
        assert CANARY not in shown


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"https://w.example/feed?lang=en&api_key={CANARY}", "https://w.example/feed?lang=en"),
        (f"https://w.example/a?id=7&api_key={CANARY}#top", "https://w.example/a?id=7#top"),
        (f"https://me:{CANARY}@w.example/a", "https://w.example/a"),
        ("https://w.example/a?key=chapter-3&lang=en", "https://w.example/a?key=chapter-3&lang=en"),
    ],
)
def test_an_article_does_not_carry_its_sources_key(url: str, expected: str) -> None:
    assert without_keys_of(f"https://w.example/feed?lang=en&api_key={CANARY}", url) == expected
