from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from support.newsdesk import encoder, negotiation, newsroom

from bot.domain.errors import InputError
from bot.evaluation.commands import run_evaluate, run_replay

if TYPE_CHECKING:
    from pathlib import Path

FIELDS = [
    *("id", "kind", "relevant", "development", "status", "follows", "tracks", "plover", "actor", "target", "aux"),
    *("stage", "origins", "corroboration", "urgency", "alert", "why"),
]


@pytest.fixture
def items(tmp_path: Path) -> Path:
    rows = [
        ("2", "2031-05-06T08:00:00Z", "en", "Norland and Sudmark presidents hold strait talks in Porto Alto"),
        ("1", "2031-05-06T06:40:00Z", None, "Holt and Varga meet in Porto Alto, agree truce after strait talks"),
        ("3", "2031-05-06T09:00:00Z", "en", "Baker wins prize for longest loaf"),
    ]
    path = tmp_path / "items.jsonl"
    path.write_text(
        "\n".join(
            json.dumps(
                {
                    "id": name,
                    "url": f"https://{name}.example/a",
                    "outlet": f"{name}.example",
                    "published": None,
                    "first_seen": seen,
                    "lang": language,
                    "title": title,
                    "summary": "Presidents of Norland and Sudmark negotiate." if name != "3" else "",
                }
            )
            for name, seen, language, title in rows
        ),
        encoding="utf-8",
    )
    return path


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    path = tmp_path / "labels.jsonl"
    path.write_text(
        "\n".join(
            json.dumps({
                "id": name, "kind": "development", "in_scope": True, "event": "meeting", "follows": None,
                "tracks": ["process"],
            })
            for name in "12"
        ),
        encoding="utf-8",
    )  # fmt: skip
    return path


def test_replay_prints_the_contract_s_fields_in_stream_order_and_nothing_else(items: Path) -> None:
    out = io.StringIO()
    run_replay([items], newsroom(), as_json=True, out=out, encoder=encoder())
    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [row["id"] for row in rows] == ["1", "2", "3"]
    assert all(list(row) == FIELDS for row in rows)
    assert [row["status"] for row in rows] == ["new", "report", "none"]
    assert [row["alert"] for row in rows] == ["post", "edit", "none"]
    assert rows[1]["development"] == "d-1"


def test_replay_for_a_person_lists_the_alerts(items: Path) -> None:
    out = io.StringIO()
    run_replay([items], newsroom(), out=out, encoder=encoder())
    assert "Holt and Varga meet in Porto Alto" in out.getvalue()
    assert "3 items, 1 alerts" in out.getvalue()


def test_evaluate_scores_as_json_and_as_tables(items: Path, labels: Path) -> None:
    out = io.StringIO()
    run_evaluate([items], labels, newsroom(), as_json=True, out=out, encoder=encoder())
    scores = json.loads(out.getvalue())
    assert scores["b_cubed"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert scores["alerts_per_in_scope_event"] == 1.0
    table = io.StringIO()
    run_evaluate([items], [labels], newsroom(), out=table, encoder=encoder())
    assert "clusters, B-cubed" in table.getvalue()
    assert "meeting" in table.getvalue()


def test_labels_of_another_archive_are_refused(items: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.jsonl"
    foreign.write_text('{"id": "9", "kind": "analysis", "in_scope": false}', encoding="utf-8")
    with pytest.raises(InputError, match="no label belongs"):
        run_evaluate([items], foreign, newsroom(), encoder=encoder())


def test_an_unknown_negotiation_is_named_with_those_there_are(items: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere.*strait"):
        run_replay([items], newsroom(), negotiation="nowhere", encoder=encoder())


def test_a_negotiation_switched_off_is_replayed_when_it_is_named(items: Path) -> None:
    base = newsroom()
    off = negotiation().model_copy(update={"id": "canal", "enabled": False})
    out = io.StringIO()

    run_replay(
        [items], base.model_copy(update={"switched_off": (off,)}), as_json=True, negotiation="canal", out=out,
        encoder=encoder(),
    )  # fmt: skip

    assert [json.loads(line)["status"] for line in out.getvalue().splitlines()] == ["new", "report", "none"]
