"""`backchannel relate`: how the second of two headlines stands to the first, and what changed."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import Console
from rich.table import Table

from bot.detection.encoder import SentenceEncoder
from bot.detection.headlines import Headlines, alike
from bot.detection.lens import load_lens
from bot.detection.model import load_models
from bot.detection.pair_reader import load_pair_reader
from bot.detection.relation import RelationKind, Relations
from bot.domain.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bot.detection.encoder import Encoder
    from bot.detection.relation import Relation
    from config.schema import Newsroom

_FIELDS = "a, b and, if known, id, lang_a, lang_b, relation"
_CHANGING = (RelationKind.UPDATE, RelationKind.NEW)


def run_relate(
    path: Path,
    newsroom: Newsroom,
    *,
    as_json: bool = False,
    out: TextIO | None = None,
    encoder: Encoder | None = None,
) -> None:
    """Print the relation of each pair of headlines in a file; scored where the file says what it should be.

    Args:
        path: JSON Lines with `a`, `b`, and if known `id`, `lang_a`, `lang_b` and `relation`.
        newsroom: The configuration; headlines are read by its first negotiation's words.
        as_json: One object a line on `out`, and nothing else there.
        out: Where to print; standard output unless given.
        encoder: Instead of the sentence encoder.

    Raises:
        InputError: The file cannot be used; says which line.
    """
    out = sys.stdout if out is None else out
    pairs = list(_read(path))
    encoder, lens = encoder or SentenceEncoder(), load_lens()
    headlines = Headlines(newsroom.negotiations[0], newsroom.publishers, newsroom.genres, encoder, lens)
    relations = Relations(load_models(), load_pair_reader)
    found = []
    for pair in pairs:
        one, other = headlines.read(pair["a"], pair.get("lang_a")), headlines.read(pair["b"], pair.get("lang_b"))
        found.append(relations.of(one.slots, other.slots, alike(one, other)))
    if as_json:
        for number, (pair, relation) in enumerate(zip(pairs, found, strict=True), start=1):
            out.write(json.dumps(_as_json(number, pair, relation), ensure_ascii=False) + "\n")
        return
    _print(Console(file=out, highlight=False, width=None if out.isatty() else 200), pairs, found)


def _as_json(number: int, pair: Mapping[str, Any], relation: Relation) -> dict[str, object]:
    return {
        "id": pair.get("id", str(number)),
        "relation": relation.kind.value,
        "changed": _changed(relation),
        "probability": round(relation.probability, 3),
        "changes": [f"{change.slot}: {change.words}" for change in relation.changed],
        "why": list(relation.reasons),
    }


def _changed(relation: Relation) -> str:
    if relation.kind not in _CHANGING:
        return "none"
    return relation.changed[0].slot if relation.changed else "object"


def _print(console: Console, pairs: list[dict[str, Any]], found: list[Relation]) -> None:
    table = Table(box=None)
    for heading in ("earlier", "later", "relation", "what changed"):
        table.add_column(heading, overflow="fold")
    for pair, relation in zip(pairs, found, strict=True):
        words = "; ".join(f"{change.slot}: {change.words}" for change in relation.changed)
        table.add_row(pair["a"], pair["b"], relation.kind.value, words if relation.kind in _CHANGING else "")
    console.print(table)
    said = [
        (pair["relation"], relation.kind.value)
        for pair, relation in zip(pairs, found, strict=True)
        if "relation" in pair
    ]
    if said:
        right = sum(one == other for one, other in said)
        console.print(f"{right} of {len(said)} pairs as the file says ({right / len(said):.3f}).")
        for kind in RelationKind:
            own = [one == other for one, other in said if one == kind.value]
            if own:
                console.print(f"  {kind.value}: {sum(own)} of {len(own)}")


def _read(path: Path) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", where=str(path), remedy="Name a file of JSON Lines.") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InputError(f"is not JSON: {error}", where=where, remedy=f"Each line holds {_FIELDS}.") from error
        if not isinstance(row, dict):
            raise InputError("is not an object", where=where, remedy=f"Each line holds {_FIELDS}.")
        for field in ("a", "b"):
            if not isinstance(row.get(field), str) or not row[field].strip():
                raise InputError(f'"{field}" is missing or not text', where=where, remedy=f"Each line holds {_FIELDS}.")
        yield row
    if not lines:
        raise InputError("holds no pairs", where=str(path), remedy=f"Each line holds {_FIELDS}.")
