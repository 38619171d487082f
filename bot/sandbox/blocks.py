"""What Slack would say about blocks and views, and the ids it adds to accepted ones."""

from __future__ import annotations

import copy
import json
import secrets
from collections import Counter
from typing import TYPE_CHECKING, Any

from bot.sandbox.block_table import IN_MESSAGES, VIEW
from bot.sandbox.rules import Findings, Items, Tagged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.sandbox.limits import Limits
    from bot.sandbox.wire import Json


def message_findings(blocks: Any, limits: Limits) -> list[str]:
    """Everything wrong with the blocks of a message; empty when Slack would take them."""
    found = Findings()
    Items(Tagged(IN_MESSAGES), limits.message_blocks, least=0).check(blocks, "/blocks", found)
    if not found.sentences:
        _unique_ids(blocks, "/blocks", found)
        if sum(block["type"] == "table" for block in blocks) > 1:
            found.add("only_one_table_allowed", "/blocks")
        markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
        if markdown > limits.markdown_text:
            found.add(f"must be less than {limits.markdown_text + 1} characters", "/blocks")
    return found.sentences


def view_findings(view: Any) -> list[str]:
    """Everything wrong with a modal or Home view; empty when Slack would take it."""
    found = Findings(root="/view")
    VIEW.check(view, "", found)
    if found.sentences:
        return found.sentences
    blocks = view["blocks"]
    match view["type"]:
        case "modal":
            if view.get("title") is None:
                found.add("missing required field: title", "")
            if view.get("submit") is None and any(block["type"] == "input" for block in blocks):
                found.add("missing required field: submit", "")
        case "home":
            for name in ("title", "submit", "close"):
                if view.get(name) is not None:
                    found.add(f"invalid additional property: {name}", "")
        case other:
            found.add(f"unsupported type: {other}", "/type")
    _unique_ids(blocks, "/blocks", found)
    return found.sentences


def elements(block: Json) -> Iterator[tuple[str, Json]]:
    """The interactive parts of a block with their pointers inside it (images and texts among them)."""
    for name in ("accessory", "element"):
        if isinstance(block.get(name), dict):
            yield f"/{name}", block[name]
    if block.get("type") in ("actions", "context"):
        for index, element in enumerate(block.get("elements", ())):
            yield f"/elements/{index}", element


def _unique_ids(blocks: list[Json], at: str, found: Findings) -> None:
    repeated = Counter(block["block_id"] for block in blocks if block.get("block_id"))
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id and repeated[block_id] > 1:
            found.add(f"block_id `{block_id}` already exists", f"{at}/{index}/block_id")
        seen: set[str] = set()
        for pointer, element in elements(block):
            action_id = element.get("action_id")
            if action_id and action_id in seen:
                found.add(f"action_id `{action_id}` already exists", f"{at}/{index}{pointer}/action_id")
            seen.add(action_id or "")


def with_ids(blocks: list[Json]) -> list[Json]:
    """A copy in which every block has a block_id and every interactive element an action_id, as Slack adds them."""
    named = copy.deepcopy(blocks)
    for block in named:
        if not block.get("block_id"):
            block["block_id"] = secrets.token_urlsafe(4)[:5]
        for _, element in elements(block):
            if element["type"] not in ("image", "plain_text", "mrkdwn") and not element.get("action_id"):
                element["action_id"] = secrets.token_urlsafe(4)[:5]
    return named


def text_size(value: Any) -> int:
    """Characters of text in blocks, whatever holds them."""
    if isinstance(value, list):
        return sum(text_size(item) for item in value)
    if isinstance(value, dict):
        own = value["text"] if isinstance(value.get("text"), str) else ""
        return len(own) + sum(text_size(inner) for inner in value.values() if not isinstance(inner, str))
    return 0


def json_bytes(value: Any) -> int:
    """How large a value is on the wire."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass"))


def fallback_text(blocks: list[Json]) -> str:
    """The `text` Slack makes for a message that came with blocks only."""
    parts = []
    for block in blocks:
        text = block.get("text")
        if isinstance(text, dict):
            parts.append(text["text"])
        elif isinstance(text, str):
            parts.append(text)
    return " ".join(parts) or "This content can't be displayed."
