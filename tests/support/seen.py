"""Reading what the sandbox shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sandbox.wire import Json


def delivery_key(message: Json) -> str:
    """The delivery key a message carries, or nothing."""
    return str(((message.get("metadata") or {}).get("event_payload") or {}).get("key", ""))


def development_of(key: str) -> str:
    """The development a delivery key names."""
    return key.split(":")[1]


def cards(messages: list[Json]) -> list[Json]:
    """Only the alert cards."""
    return [message for message in messages if delivery_key(message).endswith(":post")]
