"""JSON documents of any shape, with a reason where one cannot be read."""

from __future__ import annotations

import json
from typing import Any

from bot.domain.source import FetchFailed, Problem
from bot.sources.charset import decode
from bot.sources.text import tidy

_BLANK = " \t\r\n\ufeff\0"
_QUOTED = 80


class NotJsonError(Exception):
    """The document is not JSON by the rules; the text says why."""


def parse(text: str) -> Any:
    """Read JSON, control characters within texts allowed.

    Raises:
        NotJsonError: It is no JSON at all, or nested beyond all reason.
    """
    try:
        return json.loads(text, strict=False)
    except RecursionError as error:
        raise NotJsonError("nested too deeply") from error
    except json.JSONDecodeError as error:
        raise NotJsonError(str(error)) from error
    except ValueError as error:
        raise NotJsonError("a number of thousands of digits") from error


def read_json(body: bytes, content_type: str | None) -> Any | FetchFailed:
    """Read a document that should be JSON; what is wrong with it otherwise."""
    text = decode(body, content_type).text.strip(_BLANK)
    if not text:
        return FetchFailed(Problem.NOT_A_FEED, "sent an empty document")
    if text.startswith("<"):
        return FetchFailed(Problem.NOT_A_FEED, "sent a page or XML where JSON was expected")
    try:
        return parse(text)
    except NotJsonError as error:
        return FetchFailed(Problem.MALFORMED, f"is broken JSON ({tidy(str(error))[:_QUOTED]})")


def text_of(holder: Any, key: str) -> str:
    """A field that should hold a text or a number, as text; empty if `holder` is no mapping or has none."""
    value = holder.get(key) if isinstance(holder, dict) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else ""


def mapping_of(holder: Any, key: str) -> dict[str, Any]:
    """A field that should hold a mapping; empty if `holder` is no mapping or the field holds something else."""
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, dict) else {}
