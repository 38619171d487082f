"""Block Kit as a table: which blocks and elements there are, their fields and their limits.

Numbers are those of Slack's reference. Blocks only agents use (cards, plans, feedback, …) are not here and so are
refused as unsupported. Nothing here runs; `blocks` applies it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.rules import Anything, Decimal, Flag, Items, Number, Shape, String, Tagged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.sandbox.rules import Rule

ID = String(255)
URL = String(3000, least=1)
DATE = String(10, least=10)
FREE = String(1_000_000)


def plain(most: int, least: int = 1) -> Rule:
    """A text object that may only be plain."""
    return Tagged({"plain_text": Shape({"text": String(most, least)}, {"emoji": Flag()})})


def rich(most: int, least: int = 1) -> Rule:
    """A text object, plain or mrkdwn."""
    return Tagged(
        {
            "plain_text": Shape({"text": String(most, least)}, {"emoji": Flag()}),
            "mrkdwn": Shape({"text": String(most, least)}, {"verbatim": Flag()}),
        },
    )


CONFIRM = Shape(
    {"title": plain(100), "text": rich(300), "confirm": plain(30), "deny": plain(30)},
    {"style": String(10, choices=frozenset({"primary", "danger"}))},
)
OPTION = Shape({"text": plain(75), "value": String(150)}, {"description": plain(75)})
RICH_OPTION = Shape({"text": rich(75), "value": String(150)}, {"description": rich(75)})
OVERFLOW_OPTION = Shape({"text": plain(75), "value": String(150)}, {"description": plain(75), "url": URL})
GROUP = Shape({"label": plain(75), "options": Items(OPTION, 100)})
DISPATCH = Shape(
    {},
    {"trigger_actions_on": Items(String(50, choices=frozenset({"on_enter_pressed", "on_character_entered"})), 2)},
)
FILTER = Shape(
    {},
    {
        "include": Items(String(20, choices=frozenset({"im", "mpim", "private", "public"})), 4),
        "exclude_external_shared_channels": Flag(),
        "exclude_bot_users": Flag(),
    },
)
COMMON: dict[str, Rule] = {"action_id": ID}
WITH_PLACEHOLDER: dict[str, Rule] = {**COMMON, "placeholder": plain(150), "focus_on_load": Flag()}
MENU: dict[str, Rule] = {**WITH_PLACEHOLDER, "confirm": CONFIRM}
MANY: dict[str, Rule] = {**MENU, "max_selected_items": Number(1, 1_000_000)}
TYPED: dict[str, Rule] = {**WITH_PLACEHOLDER, "dispatch_action_config": DISPATCH}
SLACK_FILE = Shape({}, {"id": ID, "url": URL}, any_of=("id", "url"))
PICTURE: dict[str, Rule] = {"image_url": URL, "slack_file": SLACK_FILE}

_OPTIONS: dict[str, Rule] = {"options": Items(OPTION, 100), "option_groups": Items(GROUP, 100)}
_EITHER = ("options", "option_groups")
_TICKS: dict[str, Rule] = {**COMMON, "confirm": CONFIRM, "focus_on_load": Flag()}

ELEMENTS: dict[str, Rule] = {
    "button": Shape(
        {"text": plain(75)},
        {
            **COMMON,
            "url": URL,
            "value": String(2000),
            "style": String(10, choices=frozenset({"primary", "danger"})),
            "confirm": CONFIRM,
            "accessibility_label": String(75),
        },
    ),
    "checkboxes": Shape({"options": Items(RICH_OPTION, 10)}, {**_TICKS, "initial_options": Items(RICH_OPTION, 10)}),
    "radio_buttons": Shape({"options": Items(RICH_OPTION, 10)}, {**_TICKS, "initial_option": RICH_OPTION}),
    "overflow": Shape({"options": Items(OVERFLOW_OPTION, 5)}, {**COMMON, "confirm": CONFIRM}),
    "image": Shape({"alt_text": String(2000)}, PICTURE, any_of=("image_url", "slack_file")),
    "datepicker": Shape({}, {**MENU, "initial_date": DATE}),
    "timepicker": Shape({}, {**MENU, "initial_time": String(5, 5), "timezone": String(100)}),
    "datetimepicker": Shape({}, {**_TICKS, "initial_date_time": Number(1_000_000_000, 9_999_999_999)}),
    "static_select": Shape({}, {**MENU, **_OPTIONS, "initial_option": OPTION}, any_of=_EITHER, one_of=_EITHER),
    "multi_static_select": Shape(
        {}, {**MANY, **_OPTIONS, "initial_options": Items(OPTION, 100)}, any_of=_EITHER, one_of=_EITHER
    ),
    "external_select": Shape({}, {**MENU, "initial_option": OPTION, "min_query_length": Number(0, 1000)}),
    "multi_external_select": Shape(
        {}, {**MANY, "initial_options": Items(OPTION, 100), "min_query_length": Number(0, 1000)}
    ),
    "users_select": Shape({}, {**MENU, "initial_user": ID}),
    "multi_users_select": Shape({}, {**MANY, "initial_users": Items(ID, 100)}),
    "conversations_select": Shape(
        {},
        {
            **MENU,
            "initial_conversation": ID,
            "default_to_current_conversation": Flag(),
            "response_url_enabled": Flag(),
            "filter": FILTER,
        },
    ),
    "multi_conversations_select": Shape(
        {},
        {
            **MANY,
            "initial_conversations": Items(ID, 100),
            "default_to_current_conversation": Flag(),
            "filter": FILTER,
        },
    ),
    "channels_select": Shape({}, {**MENU, "initial_channel": ID, "response_url_enabled": Flag()}),
    "multi_channels_select": Shape({}, {**MANY, "initial_channels": Items(ID, 100)}),
    "plain_text_input": Shape(
        {},
        {
            **TYPED,
            "initial_value": String(3000),
            "multiline": Flag(),
            "min_length": Number(0, 3000),
            "max_length": Number(1, 3000),
        },
    ),
    "email_text_input": Shape({}, {**TYPED, "initial_value": FREE}),
    "url_text_input": Shape({}, {**TYPED, "initial_value": FREE}),
    "number_input": Shape(
        {"is_decimal_allowed": Flag()},
        {**TYPED, "initial_value": FREE, "min_value": FREE, "max_value": FREE},
    ),
    "rich_text_input": Shape({}, {**TYPED, "initial_value": Anything()}),
}

_SINGLE_MENUS = (
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
)
_MULTI_MENUS = tuple(f"multi_{name}" for name in _SINGLE_MENUS)
_PICKERS = ("datepicker", "timepicker", "checkboxes", "radio_buttons")


def some(names: Iterable[str]) -> Rule:
    """One of these elements."""
    return Tagged({name: ELEMENTS[name] for name in names})


ACCESSORY = some(("button", "overflow", "image", *_PICKERS, *_SINGLE_MENUS, *_MULTI_MENUS))
ACTION = some(("button", "overflow", "datetimepicker", *_PICKERS, *_SINGLE_MENUS))
INPUT = some(
    (
        "plain_text_input",
        "email_text_input",
        "url_text_input",
        "number_input",
        "rich_text_input",
        "datetimepicker",
        *_PICKERS,
        *_SINGLE_MENUS,
        *_MULTI_MENUS,
    ),
)
CONTEXT_PART = Tagged(
    {
        "image": ELEMENTS["image"],
        "plain_text": Shape({"text": String(3000, 1)}, {"emoji": Flag()}),
        "mrkdwn": Shape({"text": String(3000, 1)}, {"verbatim": Flag()}),
    },
)
CELL = Tagged(
    {
        "raw_text": Shape({"text": String(3000)}),
        "raw_number": Shape({"value": Decimal(), "text": String(3000, 1)}),
        "rich_text": Shape({"elements": Items(Anything(), 1000)}, {"block_id": ID}),
    },
)

NAMED: dict[str, Rule] = {"block_id": ID}

ANYWHERE: dict[str, Rule] = {
    "actions": Shape({"elements": Items(ACTION, 25)}, NAMED),
    "context": Shape({"elements": Items(CONTEXT_PART, 10)}, NAMED),
    "divider": Shape({}, NAMED),
    "header": Shape({"text": plain(150)}, NAMED),
    "image": Shape(
        {"alt_text": String(2000)},
        {**NAMED, **PICTURE, "title": plain(2000)},
        any_of=("image_url", "slack_file"),
    ),
    "input": Shape(
        {"label": plain(2000), "element": INPUT},
        {**NAMED, "hint": plain(2000), "optional": Flag(), "dispatch_action": Flag()},
    ),
    "rich_text": Shape({"elements": Items(Anything(), 1000, least=0)}, NAMED),
    "section": Shape(
        {},
        {
            **NAMED,
            "text": rich(3000),
            "fields": Items(rich(2000), 10),
            "accessory": ACCESSORY,
            "expand": Flag(),
        },
        any_of=("text", "fields"),
    ),
    "video": Shape(
        {"alt_text": String(2000), "title": plain(199), "thumbnail_url": URL, "video_url": URL},
        {
            **NAMED,
            "author_name": String(49),
            "description": plain(200),
            "provider_icon_url": URL,
            "provider_name": String(100),
            "title_url": URL,
        },
    ),
}

IN_MESSAGES: dict[str, Rule] = {
    **ANYWHERE,
    "markdown": Shape({"text": String(12_000, 1)}, NAMED),
    "table": Shape(
        {"rows": Items(Items(CELL, 20), 100)},
        {**NAMED, "column_settings": Items(Anything(), 20, least=0)},
    ),
}

VIEW = Shape(
    {"type": String(10), "blocks": Items(Tagged(ANYWHERE), 100, least=0)},
    {
        "title": plain(24),
        "submit": plain(24),
        "close": plain(24),
        "private_metadata": String(3000),
        "callback_id": String(255),
        "external_id": String(255),
        "clear_on_close": Flag(),
        "notify_on_close": Flag(),
        "submit_disabled": Flag(),
    },
)
