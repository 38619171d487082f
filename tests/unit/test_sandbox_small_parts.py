from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.inputs import entry, find_part, given_entry, is_empty, option_called, state_values
from bot.sandbox.journal import Journal
from bot.sandbox.limits import Limits
from bot.sandbox.ratelimit import RateLimiter
from bot.sandbox.specification import default_workspace
from bot.sandbox.tickets import Tickets
from bot.sandbox.wire import ControlError, RateLimitedError, SlackError
from bot.sandbox.workspace import Workspace


class Clock:
    def __init__(self) -> None:
        self.now = 1_764_673_200.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_bucket_empties_and_fills_at_its_rate(clock: Clock) -> None:
    limiter = RateLimiter(clock)
    for _ in range(3):
        limiter.take("C1", per_second=0.5, burst=3)
    with pytest.raises(RateLimitedError) as refusal:
        limiter.take("C1", per_second=0.5, burst=3)
    assert refusal.value.retry_after == 2
    limiter.take("C2", per_second=0.5, burst=3)
    clock.now += 2
    limiter.take("C1", per_second=0.5, burst=3)
    with pytest.raises(RateLimitedError):
        limiter.take("C1", per_second=0.5, burst=3)


def test_a_trigger_serves_once_and_for_three_seconds(clock: Clock) -> None:
    tickets = Tickets(Limits(), clock)
    first, second = tickets.trigger("U1", "C1"), tickets.trigger("U1", None)
    assert tickets.redeem_trigger(first).user == "U1"
    with pytest.raises(SlackError, match="exchanged_trigger_id"):
        tickets.redeem_trigger(first)
    clock.now += 3.1
    with pytest.raises(SlackError, match="expired_trigger_id"):
        tickets.redeem_trigger(second)
    with pytest.raises(SlackError, match="invalid_trigger_id"):
        tickets.redeem_trigger("made up")


def test_a_response_url_serves_five_times_within_half_an_hour(clock: Clock) -> None:
    tickets = Tickets(Limits(), clock)
    key, late = tickets.response_url("U1", "C1"), tickets.response_url("U1", "C1")
    for _ in range(5):
        tickets.redeem_response(key)
    with pytest.raises(SlackError, match="used_url"):
        tickets.redeem_response(key)
    clock.now += 1801
    with pytest.raises(SlackError, match="expired_url"):
        tickets.redeem_response(late)


def test_a_socket_ticket_opens_one_connection(clock: Clock) -> None:
    tickets = Tickets(Limits(), clock)
    ticket, late = tickets.socket(), tickets.socket()
    assert tickets.redeem_socket(ticket)
    assert not tickets.redeem_socket(ticket)
    clock.now += 31
    assert not tickets.redeem_socket(late)


def test_timestamps_are_unique_and_grow_even_when_the_clock_does_not(clock: Clock) -> None:
    workspace = Workspace(default_workspace(), clock)
    stamps = [workspace.next_ts() for _ in range(3)]
    clock.now -= 100
    stamps.append(workspace.next_ts())
    assert stamps[0] == "1764673200.000000"
    assert stamps == sorted(set(stamps))


def test_the_journal_gives_what_came_after(clock: Clock) -> None:
    journal = Journal(clock)
    journal.add("api", method="a")
    seen = journal.add("socket")["seq"]
    journal.add("api", method="b")
    assert [entry["method"] for entry in journal.entries(after=seen)] == ["b"]
    assert len(journal.entries(kind="api")) == 2


def menu(kind: str, **fields: Any) -> dict[str, Any]:
    options = [{"text": {"type": "plain_text", "text": name.title()}, "value": name} for name in ("flash", "low")]
    return {"type": kind, "action_id": "pick", "options": options, **fields}


def test_options_are_found_by_value_text_or_object() -> None:
    element = menu("static_select")
    low = element["options"][1]
    assert option_called(element, "low") == low
    assert option_called(element, "Low") == low
    assert option_called(element, {"value": "low"}) == low
    with pytest.raises(ControlError, match="Options: flash, low"):
        option_called(element, "high")


def test_options_inside_groups_are_found() -> None:
    inner = menu("static_select")["options"]
    grouped = {"type": "static_select", "option_groups": [{"label": {}, "options": inner}]}
    assert option_called(grouped, "flash") == inner[0]


@pytest.mark.parametrize(
    ("element", "raw", "state"),
    [
        ({"type": "plain_text_input"}, "x", {"type": "plain_text_input", "value": "x"}),
        ({"type": "plain_text_input"}, "", {"type": "plain_text_input", "value": None}),
        ({"type": "datepicker"}, "2025-12-02", {"type": "datepicker", "selected_date": "2025-12-02"}),
        (
            {"type": "multi_users_select"},
            "U1",
            {"type": "multi_users_select", "selected_users": ["U1"]},
        ),
        ({"type": "users_select"}, None, {"type": "users_select", "selected_user": None}),
    ],
)
def test_a_plain_value_becomes_the_state_slack_sends(element: Any, raw: Any, state: Any) -> None:
    assert entry(element, raw) == state


def test_a_setting_is_read_under_slacks_key_or_plainly() -> None:
    element = menu("checkboxes")
    both = {"type": "checkboxes", "selected_options": element["options"]}
    assert given_entry(element, {"selected_options": ["flash", "low"]}) == both
    assert given_entry(element, {"value": ["flash", "low"]}) == both
    with pytest.raises(ControlError, match="selected_options"):
        given_entry(element, {"action_id": "pick"})


def test_state_starts_from_initial_values_and_keeps_what_was_set() -> None:
    element = menu("static_select")
    element["initial_option"] = element["options"][0]
    blocks = [{"type": "actions", "block_id": "b", "elements": [element, {"type": "button", "action_id": "x"}]}]
    assert state_values(blocks, {}) == {
        "b": {"pick": {"type": "static_select", "selected_option": element["options"][0]}}
    }
    kept = {"b": {"pick": {"type": "static_select", "selected_option": element["options"][1]}}}
    assert state_values(blocks, kept) == kept
    stale = {"b": {"pick": {"type": "radio_buttons", "selected_option": None}}}
    assert state_values(blocks, stale)["b"]["pick"]["selected_option"] == element["options"][0]


@pytest.mark.parametrize(
    ("state", "empty"),
    [
        ({"type": "plain_text_input", "value": "  "}, True),
        ({"type": "plain_text_input", "value": "x"}, False),
        ({"type": "checkboxes", "selected_options": []}, True),
        ({"type": "static_select", "selected_option": None}, True),
    ],
)
def test_what_a_required_input_refuses(state: Any, empty: bool) -> None:
    assert is_empty(state) is empty


def test_an_unknown_action_is_answered_with_the_known_ones() -> None:
    blocks = [{"type": "actions", "block_id": "b", "elements": [{"type": "button", "action_id": "timeline"}]}]
    with pytest.raises(ControlError, match="There are: timeline"):
        find_part(blocks, "timelime")
