"""What is learned from news we wrote, from a labelled archive and from unlabelled news beside it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from support.newsdesk import encoder, item, newsroom

from bot.detection.lens import load_lens
from bot.domain.decision import Kind
from bot.evaluation.archive import Label
from bot.evaluation.corpus import Corpus
from bot.evaluation.fit import Examples, fit_for_theirs, fit_one_more, fit_together
from bot.evaluation.train import gather


def examples(*rows: tuple[float, bool, int]) -> Examples:
    """Rows of one feature: its value, the answer, and how often."""
    told = [(value, answer) for value, answer, times in rows for _ in range(times)]
    return Examples(
        np.array([[value] for value, _ in told]),
        np.array([answer for _, answer in told]),
        np.ones(len(told)),
        np.zeros((len(told), 1), np.int64),
    )


def test_what_is_true_of_our_own_news_alone_is_not_said_of_theirs() -> None:
    ours = examples((1.0, True, 90), (0.0, True, 10))
    theirs = examples((1.0, True, 10), (1.0, False, 20), (0.0, False, 70))
    told = np.array([[1.0]])
    assert fit_together(["it"], ours, theirs, signs=[0], penalty=[1.0]).probability(told)[0] > 0.7
    assert fit_for_theirs(["it"], ours, theirs, signs=[0], penalty=[1.0]).probability(told)[0] < 0.5


def test_what_theirs_never_shows_is_learned_from_ours() -> None:
    ours = examples((1.0, True, 50), (0.0, False, 50))
    theirs = examples((0.0, True, 10), (0.0, False, 90))
    model = fit_for_theirs(["it"], ours, theirs, signs=[1], penalty=[1.0])
    without, having = model.probability(np.array([[0.0], [1.0]]))
    assert having > 2 * without


def test_one_more_feature_moves_no_other_weight_and_weighs_on_its_side_alone() -> None:
    rows = examples((1.0, True, 60), (1.0, False, 20), (0.0, True, 20), (0.0, False, 60))
    dates = np.where(rows.answers, 0.0, np.arange(len(rows.answers)) % 2)
    both = replace(rows, features=np.column_stack([rows.features, dates]))
    blind = fit_together(["it", "date"], both.blind_to(1), both.blind_to(1), signs=[1, -1], penalty=[1.0, 1.0])
    assert blind.weights[1] == 0
    model = fit_one_more(blind, 1, both, sign=-1, penalty=1.0)
    assert (model.weights[0], model.bias) == (blind.weights[0], blind.bias)
    assert model.weights[1] < -1
    assert fit_one_more(blind, 1, both, sign=1, penalty=1.0).weights[1] == 0


def test_an_unlabelled_report_of_a_labelled_event_teaches_nothing_on_its_day() -> None:
    told = [
        item("a", "Holt and Varga meet in Porto Alto for strait talks"),
        item("b", "Holt and Varga sit down in Porto Alto for strait talks", hours=0.1),
    ]
    meeting = Label("a", Kind.DEVELOPMENT, in_scope=True, event="meeting", tracks=("process",))
    labels = {"a": meeting, "b": replace(meeting, id="b")}
    again = item("c", "Varga and Holt meet for strait talks in Porto Alto", hours=1)
    other = item("d", "Norland parliament debates border law on Sudmark", hours=1)
    later = item("e", again.title, hours=48)
    scope = gather(newsroom(), Corpus(told, labels, [again, other, later]), encoder(), load_lens()).scope
    assert scope.answers.tolist() == [True, True, False, False]
    assert (scope.days[:, 0] - scope.days[0, 0]).tolist() == [0, 0, 0, 2]
