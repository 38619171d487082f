from __future__ import annotations

import pytest
from support.newsdesk import item

from bot.domain.decision import AlertAction, Decision, Kind, Status
from bot.evaluation.archive import Label
from bot.evaluation.scores import Rates, b_cubed, pairwise, score

TRUTH = {"a": 1, "b": 1, "c": 1, "d": 2}


def label(identifier: str, event: str | None, *, scope: bool = True, lead: str | None = None) -> Label:
    kind = Kind.ROUNDUP if lead else Kind.DEVELOPMENT
    tracks = ("waters",) if scope else ()
    return Label(identifier, kind, scope, event, tracks, plover="AGREE", stage="agreed", lead_event=lead)


def decision(identifier: str, development: str | None, *, new: bool = False, tracks: tuple[str, ...] = ()) -> Decision:
    return Decision(
        identifier,
        Kind.DEVELOPMENT,
        relevant=development is not None,
        development=development,
        status=Status.NEW if new else Status.REPORT,
        alert=AlertAction.POST if new else AlertAction.EDIT,
        tracks=tracks,
    )


def test_b_cubed_by_hand() -> None:
    rates = b_cubed(TRUTH, {"a": "x", "b": "x", "c": "y", "d": "y"})
    assert rates.precision == pytest.approx((1 + 1 + 0.5 + 0.5) / 4)
    assert rates.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)


def test_pairs_by_hand() -> None:
    assert pairwise(TRUTH, {"a": "x", "b": "x", "c": "y", "d": "y"}) == Rates(1 / 2, 1 / 3)


def test_perfect_and_empty_scores() -> None:
    assert b_cubed(TRUTH, TRUTH).f1 == 1.0
    assert b_cubed({}, {}).f1 == 0.0
    assert Rates(0.0, 0.0).f1 == 0.0


def test_a_whole_replay_by_hand() -> None:
    items = [item(name, name, hours=at) for at, name in enumerate("abcdefg")]
    labels = {
        "a": label("a", "signing"),
        "b": label("b", "signing"),
        "c": label("c", "walkout"),
        "d": label("d", None, scope=False),
        "e": label("e", None, scope=False, lead="signing"),
    }
    decisions = {
        "a": decision("a", "d-a", new=True, tracks=("waters",)),
        "b": decision("b", "d-b", new=True),
        "c": decision("c", None),
        "d": decision("d", "d-d", new=True, tracks=("waters",)),
        "e": decision("e", "d-a", new=True),
        "f": decision("f", "d-f", new=True),
        "g": decision("g", None),
    }
    scores = score(items, decisions, labels)
    assert (scores.items, scores.labelled, scores.in_scope) == (7, 5, 3)
    assert scores.b_cubed == Rates(1.0, pytest.approx(2 / 3))
    assert scores.new_event == Rates(pytest.approx(1 / 3), 1 / 2)
    assert scores.posts == 4  # the roundup that leads with an event is neither right nor wrong
    assert scores.alert_precision == 2 / 4
    assert scores.alerts_per_event == 2.0
    assert scores.in_scope_recall == pytest.approx(2 / 3)
    assert scores.tracks == {"waters": Rates(1 / 2, pytest.approx(1 / 3))}
    assert [event.event for event in scores.events] == ["signing", "walkout"]
    assert (scores.events[0].posts, scores.events[0].developments, scores.events[0].first_flagged) == (2, 2, True)
    assert (scores.events[1].found, scores.events[1].first_flagged) == (0, False)
