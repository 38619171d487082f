"""What a person can set in an interactive element, and the state Slack keeps and sends for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox.blocks import elements
from bot.sandbox.wire import ControlError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.sandbox.wire import Json


@dataclass(frozen=True, slots=True)
class Setting:
    """How one type of element keeps its state: under `key`, starting from `initial`, as option(s) or value(s)."""

    key: str
    initial: str
    options: bool = False
    many: bool = False


SETTINGS: dict[str, Setting] = {
    "plain_text_input": Setting("value", "initial_value"),
    "email_text_input": Setting("value", "initial_value"),
    "url_text_input": Setting("value", "initial_value"),
    "number_input": Setting("value", "initial_value"),
    "rich_text_input": Setting("rich_text_value", "initial_value"),
    "datepicker": Setting("selected_date", "initial_date"),
    "timepicker": Setting("selected_time", "initial_time"),
    "datetimepicker": Setting("selected_date_time", "initial_date_time"),
    "static_select": Setting("selected_option", "initial_option", options=True),
    "external_select": Setting("selected_option", "initial_option", options=True),
    "radio_buttons": Setting("selected_option", "initial_option", options=True),
    "checkboxes": Setting("selected_options", "initial_options", options=True, many=True),
    "multi_static_select": Setting("selected_options", "initial_options", options=True, many=True),
    "multi_external_select": Setting("selected_options", "initial_options", options=True, many=True),
    "users_select": Setting("selected_user", "initial_user"),
    "multi_users_select": Setting("selected_users", "initial_users", many=True),
    "conversations_select": Setting("selected_conversation", "initial_conversation"),
    "multi_conversations_select": Setting("selected_conversations", "initial_conversations", many=True),
    "channels_select": Setting("selected_channel", "initial_channel"),
    "multi_channels_select": Setting("selected_channels", "initial_channels", many=True),
}
"""Every element that keeps a state; buttons and overflow menus do not."""


@dataclass(frozen=True, slots=True)
class Part:
    """An interactive element and the block it stands in."""

    block: Json
    element: Json

    @property
    def block_id(self) -> str:
        """The id of its block."""
        return str(self.block["block_id"])

    @property
    def action_id(self) -> str:
        """Its own id."""
        return str(self.element["action_id"])


def parts(blocks: list[Json]) -> Iterator[Part]:
    """Every interactive element of accepted blocks (those with an action_id)."""
    for block in blocks:
        for _, element in elements(block):
            if element.get("action_id"):
                yield Part(block, element)


def find_part(blocks: list[Json], action_id: str, block_id: str | None = None) -> Part:
    """The element a person means.

    Raises:
        ControlError: nothing there has that id.
    """
    known = list(parts(blocks))
    for part in known:
        if part.action_id == action_id and block_id in (None, part.block_id):
            return part
    names = ", ".join(part.action_id for part in known) or "none"
    raise ControlError("action_not_found", f"There is no {action_id!r} here. There are: {names}.", 404)


def options_of(element: Json) -> list[Json]:
    """All options of a menu, those in groups too."""
    grouped = [option for group in element.get("option_groups") or () for option in group["options"]]
    return [*(element.get("options") or ()), *grouped]


def option_called(element: Json, wanted: Any) -> Json:
    """The option with this value or this text, or equal to this object.

    Raises:
        ControlError: the menu has no such option.
    """
    value = wanted.get("value") if isinstance(wanted, dict) else wanted
    options: list[Json] = options_of(element)
    for option in options:
        if value in (option.get("value"), option["text"]["text"]):
            return option
    if not options and isinstance(wanted, dict):
        return wanted
    names = ", ".join(str(option.get("value")) for option in options)
    raise ControlError("no_such_option", f"{value!r} is not an option here. Options: {names}.", 404)


def entry(element: Json, raw: Any) -> Json:
    """The state entry of an element set to `raw`: a plain value, a list of them, or None for empty.

    Raises:
        ControlError: the menu has no such option.
    """
    setting = SETTINGS[element["type"]]
    raw = None if raw == "" else raw
    value = raw
    if setting.many:
        chosen = [] if raw is None else list(raw) if isinstance(raw, (list, tuple)) else [raw]
        value = [option_called(element, item) for item in chosen] if setting.options else chosen
    elif setting.options and raw is not None:
        value = option_called(element, raw)
    return {"type": element["type"], setting.key: value}


def initial_entry(element: Json) -> Json:
    """The state entry before anybody touched the element."""
    setting = SETTINGS[element["type"]]
    return {"type": element["type"], setting.key: element.get(setting.initial, [] if setting.many else None)}


def given_entry(element: Json, given: Json) -> Json:
    """The state entry from an object holding the setting under Slack's own key (or plainly under "value").

    Raises:
        ControlError: neither key is there, or the menu has no such option.
    """
    setting = SETTINGS[element["type"]]
    for key in (setting.key, "value", "values"):
        if key in given:
            return entry(element, given[key])
    raise ControlError(
        "no_value", f"An element of type {element['type']!r} is set with {setting.key!r}; it is not there."
    )


def is_empty(state: Json) -> bool:
    """Whether a required input would be refused with this state."""
    value = state.get(SETTINGS[state["type"]].key)
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def state_values(blocks: list[Json], kept: Json) -> Json:
    """`state.values` as payloads carry it: what was set, else the initial values. block id → action id → entry."""
    values: Json = {}
    for part in parts(blocks):
        if part.element["type"] in SETTINGS:
            state = kept.get(part.block_id, {}).get(part.action_id)
            if state is None or state["type"] != part.element["type"]:
                state = initial_entry(part.element)
            values.setdefault(part.block_id, {})[part.action_id] = state
    return values
