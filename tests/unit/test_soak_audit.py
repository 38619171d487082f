"""The soak's audit sees each thing that could be wrong in a conversation, and nothing in one that is right."""

from __future__ import annotations

import random
from copy import deepcopy
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest
from support.archive import NOON

from bot.soak.audit import Findings, look
from bot.soak.script import DESK, Script

if TYPE_CHECKING:
    from collections.abc import Callable

    Messages = list[dict[str, Any]]


@pytest.fixture
def script() -> Script:
    script = Script(random.Random(1))  # noqa: S311 -- nobody is to be kept from guessing it
    for kind in ("post", "edit", "thread", "confirmed", "post"):
        script.next(NOON, wanted=kind)
        if len(script.developments) == 1:
            script.developments[1].track = "politics"
    return script


def message(
    ts: int, key: str, text: str, *, thread: int | None = None, blocks: str = "", **more: Any
) -> dict[str, Any]:
    metadata = {"event_payload": {"key": key}}
    return {
        "ts": str(ts),
        "text": text,
        "blocks": [blocks],
        "metadata": metadata,
        "thread_ts": thread and str(thread),
    } | more


def shown(script: Script) -> Messages:
    """The desk as it should be."""
    first, second = script.developments.values()
    return [
        message(1, "a", "Development 1: envoys meet", blocks=f"{first.lead_title} *Sources* · {first.reports} reports"),
        message(2, "b", "Update: brings note 1.", thread=1),
        message(3, "c", "Now confirmed", thread=1, blocks="*Update:* Brings note 2.", broadcast=True),
        message(
            4, "d", "Development 2: envoys meet", blocks=f"{second.lead_title} *Sources* · {second.reports} report"
        ),
    ]


def found(script: Script, messages: Messages) -> dict[str, int]:
    findings = Findings()
    look(findings, DESK, messages, script, {"a": 1, "b": 2, "c": 3, "d": 4})
    counts = {
        each.name: getattr(findings, each.name) for each in fields(Findings) if each.name not in {"told", "messages"}
    }
    return {name: count for name, count in counts.items() if count}


def test_a_conversation_as_it_should_be_has_nothing_wrong(script: Script) -> None:
    assert found(script, shown(script)) == {}


@pytest.mark.parametrize(
    ("spoil", "wrong"),
    [
        (lambda all_: all_.pop(3), {"lost": 1}),
        (lambda all_: all_.pop(1), {"lost": 1}),
        (lambda all_: all_.append(all_[3] | {"ts": "5"}), {"duplicated": 1}),
        (
            lambda all_: all_.append(all_[1] | {"ts": "5", "metadata": {"event_payload": {"key": "d"}}}),
            {"duplicated": 1},
        ),
        (lambda all_: all_.insert(1, all_.pop(2)), {"out_of_order": 1}),
        (lambda all_: all_[1].update(thread_ts="4"), {"astray": 1}),
        (lambda all_: all_[2].update(broadcast=False), {"astray": 1}),
        (lambda all_: all_[0].update(blocks=["Development 1: envoys meet *Sources* · 1 report"]), {"stale_cards": 1}),
    ],
)
def test_each_wrong_is_seen(script: Script, spoil: Callable[[Messages], object], wrong: dict[str, int]) -> None:
    messages = deepcopy(shown(script))
    spoil(messages)
    assert found(script, messages) == wrong


def listing(script: Script) -> Messages:
    """The desk where both cards came too late, and the second followed all the same."""
    second = shown(script)[-1]
    return [message(1, "talks:d1:1:catch_up:2", "Not posted in time: 2. Development 1: a; Development 2: b."), second]


def test_a_line_in_a_catch_up_message_stands_for_a_card_and_what_waited_with_it(script: Script) -> None:
    assert found(script, listing(script)) == {}


def test_what_is_in_neither_is_lost_and_what_is_listed_twice_stands_twice(script: Script) -> None:
    first, second = listing(script)
    assert found(script, [first | {"text": "Not posted in time: 1. Development 2: b."}, second]) == {"lost": 3}
    assert found(script, [first, first | {"ts": "2"}, second]) == {"duplicated": 2}


def test_a_card_without_its_correction_is_stale(script: Script) -> None:
    messages = shown(script)
    script.developments[1].lead_title = "Development 1: envoys meet, as corrected"
    assert found(script, messages) == {"stale_cards": 1}
