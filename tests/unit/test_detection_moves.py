"""What the detector puts right by itself: developments that a report shows to be one, a report that turned round."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.newsdesk import detector, item, run

from bot.domain.decision import AlertAction, StateChange, Status

MEETING = item(
    "a",
    "Holt and Varga meet in Porto Alto for strait talks",
    "The presidents of Norland and Sudmark met on Monday to negotiate fishing rights.",
)
TOLD_APART = item("b", "Holt and Varga hold strait talks in Porto Alto", MEETING.summary, hours=1)
BRIDGE = item("c", "Holt meets Varga in Porto Alto for strait talks on fishing rights", MEETING.summary, hours=2)


def test_a_report_of_two_developments_merges_the_younger_into_the_older_and_says_why() -> None:
    desk = detector()
    run(desk, MEETING)
    apart = replace(desk.decide(TOLD_APART, TOLD_APART.first_seen), development="d-b", status=Status.NEW)
    desk.remember(TOLD_APART, apart)
    (decision,) = run(desk, BRIDGE)
    assert (decision.development, decision.merges) == ("d-a", ("d-b",))
    assert decision.merges_why is not None
    assert decision.merges_why in decision.why
    late = item("e", "Varga and Holt met in Porto Alto for talks on the strait", MEETING.summary, hours=3)
    assert desk.decide(late, late.first_seen).development == "d-a"


def test_one_that_follows_the_other_is_not_merged_with_it() -> None:
    desk = detector()
    run(desk, MEETING)
    apart = desk.decide(TOLD_APART, TOLD_APART.first_seen)
    desk.remember(TOLD_APART, replace(apart, development="d-b", status=Status.NEW, follows="d-a"))
    (decision,) = run(desk, BRIDGE)
    assert decision.merges == ()


def test_a_report_that_turns_round_moves_to_the_development_that_says_so() -> None:
    desk = detector()
    yes = item("y", "Holt accepts Varga's ceasefire draft for peace deal at strait talks")
    no = item("n", "Holt rejects Varga's ceasefire draft for peace deal at strait talks", hours=1)
    accepted, refused = run(desk, yes, no)
    assert (accepted.development, refused.development) == ("d-y", "d-n")
    assert refused.follows == "d-y"
    assert refused.change == "says the opposite of what was reported"
    turned = replace(yes, title="Holt refuses Varga's ceasefire draft for peace deal at strait talks", revision=2)
    decision = desk.decide(turned, no.first_seen)
    assert (decision.development, decision.moved_from) == ("d-n", "d-y")
    assert decision.state_change is StateChange.REVERSED
    assert decision.alert is AlertAction.THREAD


def test_a_report_of_days_ago_that_turns_round_now_is_news_of_now() -> None:
    desk = detector()
    yes = item("y", "Holt accepts Varga's ceasefire draft for peace deal at strait talks")
    no = item("n", "Holt rejects a truce with Sudmark, strait talks go on", hours=80)
    run(desk, yes, no)
    turned = replace(yes, title="Holt refuses Sudmark's ceasefire draft for peace deal", revision=2)
    decision = desk.decide(turned, no.first_seen)
    assert (decision.development, decision.moved_from) == ("d-n", "d-y")


def test_a_report_that_turns_round_alone_stays_and_says_so() -> None:
    desk = detector()
    yes = item("y", "Holt accepts Varga's ceasefire draft for peace deal at strait talks")
    run(desk, yes)
    turned = replace(yes, title="Holt rejects Varga's ceasefire draft for peace deal at strait talks", revision=2)
    decision = desk.decide(turned, yes.first_seen)
    assert (decision.development, decision.moved_from) == ("d-y", None)
    assert decision.state_change is StateChange.REVERSED


def test_a_publisher_s_second_report_is_no_copy_and_no_new_origin() -> None:
    first = item("a", MEETING.title, MEETING.summary, outlet="one.example")
    second = item(
        "b", "What Holt told Varga in Porto Alto at the strait talks on Monday", outlet="one.example", hours=1
    )
    _, decision = run(detector(), first, second)
    assert (decision.development, decision.origins) == ("d-a", 1)
    assert decision.status is not Status.COPY


def test_reports_are_on_the_tracks_of_most_of_their_development_too() -> None:
    vague = item(
        "b", "Holt and Varga in Porto Alto: presidents of Norland and Sudmark sit down", MEETING.summary, hours=1
    )
    first, decision = run(detector(), MEETING, vague)
    assert decision.development == "d-a"
    assert set(first.tracks) <= set(decision.tracks)


@pytest.mark.parametrize(
    ("known", "status", "change"),
    [
        ("days", Status.UPDATE, "now with the figure 7"),
        ("seven days", Status.REPORT, "confirmed: 2 independent origins"),
    ],
)
def test_a_figure_unheard_so_far_is_an_update_and_one_told_in_words_is_none(
    known: str, status: Status, change: str
) -> None:
    told = item("a", f"Holt and Varga end {known} of strait talks in Porto Alto", MEETING.summary)
    title = "Porto Alto: strait talks of Holt and Varga lasted at least 7 days, Norland specifies"
    _, decision = run(detector(), told, item("b", title, hours=1))
    assert (decision.development, decision.status, decision.change) == ("d-a", status, change)
