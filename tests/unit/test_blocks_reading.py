"""A desk that reads English is shown a report's own English headline beside a foreign one; nothing is translated."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.talks import OPENED, REPORT, TALKS, development, report, words

from bot.domain.alert import Alert
from bot.domain.decision import AlertAction, Corroboration, StateChange, Status
from bot.queries.status import NegotiationStatus, TrackReport, TrackStatus
from bot.queries.timeline import Moment, Timeline
from bot.slack.blocks.card import card
from bot.slack.blocks.home import home_view
from bot.slack.blocks.reading import readable
from bot.slack.blocks.standing import status_answer, timeline_answer, track_answer
from bot.slack.blocks.subscriptions import Names
from bot.slack.blocks.thread import thread_update

ORIGINAL = replace(
    REPORT, language="uk", title="Посланці поїхали", outlet="Sample Courier", url="https://courier.example/1"
)
ENGLISH = report(2, title="Envoys leave", language="en-GB")
LINKED = "<https://outlet2.example/2|Envoys leave> — Sample Outlet 2"
UNREAD = "<https://courier.example/1|Посланці поїхали> — Sample Courier, in Ukrainian"


def shown(message: Any) -> str:
    return words(message.blocks)


def answers(*reports: Any) -> dict[str, str]:
    """Every answer that names a development, as shown and as spoken."""
    told = development(*reports)
    track = TALKS.tracks[1]
    status = TrackStatus(track, told, (0, 0, 0, 0, 0, 0, 1), dict.fromkeys(Corroboration, 0))
    state = NegotiationStatus(TALKS, (status,), OPENED)
    answered = {
        "status": status_answer([state]),
        "track": track_answer(TrackReport(TALKS, status, (told,), OPENED)),
        "timeline": timeline_answer(Timeline(told, (Moment(told.lead, 1, first=True),), told), TALKS),
        "confirmed": thread_update(
            told, TALKS, Alert("d1", 2, AlertAction.EDIT, "i2", OPENED, None, StateChange.CONFIRMED)
        ),
        "update": thread_update(told, TALKS, Alert("d1", 2, AlertAction.THREAD, "gone", OPENED, "new dates")),
    }
    view = home_view([state], Names({"talks": TALKS}), [], [], now=OPENED)
    return {name: shown(message) for name, message in answered.items()} | {"home": words(view["blocks"])}


@pytest.mark.parametrize("name", ["status", "track", "timeline", "confirmed", "update", "home"])
def test_answers_and_replies_show_the_headline_the_desk_reads_else_the_original_named(name: str) -> None:
    assert LINKED in answers(ORIGINAL, ENGLISH)[name]
    assert UNREAD in answers(ORIGINAL, report(2, language="pl"))[name]


def test_a_card_keeps_the_original_and_quotes_the_other_directly_below() -> None:
    message = card(development(ORIGINAL, ENGLISH), TALKS, feedback=())
    header, facts, *_ = shown(message).splitlines()
    assert header == "URGENT · Посланці поїхали"
    assert facts == "In English: “<https://outlet2.example/2|Envoys leave>” — Sample Outlet 2"
    assert message.text.startswith("Urgent on Territory, Politics and process: Envoys leave (Sample Outlet 2). ")
    assert "First reported by Sample Courier in Ukrainian" in message.text
    assert "In English" not in shown(card(development(ORIGINAL), TALKS, feedback=()))
    assert "In English" not in shown(card(development(), TALKS, feedback=()))


def test_what_a_card_follows_is_shown_as_the_desk_reads_it() -> None:
    message = card(development(follows="d0", follows_reports=(ORIGINAL, ENGLISH)), TALKS, feedback=())
    assert f"Follows: {LINKED}" in shown(message)


def test_a_confirming_report_the_desk_reads_is_named_once() -> None:
    said = answers(ORIGINAL, ENGLISH)["confirmed"].splitlines()[-1]
    assert said == f"About: {LINKED} · the confirming report"


def test_a_desk_may_read_another_language() -> None:
    kyiv = TALKS.model_copy(update={"desk_language": "uk"})
    message = card(development(REPORT, replace(ORIGINAL, item="i2")), kyiv, feedback=())
    assert "In Ukrainian: “<https://courier.example/1|Посланці поїхали>” — Sample Courier" in shown(message)
    assert "headline in English" in shown(message)


def test_a_report_with_facts_of_its_own_is_shown_before_an_earlier_copy() -> None:
    copy = report(2, status=Status.COPY, origin="wire", language="en")
    assert readable([ORIGINAL, copy, report(3)], TALKS) == report(3)
    assert readable([ORIGINAL, copy], TALKS) == copy
    assert readable([ORIGINAL, report(3, language=None)], TALKS) == ORIGINAL
