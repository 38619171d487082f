"""Teach the pair reader: `python -m bot.evaluation.train_reader`, half an hour on two cores.

It needs torch (`pip install torch`), which nothing else does. The transformer's lower half stays as it is, so what it
makes of each pair is worked out once. Thin factors are added to the matrices of its upper half (low-rank adaptation, Hu
2021); those and the last step learn from pairs we wrote. With `--held-out` a quarter of the pairs teaches nothing and
is scored instead, by slots, read together and both; nothing is written.
"""

from __future__ import annotations

import argparse
import random
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from rich.progress import track
from torch import nn
from torch.nn import functional

from bot.detection import pair_reader
from bot.detection.encoder import SentenceEncoder
from bot.detection.lens import load_lens
from bot.detection.pair_reader import Learned, PairReader, together
from bot.detection.pretrained import Pretrained, load_pretrained
from bot.detection.relation import SLOTS, RelationKind
from bot.detection.transformer import MATRICES, Transformer, read_layer
from bot.detection.word_pieces import WordPieces
from bot.evaluation.material import Pair, own_pairs
from bot.evaluation.train import learn_relations, pair_features
from config.load import load_newsroom

if TYPE_CHECKING:
    from collections.abc import Sequence

_KINDS = [kind.value for kind in RelationKind]
_SEED = 7
_TIMES = 6
_AT_ONCE = 16
_STEP = 1e-3
_RISING = 0.06  # the share of all steps in which the step grows to its size; then it shrinks to nothing
_DOUBT = 0.05  # how much of each answer is given to the other three
_DROPPED = 0.1
_RANK, _GAIN = 16, 2.0
_HIDDEN = 128
_QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Read:
    """A pair as the lower half sees it: vectors (n, width), of which the first are the earlier headline's."""

    vectors: torch.Tensor
    first: int
    kind: int


class UpperLayer(nn.Module):
    """A layer of the transformer, as it was trained, with thin factors beside its matrices that learn."""

    def __init__(self, pretrained: Pretrained, number: int) -> None:
        super().__init__()
        layer = read_layer(pretrained, number, {})
        self.heads, self.epsilon = pretrained.heads, pretrained.epsilon
        self.fixed = {name: torch.tensor(layer.matrices[name]).T for name in MATRICES}
        self.biases = {name: torch.tensor(bias) for name, bias in layer.biases.items()}
        self.norms = {name: tuple(map(torch.tensor, norm)) for name, norm in layer.norms.items()}
        sizes = {name: matrix.shape for name, matrix in self.fixed.items()}
        self.down = nn.ParameterDict(
            {k: nn.Parameter(torch.randn(_RANK, size[1]) / size[1] ** 0.5) for k, size in sizes.items()}
        )
        self.up = nn.ParameterDict({k: nn.Parameter(torch.zeros(size[0], _RANK)) for k, size in sizes.items()})
        self.dropped = nn.Dropout(_DROPPED)

    def forward(self, seen: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        """The vectors (b, n, width) one layer on; `there` (b, n) says which are pieces and which only fill up."""
        query, key, value = (self._heads(self._apply(name, seen)) for name in ("q", "k", "v"))
        dropped = _DROPPED if self.training else 0.0
        mask = there[:, None, None, :]
        found = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask, dropout_p=dropped)
        seen = self._normal("aln", seen + self.dropped(self._apply("ao", found.transpose(1, 2).reshape(seen.shape))))
        wide = functional.gelu(self._apply("fi", seen), approximate="tanh")
        return self._normal("oln", seen + self.dropped(self._apply("fo", wide)))

    def _apply(self, name: str, seen: torch.Tensor) -> torch.Tensor:
        learned = functional.linear(functional.linear(seen, self.down[name]), self.up[name])
        return functional.linear(seen, self.fixed[name], self.biases[name]) + _GAIN * learned

    def _heads(self, vectors: torch.Tensor) -> torch.Tensor:
        return vectors.view(*vectors.shape[:2], self.heads, -1).transpose(1, 2)

    def _normal(self, name: str, vectors: torch.Tensor) -> torch.Tensor:
        return functional.layer_norm(vectors, vectors.shape[-1:], *self.norms[name], self.epsilon)


