from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console
from support.newsdesk import encoder

from bot.domain.errors import InputError
from bot.evaluation.origins import Group, load_material, print_origins, score_origins, with_publishers
from config.load import load_newsroom

CONFIG = Path(__file__).parents[2] / "config"


def test_reprints_of_our_own_material_are_found_and_independent_reports_kept_apart() -> None:
    material = load_material()
    newsroom = with_publishers(load_newsroom(CONFIG), material.publishers)
    scores = score_origins(material.groups, newsroom, encoder())
    assert scores.reprints_found >= 0.95
    assert scores.independents_kept >= 0.99
    assert scores.counts_right >= 0.92


def test_every_pair_counts_once_for_or_against() -> None:
    group = Group.model_validate({
        "group": "truce",
        "reports": [
            {"at": "2025-01-01T10:00", "outlet": "Sample A", "lang": "en", "form": "own", "title": "Truce holds"},
            {"at": "2025-01-01T10:05", "outlet": "Sample B", "lang": "en", "form": "citing", "origin": "Sample A",
             "title": "Guns are silent", "summary": "So we hear from the other paper."},
            {"at": "2025-01-01T10:10", "outlet": "Sample C", "lang": "en", "form": "citing", "origin": "Sample A",
             "title": "It holds – Sample A"},
            {"at": "2025-01-01T10:20", "outlet": "Sample D", "lang": "en", "form": "own",
             "title": "So be it – Sample A"},
        ],
    })  # fmt: skip
    scores = score_origins([group], load_newsroom(CONFIG), encoder())
    assert scores.reprints_found == pytest.approx(1 / 3)  # A and C; B is missed twice
    assert scores.independents_kept == pytest.approx(1 / 3)  # B and D; D is taken for A's and C's
    assert scores.counts == {"truce": (2, 2)}
    out = io.StringIO()
    print_origins(Console(file=out, width=200), scores, [group])
    assert "missed  truce: Sample A" in out.getvalue()
    assert "swallowed  truce: Sample A" in out.getvalue()


def test_material_that_is_none_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "origins.yaml"
    path.write_text("groups: [{group: a}]", encoding="utf-8")
    with pytest.raises(InputError, match=r"origins\.yaml"):
        load_material(path)
    with pytest.raises(InputError, match="missing"):
        load_material(tmp_path / "missing.yaml")
