"""Slack's limits, checked on our own output. Slack refuses a whole message for one field; we name the field first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from bot.slack.blocks.text import size

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.domain.alert import Message

HEADER = 150
SECTION = 3000
FIELDS = 10
FIELD = 2000
CONTEXT_ELEMENTS = 10
CONTEXT_TEXT = 2000
ACTIONS = 25
BUTTON_TEXT = 75
VALUE = 2000
IDENTIFIER = 255
OPTIONS = 100
OPTION_TEXT = 75
OPTION_VALUE = 150
RADIO_OPTIONS = 10
OVERFLOW = 5
LABEL = 2000
PLACEHOLDER = 150
URL = 3000
MODAL_TITLE = 24
PRIVATE_METADATA = 3000
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 4000
ALL_BLOCKS = 13_200

_MOST_OPTIONS = {"radio_buttons": RADIO_OPTIONS, "checkboxes": RADIO_OPTIONS, "overflow": OVERFLOW}
_CONFIRM = {"title": 100, "text": 300, "confirm": 30, "deny": 30}


def message_problems(message: Message) -> list[str]:
    """What Slack would refuse or cut in `message`, each with its field; empty when nothing."""
    problems = [*_length(message.text, "text", MESSAGE_TEXT), *block_problems(message.blocks, MESSAGE_BLOCKS)]
    total = sum(size(text) for block in message.blocks for text in _texts(block))
    if total > ALL_BLOCKS:
        problems.append(f"blocks: {total} characters in all, {ALL_BLOCKS} allowed")
    return problems


def view_problems(view: Mapping[str, Any]) -> list[str]:
    """The same for a modal or a Home view."""
    problems = block_problems(view["blocks"], VIEW_BLOCKS)
    if len(view.get("private_metadata", "")) > PRIVATE_METADATA:
        problems.append(f"private_metadata: more than {PRIVATE_METADATA} characters")
    if view["type"] == "modal":
        for part in ("title", "submit", "close"):
            if part in view:
                problems += _length(view[part]["text"], part, MODAL_TITLE)
        if "title" not in view:
            problems.append("title: missing")
        if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
            problems.append("submit: missing, and there are inputs")
    return problems


def block_problems(blocks: Sequence[Mapping[str, Any]], most: int) -> list[str]:
    """What Slack would refuse in a list of blocks of which `most` are allowed."""
    problems = [f"blocks: {len(blocks)}, {most} allowed"] if len(blocks) > most else []
    for name in ("block_id", "action_id"):
        ids = Counter(identifier for block in blocks for identifier in _identifiers(block, name))
        if name == "block_id":
            problems += [f"{name} {twice!r}: used {times} times" for twice, times in ids.items() if times > 1]
        problems += [problem for identifier in ids for problem in _length(identifier, name, IDENTIFIER)]
    for index, block in enumerate(blocks):
        problems += _block(block, f"blocks[{index}]")
    return problems


def _block(block: Mapping[str, Any], at: str) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield from _length(block["text"]["text"], f"{at}.text", HEADER)
            if block["text"]["type"] != "plain_text":
                yield f"{at}.text: a header is plain text"
        case "section":
            yield from _section(block, at)
        case "context":
            yield from _number(block["elements"], f"{at}.elements", CONTEXT_ELEMENTS)
            for number, element in enumerate(block["elements"]):
                yield from _length(element["text"], f"{at}.elements[{number}]", CONTEXT_TEXT)
        case "actions":
            yield from _actions(block, at)
        case "input":
            yield from _length(block["label"]["text"], f"{at}.label", LABEL)
            if "hint" in block:
                yield from _length(block["hint"]["text"], f"{at}.hint", LABEL)
            yield from _element(block["element"], f"{at}.element")
        case "divider":
            pass
        case unknown:
            yield f"{at}.type: {unknown!r} is not one we send"


def _actions(block: Mapping[str, Any], at: str) -> Iterator[str]:
    yield from _number(block["elements"], f"{at}.elements", ACTIONS)
    seen = Counter(element["action_id"] for element in block["elements"])
    yield from (f"{at}: action_id {twice!r} twice" for twice, times in seen.items() if times > 1)
    for number, element in enumerate(block["elements"]):
        yield from _element(element, f"{at}.elements[{number}]")


def _section(block: Mapping[str, Any], at: str) -> Iterator[str]:
    if "text" in block:
        yield from _length(block["text"]["text"], f"{at}.text", SECTION)
    elif "fields" not in block:
        yield f"{at}: neither text nor fields"
    if "fields" in block:
        yield from _number(block["fields"], f"{at}.fields", FIELDS)
        for number, field in enumerate(block["fields"]):
            yield from _length(field["text"], f"{at}.fields[{number}]", FIELD)
    if "accessory" in block:
        yield from _element(block["accessory"], f"{at}.accessory")


def _element(element: Mapping[str, Any], at: str) -> Iterator[str]:
    if "text" in element:
        yield from _length(element["text"]["text"], f"{at}.text", BUTTON_TEXT)
    if "value" in element:
        yield from _length(element["value"], f"{at}.value", VALUE)
    if "placeholder" in element:
        yield from _length(element["placeholder"]["text"], f"{at}.placeholder", PLACEHOLDER)
    if "confirm" in element:
        for part, most in _CONFIRM.items():
            yield from _length(element["confirm"][part]["text"], f"{at}.confirm.{part}", most)
    if "options" in element or "option_groups" in element:
        yield from _choices(element, at)


def _choices(element: Mapping[str, Any], at: str) -> Iterator[str]:
    groups = element.get("option_groups", [{"options": element.get("options", ())}])
    yield from _number(groups, f"{at}.option_groups", OPTIONS)
    most = _MOST_OPTIONS.get(element["type"], OPTIONS)
    for group in groups:
        if "label" in group:
            yield from _length(group["label"]["text"], f"{at}.label", OPTION_TEXT)
        yield from _number(group["options"], f"{at}.options", most)
        for option in group["options"]:
            yield from _length(option["text"]["text"], f"{at}.option", OPTION_TEXT)
            yield from _length(option["value"], f"{at}.option.value", OPTION_VALUE)
            if "description" in option:
                yield from _length(option["description"]["text"], f"{at}.option.description", OPTION_TEXT)
    offered = [option for group in groups for option in group["options"]]
    chosen = [*element.get("initial_options", ())]
    if "initial_option" in element:
        chosen.append(element["initial_option"])
    yield from (f"{at}: starts with {one['value']!r}, which is not offered" for one in chosen if one not in offered)


def _length(text: str, at: str, most: int) -> Iterator[str]:
    if not text.strip():
        yield f"{at}: empty"
    if size(text) > most:
        yield f"{at}: {size(text)} characters, {most} allowed"


def _number(things: Sequence[object], at: str, most: int) -> Iterator[str]:
    if not 1 <= len(things) <= most:
        yield f"{at}: {len(things)}, 1 to {most} allowed"


def _identifiers(block: Mapping[str, Any], name: str) -> Iterator[str]:
    if name == "block_id":
        if name in block:
            yield block[name]
        return
    holders = [*block.get("elements", ()), block.get("accessory", {}), block.get("element", {})]
    yield from (holder[name] for holder in holders if name in holder)


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from _texts(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _texts(value)
