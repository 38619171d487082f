from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.newsdesk import MORNING, detector, item, run

from bot.domain.decision import AlertAction, Corroboration, Kind, StateChange, Status

MEETING = item(
    "a",
    "Holt and Varga meet in Porto Alto for strait talks",
    "The presidents of Norland and Sudmark met on Monday to negotiate fishing rights.",
)
AGAIN = item(
    "b",
    "Norland and Sudmark presidents hold strait talks in Porto Alto",
    "Ada Holt met Ivo Varga on Monday; fishing rights were on the table.",
    hours=1,
)


def test_the_first_report_opens_a_development_named_after_it() -> None:
    (decision,) = run(detector(), MEETING)
    assert (decision.status, decision.alert, decision.development) == (Status.NEW, AlertAction.POST, "d-a")
    assert decision.corroboration is Corroboration.PROVISIONAL
    assert "process" in decision.tracks
    assert decision.people == ("holt", "varga")
    assert decision.urgency_reasons
    assert decision.why


def test_a_second_origin_confirms_and_everyone_is_told() -> None:
    _, decision = run(detector(), MEETING, AGAIN)
    assert (decision.status, decision.alert, decision.development) == (Status.REPORT, AlertAction.EDIT, "d-a")
    assert (decision.origins, decision.corroboration) == (2, Corroboration.CONFIRMED)
    assert decision.state_change is StateChange.CONFIRMED
    assert decision.change == "confirmed: 2 independent origins"


def test_ten_reprints_are_one_origin() -> None:
    reprints = [item(f"r{n}", MEETING.title, MEETING.summary, hours=n / 10) for n in range(1, 10)]
    decisions = run(detector(), MEETING, *reprints)
    assert {decision.status for decision in decisions[1:]} == {Status.COPY}
    assert decisions[-1].origins == 1
    assert decisions[-1].corroboration is Corroboration.PROVISIONAL


def test_another_event_opens_another_development() -> None:
    other = item("c", "Varga signed the lighthouse accord with Norland on the median line", hours=30)
    _, decision = run(detector(), MEETING, other)
    assert (decision.status, decision.development) == (Status.NEW, "d-c")


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Холт и Варга встретились на переговорах о перемирии Норланда и Судмарка", "ru"),
        ("Голт і Варга зустрілися на переговорах про перемир'я Норланду і Судмарку", "uk"),
        ("Prezydenci Norlandu i Sudmarku Holt i Varga spotkali się na rozmowach pokojowych o rozejmie", "pl"),
        ("Holt und Varga treffen sich zu Verhandlungen über Waffenruhe zwischen Norland und Sudmark", "de"),
    ],
)
def test_other_languages_report_the_same_development(title: str, language: str) -> None:
    first = item("a", "Holt and Varga meet for talks on a truce between Norland and Sudmark")
    _, decision = run(detector(), first, item("b", title, language=language, hours=0.5))
    assert decision.development == "d-a"


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Opinion: Why the strait talks between Norland and Sudmark should fail", Kind.ANALYSIS),
        ("Strait talks live updates: Norland and Sudmark meet", Kind.ROUNDUP),
        ("Baker wins prize for longest loaf", Kind.OFFTOPIC),
    ],
)
def test_only_developments_open_one(title: str, kind: Kind) -> None:
    (decision,) = run(detector(), item("a", title))
    assert decision.kind is kind
    assert (decision.alert, decision.development) == (AlertAction.NONE, None)


def test_a_roundup_leaves_what_it_joins_as_well_supported_as_it_was() -> None:
    roundup = item("c", "Live updates: " + MEETING.title, MEETING.summary, hours=2)
    *_, decision = run(detector(), MEETING, AGAIN, roundup)
    assert (decision.kind, decision.development) == (Kind.ROUNDUP, "d-a")
    assert (decision.origins, decision.corroboration) == (2, Corroboration.CONFIRMED)