class UpperHalf(nn.Module):
    """The upper half of the transformer and the last step."""

    def __init__(self, pretrained: Pretrained) -> None:
        super().__init__()
        self.numbers = range(pretrained.layers // 2, pretrained.layers)
        self.layers = nn.ModuleList(UpperLayer(pretrained, number) for number in self.numbers)
        self.hidden, self.out = nn.Linear(4 * pretrained.width, _HIDDEN), nn.Linear(_HIDDEN, len(_KINDS))
        self.dropped = nn.Dropout(_DROPPED)

    def forward(self, seen: torch.Tensor, earlier: torch.Tensor, later: torch.Tensor) -> torch.Tensor:
        """Odds (b, 4) of b pairs: `seen` (b, n, width), and which of the n are whose (b, n)."""
        for layer in self.layers:
            seen = layer(seen, earlier | later)
        one, other = _middle(seen, earlier), _middle(seen, later)
        read = torch.cat([one, other, (one - other).abs(), seen[:, 0]], dim=1)
        return self.out(self.dropped(torch.tanh(self.hidden(read))))

    def learned(self) -> Learned:
        """What has been learned so far, as the reader keeps it."""
        factors = {
            "hidden.w": self.hidden.weight,
            "hidden.b": self.hidden.bias,
            "out.w": self.out.weight,
            "out.b": self.out.bias,
        }
        for number, layer in zip(self.numbers, self.layers, strict=True):
            for name in MATRICES:
                factors[f"{number}.{name}.up"] = layer.up[name] * _GAIN
                factors[f"{number}.{name}.down"] = layer.down[name]
        return Learned({name: factor.detach().numpy() for name, factor in factors.items()})


def _middle(seen: torch.Tensor, whose: torch.Tensor) -> torch.Tensor:
    share = whose.float() / whose.sum(dim=1, keepdim=True)
    return (seen * share[..., None]).sum(dim=1)


def read_lower(pretrained: Pretrained, pairs: Sequence[Pair]) -> list[Read]:
    """Every pair through the half that learns nothing."""
    layers = [read_layer(pretrained, number, {}) for number in range(pretrained.layers // 2)]
    transformer, pieces = Transformer(pretrained, layers), WordPieces(pretrained)
    found = []
    for pair in track(pairs, "reading"):
        numbers, first = together(pieces, pretrained.begin, pretrained.end, pair.earlier, pair.later)
        found.append(Read(torch.tensor(transformer.read(numbers)), first, _KINDS.index(pair.relation)))
    return found


def teach(upper: UpperHalf, pairs: Sequence[Read]) -> None:
    """Let the upper half learn from all pairs, several times over."""
    chance = random.Random(_SEED)  # noqa: S311 - an order of lessons, not a secret
    factors = [parameter for parameter in upper.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(factors, lr=_STEP, weight_decay=0.01)
    rounds = [batch for _ in range(_TIMES) for batch in _batches(pairs, chance)]
    upper.train()
    for number, batch in enumerate(track(rounds, "learning")):
        done = number / len(rounds)
        for group in optimizer.param_groups:
            group["lr"] = _STEP * min(1.0, done / _RISING) * (1.0 - done)
        *seen, kinds = stacked(batch)
        loss = functional.cross_entropy(upper(*seen), kinds, label_smoothing=_DOUBT)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(factors, 1.0)
        optimizer.step()
    upper.eval()


def _batches(pairs: Sequence[Read], chance: random.Random) -> list[list[Read]]:
    """All pairs once, those of about one length together."""
    order = sorted(pairs, key=lambda pair: len(pair.vectors) + chance.uniform(0, 12))
    batches = [order[at : at + _AT_ONCE] for at in range(0, len(order), _AT_ONCE)]
    chance.shuffle(batches)
    return batches


def stacked(batch: Sequence[Read]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Pairs of different lengths in one: their vectors filled up with nothing, whose each is, and the relations."""
    longest = max(len(pair.vectors) for pair in batch)
    seen = torch.stack([functional.pad(pair.vectors, (0, 0, 0, longest - len(pair.vectors))) for pair in batch])
    places = torch.arange(longest)[None]
    first = torch.tensor([[pair.first] for pair in batch])
    ends = torch.tensor([[len(pair.vectors)] for pair in batch])
    kinds = torch.tensor([pair.kind for pair in batch])
    return seen, places < first, (places >= first) & (places < ends), kinds


def quarter(pair: Pair) -> int:
    """Which of four parts a pair is in; pairs of one earlier headline are in one."""
    return zlib.crc32(pair.earlier.encode()) % _QUARTERS


def main() -> None:
    """Learn from every pair we wrote and write the file, or score on a quarter of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--held-out", type=int, choices=range(_QUARTERS), help="which quarter of the pairs to score with"
    )
    parser.add_argument("--config", type=Path, default=Path("config"))
    parser.add_argument("--out", type=Path, default=Path(pair_reader.__file__).with_name("pair_reader.npz"))
    options = parser.parse_args()
    torch.manual_seed(_SEED)
    pretrained, pairs = load_pretrained(), own_pairs()
    taught = [pair for pair in pairs if quarter(pair) != options.held_out]
    upper = UpperHalf(pretrained)
    teach(upper, read_lower(pretrained, taught))
    if options.held_out is None:
        upper.learned().save(options.out)
        return
    reader = PairReader(pretrained, upper.learned())
    newsroom, encoder, lens = load_newsroom(options.config), SentenceEncoder(), load_lens()
    by_slots = learn_relations(newsroom, taught, encoder, lens)
    held_out = [pair for pair in pairs if quarter(pair) == options.held_out]
    features = pair_features(newsroom, held_out, encoder, lens)
    slots = np.stack([features @ by_slots[kind].weights + by_slots[kind].bias for kind in _KINDS], axis=1)
    read = np.stack([reader.odds(pair.earlier, pair.later) for pair in track(held_out, "scoring")])
    for name, odds in (("slots alone", slots), ("read together alone", read), ("both", read + SLOTS * slots)):
        right = [_KINDS[best] == pair.relation for best, pair in zip(odds.argmax(axis=1), held_out, strict=True)]
        print(f"{name}: {np.mean(right):.3f} of {len(right)}")  # noqa: T201 - a command's output


if __name__ == "__main__":
    main()
