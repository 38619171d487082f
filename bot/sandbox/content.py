"""What a message is to say: read from the arguments of a call, checked as Slack checks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox.blocks import fallback_text, json_bytes, message_findings, text_size, with_ids
from bot.sandbox.wire import Json, SlackError

if TYPE_CHECKING:
    from bot.sandbox.limits import Limits


@dataclass(frozen=True, slots=True)
class Content:
    """Text, blocks, attachments and metadata of a message.

    A field is None where the call did not give it (an update then leaves or removes it, see `chat.update`).
    """

    text: str | None
    blocks: list[Json] | None
    attachments: list[Json] | None
    metadata: Json | None
    warnings: tuple[str, ...] = ()


def read_content(values: Json, limits: Limits, *, longest_text: int | None = None) -> Content:
    """Read and check. `longest_text`: refuse longer text instead of cutting it.

    Raises:
        SlackError: `no_text`, `invalid_blocks`, `msg_too_long` and the rest of Slack's refusals.
    """
    text = _text(values)
    blocks = _blocks(values.get("blocks"), limits)
    markdown = values.get("markdown_text")
    if markdown is not None:
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        if len(str(markdown)) > limits.markdown_text:
            raise SlackError("msg_too_long")
        text = str(markdown)
    attachments = _attachments(values.get("attachments"), limits)
    metadata = _metadata(values.get("metadata"), limits)
    if not (text and text.strip()) and not blocks and not attachments:
        raise SlackError("no_text")
    warnings: tuple[str, ...] = ()
    if text is not None and longest_text is not None and len(text) > longest_text:
        raise SlackError("msg_too_long")
    if text is not None and len(text) > limits.text:
        text = text[: limits.text]
        warnings = ("message_truncated",)
    if blocks and not text:
        text = fallback_text(blocks)
    return Content(text, blocks, attachments, metadata, warnings)


def _text(values: Json) -> str | None:
    text = values.get("text")
    return None if text is None else str(text)


def _blocks(value: Any, limits: Limits) -> list[Json] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(block, dict) for block in value):
        raise SlackError("invalid_blocks_format")
    found = message_findings(value, limits)
    if found:
        raise SlackError("invalid_blocks", found)
    if text_size(value) > limits.blocks_text:
        raise SlackError("msg_blocks_too_long")
    return with_ids(value)


def _attachments(value: Any, limits: Limits) -> list[Json] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(attachment, dict) for attachment in value):
        raise SlackError("invalid_attachments")
    if len(value) > limits.attachments:
        raise SlackError("too_many_attachments")
    checked = []
    for index, attachment in enumerate(value, start=1):
        blocks = _blocks(attachment.get("blocks"), limits)
        checked.append({**attachment, "id": index, **({"blocks": blocks} if blocks is not None else {})})
    return checked


def _metadata(value: Any, limits: Limits) -> Json | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise SlackError("invalid_metadata_format")
    if not value:
        return {}
    event_type, payload = value.get("event_type"), value.get("event_payload")
    if not isinstance(event_type, str) or not event_type or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_schema")
    if json_bytes(value) > limits.metadata_bytes:
        raise SlackError("metadata_too_large")
    return {"event_type": event_type, "event_payload": payload}
