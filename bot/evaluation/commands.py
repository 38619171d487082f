"""`backchannel replay` and `backchannel evaluate`, as the command line calls them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.progress import Progress

from bot.detection.decider import Detector
from bot.detection.encoder import SentenceEncoder
from bot.domain.errors import InputError
from bot.evaluation.archive import Archive, read_labels
from bot.evaluation.replay import as_json as decision_as_json
from bot.evaluation.replay import replay
from bot.evaluation.report import print_decisions, print_scores, scores_as_json
from bot.evaluation.scores import score

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.detection.encoder import Encoder
    from bot.domain.decision import Decision
    from bot.domain.item import Item
    from config.schema import Negotiation, Newsroom


def run_replay(
    paths: Sequence[Path],
    newsroom: Newsroom,
    *,
    as_json: bool = False,
    negotiation: str | None = None,
    out: TextIO | None = None,
    encoder: Encoder | None = None,
) -> None:
    """Print what the detector would have decided, item by item (`as_json`) or as the alerts of a desk.

    Args:
        paths: Files of items, merged and put in first-seen order.
        newsroom: The configuration; the first negotiation followed unless `negotiation` names another.
        as_json: One object a line on `out`, and nothing else there.
        negotiation: A negotiation's id; it may be one switched off.
        out: Where to print; standard output unless given.
        encoder: Instead of the sentence encoder, which is read here otherwise.

    Raises:
        InputError: A file cannot be used, or there is no such negotiation.
    """
    out = sys.stdout if out is None else out
    items = Archive(newsroom).read(paths)
    detector = _detector(newsroom, negotiation, encoder)
    if as_json:
        for decision in _shown(items, detector):
            out.write(json.dumps(decision_as_json(decision), ensure_ascii=False) + "\n")
        return
    decisions = {decision.item: decision for decision in _shown(items, detector)}
    print_decisions(_console(out), items, decisions)


def run_evaluate(
    paths: Sequence[Path],
    labels: Path | Sequence[Path],
    newsroom: Newsroom,
    *,
    as_json: bool = False,
    negotiation: str | None = None,
    out: TextIO | None = None,
    encoder: Encoder | None = None,
) -> None:
    """Replay and print the scores against labels; items without a label count as out of scope.

    Arguments are those of `run_replay`; `labels` is one file of labels or several.

    Raises:
        InputError: A file cannot be used, no item has a label, or there is no such negotiation.
    """
    out = sys.stdout if out is None else out
    items = Archive(newsroom).read(paths)
    label_paths = [labels] if isinstance(labels, Path) else list(labels)
    given = read_labels(label_paths)
    if not any(item.id in given for item in items):
        raise InputError(
            "no label belongs to any of the items",
            where=", ".join(map(str, label_paths)),
            remedy="Labels are joined to items by id; check that both files are of one archive.",
        )
    decisions = {decision.item: decision for decision in _shown(items, _detector(newsroom, negotiation, encoder))}
    scores = score(items, decisions, given)
    if as_json:
        out.write(json.dumps(scores_as_json(scores), ensure_ascii=False) + "\n")
    else:
        print_scores(_console(out), scores)


def _shown(items: Sequence[Item], detector: Detector) -> Iterator[Decision]:
    """Decisions as they are made, with a progress bar on standard error where that is a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        yield from progress.track(replay(items, detector), total=len(items), description="Deciding")


def _detector(newsroom: Newsroom, negotiation: str | None, encoder: Encoder | None) -> Detector:
    chosen = _negotiation(newsroom, negotiation)
    return Detector(chosen, newsroom.publishers, newsroom.genres, encoder or SentenceEncoder())


def _negotiation(newsroom: Newsroom, identifier: str | None) -> Negotiation:
    known = {one.id: one for one in (*newsroom.negotiations, *newsroom.switched_off)}
    if identifier is None:
        return newsroom.negotiations[0]
    if identifier not in known:
        raise InputError(f'there is no negotiation "{identifier}"', remedy=f"There are: {', '.join(known)}.")
    return known[identifier]


def _console(out: TextIO) -> Console:
    return Console(file=out, highlight=False, soft_wrap=not out.isatty(), width=None if out.isatty() else 200)
