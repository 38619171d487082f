"""No headline we teach with is one that the labelled pairs score with."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from rapidfuzz import fuzz

from bot.evaluation.material import own_pairs

DATA = Path(os.environ.get("BACKCHANNEL_DATA") or Path(__file__).parents[3] / "shared" / "data")
LABELLED = DATA / "talks-dev" / "pairs.jsonl"
_ALIKE = 92


@pytest.mark.skipif(not LABELLED.exists(), reason=f"no labelled pairs at {LABELLED}; set BACKCHANNEL_DATA")
def test_no_pair_of_ours_is_a_labelled_one_again() -> None:
    labelled = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    again = [
        (pair.id, row["id"])
        for pair in own_pairs()
        for row in labelled
        if fuzz.ratio(pair.earlier.lower(), row["a"].lower(), score_cutoff=_ALIKE)
        or fuzz.ratio(pair.later.lower(), row["b"].lower(), score_cutoff=_ALIKE)
    ]
    assert again == []
