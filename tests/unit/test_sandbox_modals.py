from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.limits import Limits
from bot.sandbox.modals import fill_in, refusals
from bot.sandbox.specification import default_workspace
from bot.sandbox.views import View, Views
from bot.sandbox.wire import ControlError, SlackError


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def view_of(*elements: dict[str, Any], **fields: Any) -> dict[str, Any]:
    blocks = [
        {"type": "input", "block_id": f"b{number}", "label": plain("L"), "element": {"action_id": f"a{number}", **one}}
        for number, one in enumerate(elements)
    ]
    return {"type": "modal", "title": plain("T"), "submit": plain("Go"), "blocks": blocks, **fields}


@pytest.fixture
def views() -> Views:
    return Views(default_workspace(), Limits(), lambda: 1_764_673_200.0)


def opened(views: Views, *elements: dict[str, Any]) -> View:
    return views.open("U0DANA", view_of(*elements), None)


NUMBER = {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "10"}
MENU = {
    "type": "multi_static_select",
    "max_selected_items": 1,
    "options": [{"text": plain("One"), "value": "1"}, {"text": plain("Two"), "value": "2"}],
}


@pytest.mark.parametrize(
    ("element", "value", "problem"),
    [
        ({"type": "email_text_input"}, "dana", "email address"),
        ({"type": "email_text_input"}, "dana@example.com", None),
        ({"type": "url_text_input"}, "example.com", "web address"),
        ({"type": "url_text_input"}, "https://example.com", None),
        (NUMBER, "many", "whole number"),
        (NUMBER, "1.5", "whole number"),
        (NUMBER, "0", "1 or more"),
        (NUMBER, "11", "10 or less"),
        (NUMBER, "10", None),
        ({"type": "number_input", "is_decimal_allowed": True}, "-1.5", None),
        ({"type": "plain_text_input", "min_length": 3}, "ab", "at least 3"),
        ({"type": "plain_text_input", "max_length": 3}, "abcd", "at most 3"),
        ({"type": "plain_text_input"}, "x" * 3001, "at most 3000"),
        (MENU, ["1", "2"], "at most 1"),
        (MENU, ["2"], None),
        ({"type": "datepicker"}, None, "required"),
    ],
)
def test_slack_checks_inputs_before_it_sends_them(
    views: Views, element: dict[str, Any], value: Any, problem: str | None
) -> None:
    view = opened(views, element)
    fill_in(view, {"a0": value})
    found = refusals(view)
    assert (found == {}) if problem is None else (problem in found["b0"])


def test_values_are_taken_by_action_block_or_in_slacks_form(views: Views) -> None:
    text = {"type": "plain_text_input"}
    view = opened(views, text, text, text)
    fill_in(view, {"a0": "zero", "b1": "one", "b2": {"a2": {"type": "plain_text_input", "value": "two"}}})
    state = views.wire(view)["state"]["values"]
    assert [state[f"b{number}"][f"a{number}"]["value"] for number in range(3)] == ["zero", "one", "two"]
    with pytest.raises(ControlError, match="b0/a0, b1/a1, b2/a2"):
        fill_in(view, {"b3": "three"})


def test_a_view_may_be_found_by_its_external_id_which_is_unique(views: Views) -> None:
    view = views.open("U0DANA", view_of(external_id="mine"), None)
    assert views.find(None, "mine") is view
    with pytest.raises(SlackError, match="duplicate_external_id"):
        views.open("U0OMAR", view_of(external_id="mine"), None)
    views.update(view, view_of(external_id="mine"))
    views.clear("U0DANA")
    with pytest.raises(SlackError, match="not_found"):
        views.find(None, "mine")


def test_views_too_large_or_of_the_wrong_kind_are_refused(views: Views) -> None:
    heavy = [{"type": "section", "text": {"type": "mrkdwn", "text": "ї" * 3000}}] * 60
    with pytest.raises(SlackError, match="view_too_large"):
        views.open("U0DANA", view_of(blocks=heavy), None)
    with pytest.raises(SlackError, match="invalid_arguments"):
        views.open("U0DANA", {"type": "home", "blocks": []}, None)
    with pytest.raises(SlackError, match="invalid_arguments"):
        views.publish("U0DANA", view_of())
    with pytest.raises(SlackError, match="not_found"):
        views.push("U0DANA", view_of(), None)


def test_menus_of_conversations_may_start_on_the_present_one(views: Views) -> None:
    here = {"default_to_current_conversation": True}
    one, several = {"type": "conversations_select", **here}, {"type": "multi_conversations_select", **here}
    fixed = {"type": "conversations_select", "initial_conversation": "C0WORLD", **here}
    view = views.open("U0DANA", view_of(one, several, fixed), "C0TALKS")
    state = views.wire(view)["state"]["values"]
    assert state["b0"]["a0"]["selected_conversation"] == "C0TALKS"
    assert state["b1"]["a1"]["selected_conversations"] == ["C0TALKS"]
    assert state["b2"]["a2"]["selected_conversation"] == "C0WORLD"
