from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.blocks import fallback_text, message_findings, text_size, view_findings, with_ids
from bot.sandbox.limits import Limits

LIMITS = Limits()


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def section(**fields: Any) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn("x"), **fields}


def button(action_id: str = "a", **fields: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": plain("Go"), **fields}


def option(value: str = "v") -> dict[str, Any]:
    return {"text": plain("One"), "value": value}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


NUMBER = {"type": "raw_number", "value": 1.5, "text": "1.5"}

REFUSED: dict[str, tuple[Any, str]] = {
    "51 blocks": ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    "no list": ({"type": "divider"}, "must provide an array [json-pointer:/blocks]"),
    "no type": ([{"text": "x"}], "missing required field: type [json-pointer:/blocks/0]"),
    "unknown block": ([{"type": "sektion"}], "unsupported type: sektion [json-pointer:/blocks/0/type]"),
    "long header": (
        [{"type": "header", "text": plain("x" * 151)}],
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    "header in mrkdwn": (
        [{"type": "header", "text": mrkdwn("x")}],
        "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    "empty text": ([section(text=mrkdwn(""))], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "long section": (
        [{"type": "divider"}, section(text=mrkdwn("x" * 3001))],
        "must be less than 3001 characters [json-pointer:/blocks/1/text/text]",
    ),
    "bare text": ([section(text="x")], "must provide an object [json-pointer:/blocks/0/text]"),
    "section of nothing": (
        [{"type": "section"}],
        "must define either `text` or `fields` [json-pointer:/blocks/0]",
    ),
    "11 fields": (
        [{"type": "section", "fields": [mrkdwn("x")] * 11}],
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    "long field": (
        [{"type": "section", "fields": [mrkdwn("x" * 2001)]}],
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    "11 context elements": (
        [{"type": "context", "elements": [mrkdwn("x")] * 11}],
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "button in context": (
        [{"type": "context", "elements": [button()]}],
        "unsupported type: button [json-pointer:/blocks/0/elements/0/type]",
    ),
    "26 actions": (
        [actions(*(button(str(number)) for number in range(26)))],
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "no actions": ([actions()], "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
    "long button": (
        [actions(button(text=plain("x" * 76)))],
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    "long value": (
        [actions(button(value="x" * 2001))],
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    "button style": (
        [actions(button(style="default"))],
        "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]",
    ),
    "6 in overflow": (
        [section(accessory={"type": "overflow", "action_id": "o", "options": [option()] * 6})],
        "no more than 5 items allowed [json-pointer:/blocks/0/accessory/options]",
    ),
    "101 options": (
        [actions({"type": "static_select", "action_id": "s", "options": [option()] * 101})],
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    "no options": (
        [actions({"type": "static_select", "action_id": "s"})],
        "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]",
    ),
    "both kinds of options": (
        [
            actions(
                {
                    "type": "static_select",
                    "options": [option()],
                    "option_groups": [{"label": plain("G"), "options": [option()]}],
                }
            )
        ],
        "must define only one of `options` or `option_groups` [json-pointer:/blocks/0/elements/0]",
    ),
    "11 checkboxes": (
        [actions({"type": "checkboxes", "action_id": "c", "options": [option()] * 11})],
        "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    "multi-select among actions": (
        [actions({"type": "multi_static_select", "options": [option()]})],
        "unsupported type: multi_static_select [json-pointer:/blocks/0/elements/0/type]",
    ),
    "no alt text": (
        [{"type": "image", "image_url": "https://example.com/a.png"}],
        "missing required field: alt_text [json-pointer:/blocks/0]",
    ),
    "misspelt field": ([section(blockid="x")], "invalid additional property: blockid [json-pointer:/blocks/0]"),
    "same block_id": (
        [section(block_id="x"), section(block_id="x")],
        "block_id `x` already exists [json-pointer:/blocks/0/block_id]",
    ),
    "same action_id": (
        [actions(button("a"), button("a"))],
        "action_id `a` already exists [json-pointer:/blocks/0/elements/1/action_id]",
    ),
    "21 columns": (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]}],
        "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]",
    ),
    "number in words": (
        [{"type": "table", "rows": [[{**NUMBER, "value": "1.5"}]]}],
        "must provide a number [json-pointer:/blocks/0/rows/0/0/value]",
    ),
    "two tables": (
        [{"type": "table", "rows": [[NUMBER]]}] * 2,
        "only_one_table_allowed [json-pointer:/blocks]",
    ),
    "101 rows": (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * 101}],
        "no more than 100 items allowed [json-pointer:/blocks/0/rows]",
    ),
    "markdown in all": (
        [{"type": "markdown", "text": "x" * 7000}, {"type": "markdown", "text": "x" * 7000}],
        "must be less than 12001 characters [json-pointer:/blocks]",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_message_blocks_slack_refuses_are_named(name: str) -> None:
    blocks, sentence = REFUSED[name]
    assert sentence in message_findings(blocks, LIMITS)


def test_everything_at_its_limit_is_taken() -> None:
    blocks = [
        {"type": "header", "text": plain("x" * 150), "block_id": "h"},
        section(text=mrkdwn("x" * 3000), accessory=button(value="x" * 2000, text=plain("x" * 75))),
        {"type": "section", "fields": [mrkdwn("x" * 2000)] * 10},
        {"type": "context", "elements": [mrkdwn("x")] * 10},
        actions(*(button(str(number)) for number in range(25))),
        actions({"type": "static_select", "action_id": "s", "options": [option()] * 100}, button("b")),
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 20] * 99 + [[NUMBER]]},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
        {"type": "markdown", "text": "x" * 12_000},
        *[{"type": "divider"}] * 41,
    ]
    assert len(blocks) == 50
    assert message_findings(blocks, LIMITS) == []


def modal(**fields: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("T"), "blocks": [], **fields}


ENTRY = {"type": "input", "label": plain("L"), "element": {"type": "plain_text_input"}}

REFUSED_VIEWS: dict[str, tuple[Any, str]] = {
    "no object": ("x", "must provide an object [json-pointer:/view]"),
    "long title": (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
    "no title": (
        {"type": "modal", "blocks": []},
        "missing required field: title [json-pointer:/view]",
    ),
    "long metadata": (
        modal(private_metadata="x" * 3001),
        "must be less than 3001 characters [json-pointer:/view/private_metadata]",
    ),
    "101 blocks": (
        modal(blocks=[{"type": "divider"}] * 101),
        "no more than 100 items allowed [json-pointer:/view/blocks]",
    ),
    "input without submit": (modal(blocks=[ENTRY]), "missing required field: submit [json-pointer:/view]"),
    "home with title": (
        {"type": "home", "title": plain("T"), "blocks": []},
        "invalid additional property: title [json-pointer:/view]",
    ),
    "workflow step": ({"type": "other", "blocks": []}, "unsupported type: other [json-pointer:/view/type]"),
    "table in a modal": (
        modal(blocks=[{"type": "table", "rows": []}]),
        "unsupported type: table [json-pointer:/view/blocks/0/type]",
    ),
}


@pytest.mark.parametrize("name", REFUSED_VIEWS)
def test_views_slack_refuses_are_named(name: str) -> None:
    view, sentence = REFUSED_VIEWS[name]
    assert sentence in view_findings(view)


def test_views_slack_takes_have_no_findings() -> None:
    full = modal(title=plain("x" * 24), submit=plain("Go"), blocks=[ENTRY] * 100, private_metadata="x" * 3000)
    assert view_findings(full) == []
    assert view_findings({"type": "home", "blocks": [actions(button())]}) == []


def test_ids_are_filled_in_without_touching_the_original() -> None:
    given = [actions(button("kept"), {"type": "button", "text": plain("Go")}), section(block_id="mine")]
    named = with_ids(given)
    assert "block_id" not in given[0]
    assert named[0]["block_id"]
    assert [bool(element["action_id"]) for element in named[0]["elements"]] == [True, True]
    assert named[0]["elements"][0]["action_id"] == "kept"
    assert named[1]["block_id"] == "mine"


def test_text_is_counted_wherever_it_stands() -> None:
    assert text_size([section(text=mrkdwn("12345"), fields=[plain("67")]), actions(button(text=plain("89")))]) == 9


def test_a_message_of_blocks_only_gets_its_text_from_them() -> None:
    assert fallback_text([{"type": "header", "text": plain("Head")}, section(text=mrkdwn("body"))]) == "Head body"
    assert fallback_text([{"type": "divider"}]) == "This content can't be displayed."
