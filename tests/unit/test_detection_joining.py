from __future__ import annotations

from collections import OrderedDict
from functools import cache

import pytest
from support.newsdesk import encoder, genres, item, negotiation, publishers

from bot.detection.examining import Examined, Examiner
from bot.detection.joining import Addition, Adds, addition
from bot.detection.lens import load_lens
from bot.detection.reading import Reader
from bot.detection.relation import Relation, RelationKind
from bot.detection.representation import Representer, TermWeights
from bot.detection.stream import Cluster, Member
from bot.detection.vocabulary import Vocabulary
from bot.domain.decision import Decision, Kind

FREES = "Norland frees sailors"


@cache
def vocabulary() -> Vocabulary:
    return Vocabulary(negotiation(), publishers(), genres())


def examined(title: str) -> Examined:
    examiner = Examiner(Representer(encoder(), TermWeights(()), load_lens()), vocabulary())
    return examiner.examine(Reader(vocabulary()).read(item("one", title)))


def added(earlier: str, later: str, kind: RelationKind | None, probability: float = 0.9) -> Addition:
    """What `later` adds to a development of `earlier` where their relation is `kind`; None: nobody may ask."""
    known, report = examined(earlier), examined(later)
    decision = Decision("one", Kind.DEVELOPMENT, relevant=True)
    member = Member(known.item, decision, known.representation, known.slots)

    def related() -> Relation:
        assert kind is not None, "asked for a relation nothing hangs on"
        return Relation(kind, probability, (), ())

    return addition(report.slots, Cluster("d-one", OrderedDict(one=member)), known.slots, related)


def test_a_report_that_gives_nothing_new_is_not_read_beside_the_other() -> None:
    assert added(FREES, "Sailors freed by Norland", None) == Addition(Adds.NOTHING)


@pytest.mark.parametrize(
    ("later", "kind", "adds"),
    [
        ("Norland frees 40 sailors", RelationKind.UPDATE, Adds.DETAIL),
        ("Norland frees 40 sailors", RelationKind.NEW, Adds.DETAIL),
        ("Norland frees 40 sailors", RelationKind.SAME, Adds.NOTHING),
        ("Norland frees sailors on Friday", RelationKind.UPDATE, Adds.DETAIL),
        ("Norland again says it frees sailors", RelationKind.RESTATED, Adds.REPETITION),
        ("Norland again says it frees sailors", RelationKind.NEW, Adds.NOTHING),
    ],
)
def test_a_slot_that_is_filled_counts_where_both_read_together_say_so(
    later: str, kind: RelationKind, adds: Adds
) -> None:
    assert added(FREES, later, kind).adds is adds


def test_the_opposite_is_another_development_where_both_read_together_say_so() -> None:
    accepts, rejects = "Norland accepts truce", "Norland rejects truce"
    assert added(accepts, rejects, RelationKind.NEW).adds is Adds.ANOTHER
    assert added(accepts, rejects, RelationKind.SAME).adds is not Adds.ANOTHER


def test_an_unsure_relation_decides_nothing() -> None:
    assert added(FREES, "Norland frees 40 sailors", RelationKind.UPDATE, 0.49).adds is Adds.NOTHING
