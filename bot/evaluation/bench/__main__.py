"""`python -m bot.evaluation.bench`: what polling and deciding cost, as ratios measured in one run on one core.

And how soon an alert is in Slack, in seconds, which depend on the machine and on what else it does.

Archived news is used where it lies in BACKCHANNEL_DATA (default ../shared/data), else made-up items. CPU seconds, not
wall time. The last part, what a growing store costs, takes made-up items and vectors by chance instead of the encoder.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

from threadpoolctl import threadpool_limits

from bot.detection.decider import Detector
from bot.detection.encoder import SentenceEncoder
from bot.detection.pair_reader import load_pair_reader
from bot.detection.reading import Reader
from bot.detection.relevance import Gate
from bot.detection.vocabulary import Vocabulary
from bot.evaluation.bench.growth import MONTH, grow
from bot.evaluation.bench.items import archived
from bot.evaluation.bench.latency import latency_bench
from bot.evaluation.bench.peer import first_stories
from bot.evaluation.bench.polling import BenchError, poll_bench
from bot.evaluation.bench.timing import Chance, Counting, CountingReader, decide, encode, read, seconds
from config.load import load_newsroom

ROUNDS = 3


def main() -> None:
    """Print each measure with its target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, default=Path("config"))
    parser.add_argument("--only", choices=("polling", "latency", "detection"), help="one part; all where not given")
    parser.add_argument("--sources", type=int, default=2_000, help="sources to poll")
    parser.add_argument("--wires", type=int, default=150, help="sources that report for the latency")
    parser.add_argument("--rate", type=float, default=50.0, help="relevant items a second for the latency")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the latency is measured")
    parser.add_argument("--stream", type=int, default=5_000, help="items for the comparison with scikit-learn")
    parser.add_argument("--most", type=int, default=1_000_000, help="items passed at the last point of the curve")
    options = parser.parse_args()
    try:
        if options.only in {None, "polling"}:
            poll_bench(options.sources, options.config, _say)
        if options.only in {None, "latency"}:
            latency_bench(options.wires, options.rate, options.seconds, options.config, _say)
    except BenchError as error:
        parser.exit(1, "\n".join([str(error), *getattr(error, "__notes__", ())]) + "\n")
    if options.only in {None, "detection"}:
        _detection(options)


def _detection(options: argparse.Namespace) -> None:
    newsroom = load_newsroom(options.config)
    negotiation = newsroom.negotiations[0]
    together = CountingReader(load_pair_reader())
    make = partial(Detector, negotiation, newsroom.publishers, newsroom.genres, pair_reader=lambda: together)
    talks, world, source = archived(newsroom)
    encoder = Counting(SentenceEncoder())
    with threadpool_limits(limits=1):
        vocabulary = Vocabulary(negotiation, newsroom.publishers, newsroom.genres)
        reader, gate = Reader(vocabulary), Gate(vocabulary)
        aside = [item for item in world if not gate.passes(reader.read(item))]
        spent = min(seconds(partial(decide, aside, make(encoder))) for _ in range(ROUNDS))
        _say(f"background  {len(aside) / spent:8,.0f} items a second   ({len(aside):,} {source} items; target 5,000)")

        detectors = [make(encoder) for _ in range(ROUNDS)]
        encoder.asked.clear()
        rounds, floors, pairs = [], [], 0.0
        for detector in detectors:
            encoder.asked.clear()
            together.asked.clear()
            rounds.append(seconds(partial(decide, talks, detector)))
            asked, weighed = tuple(encoder.asked), tuple(together.asked)
            floors.append(seconds(partial(encode, asked, encoder)))
            pairs = seconds(partial(read, weighed, together))
        spent, floor = min(rounds), min(floors)
        _say(
            f"relevant    {len(asked) / spent:8,.1f} items a second   ({len(asked):,} {source} items)\n"
            f"  encoding  {len(asked) / floor:8,.1f} items a second   the same texts in the same portions\n"
            f"  pairs     {len(weighed):8,} read together, in {pairs:.2f} s\n"
            f"  ratio     {(floor + pairs) / spent:8.0%} of the rate of both networks alone, {floor / spent:.0%} of "
            f"the encoder's   (target 70 %)"
        )

        stream = sorted([*talks, *world], key=lambda item: item.first_seen)[: options.stream]
        detector = make(encoder)
        encoder.asked.clear()
        together.asked.clear()
        ours = seconds(partial(decide, stream, detector))
        asked, weighed = tuple(encoder.asked), tuple(together.asked)
        floor = seconds(partial(encode, asked, encoder)) + seconds(partial(read, weighed, together))
        theirs = seconds(partial(first_stories, stream))
        _say(
            f"stream      {len(stream):,} {source} items, {len(asked):,} of them encoded\n"
            f"  ours      {ours:8.2f} s\n"
            f"  encoding  {floor:8.2f} s   ours takes {ours / floor:.2f} x the floor of both networks alone\n"
            f"  peer      {theirs:8.2f} s   scikit-learn's TF-IDF and brute-force cosine; ours takes "
            f"{ours / theirs:.2f} x its time"
        )

        _say("growth      made-up items of 300 sources, 3 % relevant; vectors by chance instead of the encoder")
        marks = sorted({10_000, 100_000, MONTH, 1_000_000})
        for point in grow(make(Chance()), negotiation, [mark for mark in marks if mark <= options.most]):
            grown = "" if point.megabytes is None else f"   {point.megabytes:6.0f} MB grown"
            month = "   (a month; target 300 MB)" if point.passed == MONTH else ""
            _say(
                f"  after {point.passed:9,} items  {point.microseconds:6.0f} µs an item"
                f"   {point.relevant} of the next 2,000 relevant{grown}{month}"
            )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
