"""What was put right, as the detector takes it in: at once, and no otherwise than one that was restarted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.newsdesk import detector, item, run

from bot.domain.decision import Corroboration, Status

MEETING = item("a", "Holt and Varga meet in Porto Alto for strait talks", "They met on Monday to negotiate.")
ACCORD = item("b", "Varga signed the lighthouse accord with Norland on the median line", hours=60)
AGAIN = item("c", "Varga signs lighthouse accord with Norland on median line", "An accord was signed.", hours=61)
LATER = item("e", "Lighthouse accord with Norland on the median line signed by Varga", hours=62)


def test_a_report_of_what_was_merged_joins_the_survivor() -> None:
    desk = detector()
    run(desk, MEETING, ACCORD)
    assert desk.decide(AGAIN, AGAIN.first_seen).development == "d-b"
    desk.merge("d-a", "d-b")
    desk.merge("d-a", "d-b")
    desk.merge("d-a", "d-a")

    decision = desk.decide(AGAIN, AGAIN.first_seen)
    assert (decision.development, decision.origins) == ("d-a", 2)
    assert decision.corroboration is Corroboration.CONFIRMED


@pytest.mark.parametrize(("into", "gone"), [("d-a", "d-b"), ("d-b", "d-a")])
def test_a_detector_restarted_after_a_merger_decides_as_the_one_that_lived(into: str, gone: str) -> None:
    lived, restarted = detector(), detector()
    opened, other = run(lived, MEETING, ACCORD)
    lived.merge(into, gone)
    restarted.remember(MEETING, replace(opened, development=into))
    restarted.remember(ACCORD, replace(other, development=into))
    assert restarted.decide(AGAIN, AGAIN.first_seen) == lived.decide(AGAIN, AGAIN.first_seen)


def test_what_a_decision_merges_is_one_once_it_is_remembered() -> None:
    desk = detector()
    run(desk, MEETING, ACCORD)
    bridge = replace(desk.decide(AGAIN, AGAIN.first_seen), development="d-a", merges=("d-b",), merges_why="both")
    desk.remember(AGAIN, bridge)
    assert desk.decide(LATER, LATER.first_seen).development == "d-a"

    revised = desk.decide(replace(AGAIN, title=AGAIN.title + " at last", revision=2), AGAIN.first_seen)
    assert (revised.development, revised.merges, revised.merges_why) == ("d-a", (), None)


def test_what_follows_the_merged_one_follows_the_survivor() -> None:
    desk = detector()
    opened, accord = run(desk, MEETING, ACCORD)
    other = item("d", "Holt rejects the fishing rights draft of Sudmark", hours=2)
    follow_up = replace(desk.decide(other, other.first_seen), development="d-d", status=Status.NEW, follows="d-b")
    desk.remember(other, follow_up)
    desk.remember(ACCORD, replace(accord, follows="d-a"))
    desk.merge(str(opened.development), "d-b")

    revised = replace(other, title=other.title + ", aides say", revision=2)
    assert desk.decide(revised, other.first_seen).follows == "d-a"
    again = replace(ACCORD, title=ACCORD.title + ", aides say", revision=2)
    assert desk.decide(again, ACCORD.first_seen).follows is None, "nothing follows itself"


def test_reports_take_the_tracks_the_desk_put_the_development_on() -> None:
    desk = detector()
    run(desk, MEETING)
    desk.retrack("d-a", ("waters",))
    desk.retrack("d-unknown", ("waters",))
    revised = replace(MEETING, title=MEETING.title + " again today", revision=2)
    assert desk.decide(revised, MEETING.first_seen).tracks == ("waters",)


def test_the_evidence_of_a_decision_names_the_nearest_report_its_score_and_signs() -> None:
    desk = detector()
    first, second, third = run(desk, MEETING, ACCORD, AGAIN)
    assert first.evidence is not None
    assert first.evidence.nearest is None
    assert first.evidence.origin == "a.example's own report"
    assert first.evidence.relevance
    assert second.evidence is not None
    assert second.evidence.nearest is not None
    assert (second.evidence.nearest.item, second.evidence.nearest.title) == ("a", MEETING.title)
    assert second.evidence.nearest.score < second.evidence.nearest.needed
    assert third.evidence is not None
    assert third.evidence.nearest is not None
    assert (third.evidence.nearest.item, third.evidence.nearest.url) == ("b", ACCORD.url)
    assert third.evidence.nearest.score >= third.evidence.nearest.needed
    shares = [abs(sign.share) for sign in third.evidence.nearest.weights]
    assert shares == sorted(shares, reverse=True)
    assert shares
