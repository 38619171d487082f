"""The shipped configuration and weights over the labelled days, where they are at hand.

The floors are what this version must not fall below; the figures it reaches stand in the README.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.newsdesk import encoder

from bot.detection.decider import Detector
from bot.evaluation.archive import Archive, read_labels
from bot.evaluation.replay import replay
from bot.evaluation.scores import Scores, score
from config.load import load_newsroom

ROOT = Path(__file__).parents[2]
TALKS = Path(os.environ.get("BACKCHANNEL_DATA", ROOT.parent / "shared" / "data")) / "talks-dev"

pytestmark = pytest.mark.skipif(
    not (TALKS / "items.jsonl").exists(), reason=f"the labelled days are not at {TALKS} (set BACKCHANNEL_DATA)"
)


@pytest.fixture(scope="module")
def scores() -> Scores:
    newsroom = load_newsroom(ROOT / "config")
    items = Archive(newsroom).read([TALKS / "items.jsonl"])
    detector = Detector(newsroom.negotiations[0], newsroom.publishers, newsroom.genres, encoder())
    decisions = {decision.item: decision for decision in replay(items, detector)}
    return score(items, decisions, read_labels([TALKS / "labels.jsonl"]))


def test_reports_of_one_event_come_together(scores: Scores) -> None:
    assert scores.b_cubed.f1 >= 0.80
    assert scores.languages["en"].f1 >= 0.84


def test_an_event_is_alerted_about_once(scores: Scores) -> None:
    assert scores.alerts_per_event <= 1.2
    assert scores.alert_precision >= 0.85
    assert scores.told_recall >= 0.85


def test_what_is_in_scope_is_found_and_put_on_its_track(scores: Scores) -> None:
    assert scores.in_scope_recall >= 0.86
    assert scores.track_macro_f1 >= 0.8
    assert scores.kind_accuracy >= 0.85