def test_confirms_and_denies_never_merge_silently() -> None:
    confirms = item("a", "Norland confirms it accepted the truce offered by Sudmark at the strait talks")
    denies = item("b", "Norland denies it accepted the truce offered by Sudmark at the strait talks", hours=1)
    _, decision = run(detector(), confirms, denies)
    assert (decision.status, decision.development, decision.follows) == (Status.NEW, "d-b", "d-a")
    assert decision.change is not None


def test_deciding_changes_nothing() -> None:
    desk = detector()
    run(desk, MEETING)
    assert desk.decide(AGAIN, AGAIN.first_seen) == desk.decide(AGAIN, AGAIN.first_seen)


def test_a_restored_detector_decides_as_the_one_that_lived() -> None:
    lived, restored = detector(), detector()
    decision = run(lived, MEETING)[0]
    restored.remember(MEETING, decision)
    assert restored.decide(AGAIN, AGAIN.first_seen) == lived.decide(AGAIN, AGAIN.first_seen)


def test_what_is_forgotten_is_reported_no_more() -> None:
    desk = detector()
    run(desk, MEETING)
    desk.forget_before(MORNING + timedelta(minutes=1))
    assert desk.decide(AGAIN, AGAIN.first_seen).status is Status.NEW


def test_a_cosmetic_revision_edits_the_card_and_a_changed_one_says_so_in_its_thread() -> None:
    first = item("a", "Holt and Varga agree truce, free 40 sailors after strait talks")
    cosmetic = item("a", "Holt, Varga agree truce and free 40 sailors after strait talks", revision=2, hours=1)
    changed = item("a", "Holt, Varga agree truce and free 57 sailors after strait talks", revision=3, hours=2)
    _, second, third = run(detector(), first, cosmetic, changed)
    assert (second.status, second.alert, second.development) == (Status.REPORT, AlertAction.EDIT, "d-a")
    assert (third.status, third.alert, third.development) == (Status.UPDATE, AlertAction.THREAD, "d-a")
    assert third.state_change is StateChange.CORRECTED
    assert third.change == f"said “{cosmetic.title}”, now says “{changed.title}”"


def test_a_headline_that_only_gains_detail_is_told_in_the_thread_alone() -> None:
    first = item("a", "Holt and Varga agree truce, free sailors after strait talks")
    more = item("a", "Holt and Varga agree truce, free 40 sailors after strait talks", revision=2, hours=1)
    _, decision = run(detector(), first, more)
    assert (decision.status, decision.alert, decision.state_change) == (Status.UPDATE, AlertAction.THREAD, None)
    assert decision.change == f"headline now says “{more.title}”; it said “{first.title}”"


def test_a_headline_turned_round_is_told_to_everyone_and_moves_the_urgency() -> None:
    first = item("a", "Norland and Sudmark agree truce after strait talks")
    turned = item("a", "Norland and Sudmark reject truce after strait talks", revision=2, hours=1)
    opened, decision = run(detector(), first, replace(turned, title=turned.title.replace("reject", "refuses")))
    assert decision.state_change is StateChange.REVERSED
    assert "an agreement is reported" in opened.urgency_reasons
    assert "an agreement is reported" not in decision.urgency_reasons


@pytest.mark.parametrize("title", [MEETING.title, MEETING.title + " on fishing rights and the median line"])
def test_a_revision_leaves_what_others_have_confirmed_confirmed(title: str) -> None:
    again = item("a", title, MEETING.summary, hours=2, revision=2)
    *_, decision = run(detector(), MEETING, AGAIN, again)
    assert (decision.origins, decision.corroboration) == (2, Corroboration.CONFIRMED)
    assert "two independent origins report it" in decision.urgency_reasons
    assert decision.state_change is None


def test_an_unknown_language_is_guessed() -> None:
    (decision,) = run(detector(), item("a", MEETING.title, MEETING.summary, language=None))
    assert decision.status is Status.NEW
