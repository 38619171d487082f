from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from support.newsdesk import newsroom

from bot.domain.errors import InputError
from bot.domain.source import Tier
from bot.evaluation.archive import Archive, read_labels
from bot.evaluation.fit import fit_logistic

if TYPE_CHECKING:
    from pathlib import Path

LINE = {
    "id": "1",
    "url": "https://www.harbourpost.example/a",
    "outlet": "Harbour Post",
    "published": None,
    "first_seen": "2031-05-06T08:40:00+02:00",
    "lang": None,
    "title": "Truce holds",
    "summary": None,
}


def write(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_items_come_in_first_seen_order_from_plain_and_gzipped_files(tmp_path: Path) -> None:
    late = write(tmp_path / "late.jsonl", LINE | {"id": "2", "first_seen": "2031-05-06T06:41:00+00:00"}, "", LINE)
    packed = tmp_path / "early.jsonl.gz"
    packed.write_bytes(gzip.compress(json.dumps(LINE | {"id": "0", "first_seen": "2031-05-06"}).encode()))
    items = Archive(newsroom()).read([late, packed])
    assert [one.id for one in items] == ["0", "1", "2"]
    assert (items[1].publisher, items[1].tier, items[1].language) == ("harbour_group", Tier.ESTABLISHED, None)
    assert items[1].first_seen.isoformat() == "2031-05-06T06:40:00+00:00"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{nonsense", ":2: not JSON"),
        ("[1]", ":2: not a JSON object"),
        (json.dumps(LINE | {"title": None}), ':2: "title" is missing'),
        (json.dumps(LINE | {"url": 7}), ':2: "url" is 7'),
        (json.dumps(LINE | {"first_seen": "yesterday"}), ':2: "first_seen" is "yesterday", not a time'),
        (json.dumps(LINE | {"lang": 3}), ':2: "lang" is 3'),
    ],
)
def test_a_mistake_is_named_by_file_line_and_field(tmp_path: Path, line: str, what: str) -> None:
    path = write(tmp_path / "items.jsonl", LINE, line)
    with pytest.raises(InputError) as caught:
        Archive(newsroom()).read([path])
    assert what in str(caught.value)
    assert str(path) in str(caught.value)
    assert caught.value.remedy


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe\x00")
    for name in ("nowhere.jsonl", "binary.jsonl"):
        with pytest.raises(InputError, match=name):
            Archive(newsroom()).read([tmp_path / name])


def test_labels_are_read_and_their_mistakes_named(tmp_path: Path) -> None:
    row = {"id": "1", "kind": "development", "in_scope": True, "event": "truce", "follows": None, "tracks": ["waters"]}
    labels = read_labels([write(tmp_path / "labels.jsonl", row)])
    assert labels["1"].tracks == ("waters",)
    with pytest.raises(InputError, match="kind"):
        read_labels([write(tmp_path / "bad.jsonl", row | {"kind": "gossip"})])
    with pytest.raises(InputError, match="in_scope"):
        read_labels([write(tmp_path / "worse.jsonl", row | {"in_scope": "yes"})])


def test_a_weight_may_not_take_the_wrong_sign() -> None:
    features = np.array([[0.0, 1.0], [0.1, 0.0], [0.9, 1.0], [1.0, 0.0]] * 5)
    answers = np.array([False, False, True, True] * 5)
    model = fit_logistic(("helps", "noise"), features, answers, signs=(1, 1), penalty=0.1)
    assert model.weights[0] > 0
    reverse = fit_logistic(("helps", "noise"), features, ~answers, signs=(1, 1), penalty=0.1)
    assert reverse.weights[0] == 0.0
    assert (model.probability(features) > 0.5).tolist() == answers.tolist()
