"""Score the detector on our own news that nothing was learned from: `python -m bot.evaluation.unseen`.

These are whole weeks of the first talks, three quarters of them near misses, and other talks by their YAML alone.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from bot.detection.decider import Detector
from bot.detection.encoder import SentenceEncoder
from bot.evaluation.baseline import baseline
from bot.evaluation.material import unseen_news
from bot.evaluation.replay import replay
from bot.evaluation.report import print_figures
from bot.evaluation.scores import score
from config.load import load_newsroom


def main() -> None:
    """Print the scores of each file, decided by the weights that are shipped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, default=Path("config"))
    newsroom, console = load_newsroom(parser.parse_args().config), Console()
    encoder = SentenceEncoder()
    for negotiation in (*newsroom.negotiations, *newsroom.switched_off):
        for name, corpus in unseen_news(negotiation.id).items():
            detector = Detector(negotiation, newsroom.publishers, newsroom.genres, encoder)
            decided = zip(corpus.items, replay(corpus.items, detector), strict=True)
            decisions = {item.id: decision for item, decision in decided}
            console.print(f"\n[bold]{negotiation.name}, {name}[/bold]")
            print_figures(console, score(corpus.items, decisions, corpus.labels))
            plain = baseline(corpus.items, corpus.labels)
            console.print(f"plain baseline, told what is in scope: B-cubed F1 {plain.f1:.3f}")


if __name__ == "__main__":
    main()
