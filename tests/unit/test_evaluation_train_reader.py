"""What torch teaches is what numpy reads afterwards."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch teaches the pair reader; nothing else needs it (pip install torch)")

from bot.detection.pair_reader import PairReader  # noqa: E402 - torch may be missing
from bot.detection.pretrained import Pretrained, load_pretrained  # noqa: E402 - the same
from bot.evaluation.material import Pair, own_pairs  # noqa: E402 - the same
from bot.evaluation.train_reader import UpperHalf, quarter, read_lower, stacked, teach  # noqa: E402 - the same


@cache
def pretrained() -> Pretrained:
    return load_pretrained()


def some(count: int) -> list[Pair]:
    return own_pairs()[::137][:count]


def test_read_in_a_batch_by_torch_and_alone_by_numpy_a_pair_has_the_same_odds() -> None:
    torch.manual_seed(1)
    upper = UpperHalf(pretrained()).eval()
    with torch.no_grad():
        for layer in upper.layers:
            for factor in layer.up.values():
                factor.normal_(std=0.02)
        *seen, _ = stacked(read_lower(pretrained(), some(5)))
        expected = upper(*seen).numpy()
    reader = PairReader(pretrained(), upper.learned())
    found = np.stack([reader.odds(pair.earlier, pair.later) for pair in some(5)])
    assert len({len(pair.earlier) for pair in some(5)}) > 1, "of different lengths, or nothing would fill up"
    assert np.abs(found - expected).max() < 0.02


def test_it_learns_what_it_is_taught() -> None:
    torch.manual_seed(1)
    upper, taught = UpperHalf(pretrained()), read_lower(pretrained(), some(8))
    *seen, kinds = stacked(taught)
    teach(upper, taught * 10)
    with torch.no_grad():
        assert upper(*seen).argmax(dim=1).tolist() == kinds.tolist()


def test_pairs_that_begin_with_one_headline_are_held_out_together() -> None:
    pairs = own_pairs()
    by_headline = {(pair.earlier, quarter(pair)) for pair in pairs}
    assert len(by_headline) == len({pair.earlier for pair in pairs})
    assert {quarter(pair) for pair in pairs} == {0, 1, 2, 3}
