"""The arguments of a call, however they came: form fields, query, JSON body, with JSON inside strings or not."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, TypeVar

from bot.sandbox.wire import Json, SlackError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiohttp import web

    from bot.sandbox.web_api.method import TokenKind

T = TypeVar("T")
_STRUCTURED = ("blocks", "attachments", "metadata", "view")
_UNREADABLE = {
    "blocks": "invalid_blocks_format",
    "attachments": "invalid_attachments",
    "metadata": "invalid_metadata_format",
    "view": "invalid_arguments",
}


async def read_arguments(request: web.Request) -> Json:
    """Every argument of a request in one object, structured ones parsed, `token` included if it came so.

    Raises:
        SlackError: `invalid_json`, `json_not_object`, or the error for an unreadable structured argument.
    """
    values: Json = dict(request.query)
    if request.content_type == "application/json":
        values |= _json_object(await request.read())
    elif request.method == "POST":
        form = await request.post()
        values |= {name: value for name, value in form.items() if isinstance(value, str)}
    for name in _STRUCTURED:
        value = values.get(name)
        if isinstance(value, str):
            values[name] = _parsed(name, value)
    return {name: value for name, value in values.items() if value is not None}


def _json_object(body: bytes) -> Json:
    if not body.strip():
        return {}
    try:
        value = json.loads(body)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return value


def _parsed(name: str, text: str) -> Any:
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError:
        raise SlackError(_UNREADABLE[name]) from None


class Arguments:
    """Typed access to the arguments of one call; `caller` is the kind of token it came with."""

    def __init__(self, values: Json, caller: TokenKind) -> None:
        self.values = values
        self.caller = caller

    def text(self, name: str) -> str | None:
        """A string argument; None when absent or empty."""
        value = self.values.get(name)
        return None if value is None or value == "" else str(value)

    def required(self, name: str) -> str:
        """A string argument that must be there.

        Raises:
            SlackError: `invalid_arguments`, naming it.
        """
        value = self.text(name)
        if value is None:
            raise SlackError("invalid_arguments", [f"missing required field: {name} [json-pointer:/{name}]"])
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean argument as forms and JSON write it."""
        value = self.values.get(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        return str(value).lower() in ("1", "true", "yes", "on")

    def limit(self, default: int, most: int) -> int:
        """The page size.

        Raises:
            SlackError: `invalid_limit` when it is not a number from 1 to `most`.
        """
        value = self.text("limit")
        if value is None or value == "0":
            return default
        if not value.isdecimal() or not 1 <= int(value) <= most:
            raise SlackError("invalid_limit")
        return int(value)

    def cursor(self) -> str | None:
        """Where the last page ended, as `next_cursor` wrapped it.

        Raises:
            SlackError: `invalid_cursor`.
        """
        value = self.text("cursor")
        if value is None:
            return None
        try:
            kind, _, place = base64.b64decode(value, validate=True).decode().partition(":")
        except ValueError:  # not ASCII, not base64 or not text
            raise SlackError("invalid_cursor") from None
        if kind != "next" or not place:
            raise SlackError("invalid_cursor")
        return place


def page(items: Sequence[T], size: int, start: str | None) -> tuple[Sequence[T], str]:
    """One page of a list and the cursor of the next, where a cursor is a position in the list.

    Raises:
        SlackError: `invalid_cursor`.
    """
    if start is not None and not start.isdecimal():
        raise SlackError("invalid_cursor")
    first = int(start or 0)
    end = first + size
    return items[first:end], next_cursor(str(end) if end < len(items) else None)


def next_cursor(place: str | None) -> str:
    """An opaque cursor for the place the next page starts at; empty at the end."""
    return base64.b64encode(f"next:{place}".encode()).decode() if place else ""
