from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from support.newsdesk import encoder

from bot.detection.headlines import cosine
from bot.detection.lens import Lens, fit_lens, load_lens

if TYPE_CHECKING:
    from pathlib import Path


def test_directions_in_which_reports_of_one_event_differ_are_shrunk() -> None:
    # Two events apart along the first axis; within each, reports differ along the second.
    vectors = np.array([[1, 3, 0], [1, -3, 0], [-1, 3, 0], [-1, -3, 0]], np.float32)
    lens = fit_lens(vectors, ["one", "one", "other", "other"])
    seen = lens.seen(vectors)
    assert np.linalg.norm(vectors[0] - vectors[1]) > np.linalg.norm(vectors[0] - vectors[2])
    assert np.linalg.norm(seen[0] - seen[1]) < 3 * np.linalg.norm(seen[0] - seen[2])
    assert cosine(seen[0] - seen.mean(axis=0), seen[2] - seen.mean(axis=0)) < cosine(vectors[0], vectors[2])


def test_a_lens_is_the_same_after_it_was_kept(tmp_path: Path) -> None:
    lens = fit_lens(np.random.default_rng(7).normal(size=(12, 4)).astype(np.float32), list("aabbccddeeff"))
    lens.save(tmp_path / "lens.npz")
    with np.load(tmp_path / "lens.npz") as stored:
        kept = Lens(stored["middle"].astype(np.float32), stored["matrix"].astype(np.float32))
    assert np.allclose(kept.matrix, lens.matrix, atol=2e-3)


def test_one_event_in_two_languages_is_nearer_through_the_shipped_lens() -> None:
    texts = ["Delegations swap 300 prisoners", "Делегації обміняли 300 полонених", "Parliament votes on the budget"]
    plain = encoder().encode(texts)
    seen = load_lens().seen(plain)
    gain = cosine(seen[0], seen[1]) - cosine(seen[0], seen[2])
    assert gain > 0
