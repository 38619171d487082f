"""Score with no day both learned and scored: `python -m bot.evaluation.folds ITEMS LABELS [--background ITEMS]`.

Each day is decided, in its place in the stream, with weights learned on the other days. The background, if given, is
learned from and decided among as well; `--labelled-only` learns from it and decides without.
"""

from __future__ import annotations

import argparse
import heapq
import sys
from functools import reduce
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import track

from bot.detection.decider import Detector
from bot.detection.encoder import RememberingEncoder, SentenceEncoder
from bot.evaluation.archive import Archive, read_labels
from bot.evaluation.baseline import baseline
from bot.evaluation.corpus import Corpus
from bot.evaluation.material import own_pairs
from bot.evaluation.replay import replay
from bot.evaluation.report import print_scores
from bot.evaluation.scores import score
from bot.evaluation.train import gather, learn, learn_lens, learn_relations, own_corpora
from config.load import load_newsroom

if TYPE_CHECKING:
    from bot.domain.decision import Decision
    from bot.domain.item import Item


# The folds read the same items again and again.
_EVERY_TEXT = 1_000_000


def main() -> None:
    """Print the scores over all days, then of each day."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("items", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--background", type=Path, action="append", default=[])
    parser.add_argument("--config", type=Path, default=Path("config"))
    parser.add_argument("--labelled-only", action="store_true", help="decide the labelled items alone")
    options = parser.parse_args()
    newsroom, console = load_newsroom(options.config), Console()
    archive, encoder = Archive(newsroom), RememberingEncoder(SentenceEncoder(), keep=_EVERY_TEXT)
    labelled = Corpus(archive.read([options.items]), read_labels([options.labels]), archive.read(options.background))
    corpora = own_corpora(newsroom)
    lens = learn_lens(newsroom, corpora, encoder)
    own = reduce(add, (gather(newsroom, corpus, encoder, lens) for corpus in corpora))
    relations = learn_relations(newsroom, own_pairs(), encoder, lens)
    lessons = gather(newsroom, labelled, encoder, lens)
    around = () if options.labelled_only else labelled.background
    stream = list(heapq.merge(labelled.items, around, key=lambda item: item.first_seen))
    days = sorted({_day(item) for item in labelled.items})
    decisions: dict[str, Decision] = {}
    progress = Console(stderr=True)
    for day in track(days, "Holding out days", console=progress, disable=not progress.is_terminal, transient=True):
        models = learn(own, lessons.without(day), relations)
        negotiation = newsroom.negotiations[0]
        detector = Detector(negotiation, newsroom.publishers, newsroom.genres, encoder, models=models, lens=lens)
        for item, decision in zip(stream, replay(stream, detector), strict=True):
            if _day(item) == day:
                decisions[item.id] = decision
        that_day = [item for item in labelled.items if _day(item) == day]
        day_labels = {item.id: labelled.labels[item.id] for item in that_day}
        found = score(that_day, decisions, day_labels)
        sys.stdout.write(
            f"day {day}: {len(that_day)} items, {found.in_scope} in scope, B-cubed F1 {found.b_cubed.f1:.3f}\n"
        )
    print_scores(console, score(stream, decisions, labelled.labels))
    plain = baseline(labelled.items, labelled.labels)
    sys.stdout.write(
        f"plain baseline, told what is in scope: word TF-IDF in a single pass, B-cubed F1 {plain.f1:.3f}\n"
    )


def _day(item: Item) -> int:
    return item.first_seen.toordinal()


if __name__ == "__main__":
    main()
