from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from support.newsdesk import encoder, genres, negotiation, newsroom, publishers

from bot.detection.comparison import SLOT_FEATURES, compare
from bot.detection.headlines import Headline, Headlines, alike
from bot.detection.lens import load_lens
from bot.detection.model import load_models
from bot.detection.pair_reader import Reads, load_pair_reader
from bot.detection.relation import Relation, RelationKind, Relations, changes
from bot.domain.errors import InputError
from bot.evaluation.relate import run_relate

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

ACCORD = "Norland signs fishing accord with Sudmark"


@pytest.fixture(scope="module")
def headlines() -> Headlines:
    return Headlines(negotiation(), publishers(), genres(), encoder(), load_lens())


def told(headlines: Headlines, earlier: str, later: str, language: str = "en") -> set[str]:
    one, other = headlines.read(earlier, language), headlines.read(later, language)
    return {name for name, value in zip(SLOT_FEATURES, compare(one.slots, other.slots), strict=True) if value}


def related(one: Headline, other: Headline) -> Relation:
    return Relations(load_models(), load_pair_reader).of(one.slots, other.slots, alike(one, other))


@pytest.mark.parametrize(
    ("earlier", "later", "feature"),
    [
        ("Norland frees sailors", "Norland frees 40 sailors", "a figure where none was"),
        ("Norland frees 40 sailors", "Norland frees 60 sailors", "another figure"),
        ("Norland frees 3 sailors", "Norland frees three sailors", "figures kept"),
        ("Holt to meet Varga", "Holt to meet Varga on Friday", "a day where none was"),
        ("Holt to meet Varga on Friday", "Holt to meet Varga on Monday", "another day"),
        ("Holt to meet Varga", "Holt to meet Varga in Porto Alto", "a place where none was"),
        ("Holt agrees to a truce", "Varga agrees to a truce", "other people"),
        ("Norland agrees to a truce", "Norland refuses a truce", "the other way round"),
        ("Holt will attend", "Holt will not attend", "negated in one only"),
        ("Holt agrees to a truce", "Holt signs a truce", "a step further"),
        ("Holt rejects a truce", "Holt once more rejects a truce", "said to be said before"),
        ("Norland frees a sailor", "Norland frees another sailor", "said to be anew"),
        ("Sources say Holt met Varga", "Norland officially confirms Holt met Varga", "hearsay confirmed"),
        (ACCORD, ACCORD + " before winter", "only words added"),
    ],
)
def test_what_differs_is_told_by_its_slot(headlines: Headlines, earlier: str, later: str, feature: str) -> None:
    assert feature in told(headlines, earlier, later)
    assert feature not in told(headlines, earlier, earlier) or feature == "figures kept"


def test_the_same_headline_again_is_the_same(headlines: Headlines) -> None:
    once = headlines.read(ACCORD, "en")
    relation = related(once, once)
    assert relation.kind is RelationKind.SAME
    assert relation.changed == ()


def test_the_same_headline_again_needs_no_reader(headlines: Headlines) -> None:
    def nobody() -> Reads:
        pytest.fail("two headlines of the same words were read")

    once = headlines.read(ACCORD, "en")
    assert Relations(load_models(), nobody).of(once.slots, once.slots, 1.0).kind is RelationKind.SAME


class Surely:
    """Always as sure of one relation; notes what it was given."""

    def __init__(self, kind: RelationKind) -> None:
        self.kind, self.asked = kind, ("", "")

    def odds(self, earlier: str, later: str) -> NDArray[np.float64]:
        self.asked = earlier, later
        return np.array([5.0 if kind is self.kind else 0.0 for kind in RelationKind])


@pytest.mark.parametrize("kind", RelationKind)
def test_what_both_read_together_say_counts_beside_the_slots_and_is_told(
    headlines: Headlines, kind: RelationKind
) -> None:
    one, other = headlines.read("Norland frees sailors", "en"), headlines.read("Sudmark crews are home", "en")
    reader = Surely(kind)
    relation = Relations(load_models(), lambda: reader).of(one.slots, other.slots, alike(one, other))
    assert relation.kind is kind
    assert reader.asked == ("Norland frees sailors", "Sudmark crews are home")
    assert relation.reasons[0] == f"read together: {kind.value} (0.98)"


def test_an_old_statement_said_again_is_restated(headlines: Headlines) -> None:
    said = headlines.read("Varga rejects a truce", "en")
    again = headlines.read("Varga yet again rejects a truce, repeating his line", "en")
    relation = related(said, again)
    assert relation.kind is RelationKind.RESTATED
    assert any("said to be said before" in reason for reason in relation.reasons)


def test_confirming_and_denying_are_new_to_each_other_and_say_why(headlines: Headlines) -> None:
    yes, no = headlines.read("Norland accepts truce", "en"), headlines.read("Norland rejects truce", "en")
    assert related(yes, no).kind is RelationKind.NEW
    assert "polarity" in {change.slot for change in changes(yes.slots, no.slots)}


def test_the_changed_slots_are_quoted(headlines: Headlines) -> None:
    one = headlines.read("Norland frees 40 sailors on Monday", "en")
    other = headlines.read("Norland frees 60 sailors on Friday in Porto Alto", "en")
    assert [(change.slot, change.words) for change in changes(one.slots, other.slots)] == [
        ("number", "40 -> 60"),
        ("date", "monday -> friday"),
        ("place", "porto added"),
    ]


def test_relate_prints_one_object_a_pair(tmp_path: Path) -> None:
    pairs, out = tmp_path / "pairs.jsonl", io.StringIO()
    rows = [{"id": "p1", "a": ACCORD, "b": ACCORD}, {"a": "Norland accepts truce", "b": "Norland rejects truce"}]
    pairs.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    run_relate(pairs, newsroom(), as_json=True, out=out, encoder=encoder())
    first, second = map(json.loads, out.getvalue().splitlines())
    assert (first["id"], first["relation"], first["changed"]) == ("p1", "same", "none")
    assert (second["id"], second["relation"], second["changed"]) == ("2", "new", "polarity")


def test_relate_scores_what_the_file_says(tmp_path: Path) -> None:
    pairs, out = tmp_path / "pairs.jsonl", io.StringIO()
    rows = [{"a": ACCORD, "b": ACCORD, "relation": "same"}, {"a": ACCORD, "b": ACCORD, "relation": "new"}]
    pairs.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    run_relate(pairs, newsroom(), out=out, encoder=encoder())
    assert "1 of 2 pairs as the file says (0.500)" in out.getvalue()


@pytest.mark.parametrize(
    ("text", "what"),
    [("{", "is not JSON"), ("[]", "is not an object"), ('{"a": "x"}', '"b" is missing'), ("", "holds no pairs")],
)
def test_a_file_of_pairs_that_cannot_be_used_is_named_by_line(tmp_path: Path, text: str, what: str) -> None:
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=what) as caught:
        run_relate(pairs, newsroom(), out=io.StringIO(), encoder=encoder())
    assert str(pairs) in str(caught.value.where)
