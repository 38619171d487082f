"""Learn the detector's weights: `python -m bot.evaluation.train ITEMS LABELS [--background ITEMS]`.

The lens is learned from news we wrote ourselves, on all tracks and in five languages; what tells two events apart, and
the talks from other news, from that and from a labelled archive: nobody can write the reprints and the rest of the
world's news. Models are linear in features with names, and stored as numbers. `bot.evaluation.folds` scores them.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.detection import model as stored_models
from bot.detection.claim import EventCoder
from bot.detection.encoder import SentenceEncoder
from bot.detection.first_story import PAIR_FEATURES, FirstStory
from bot.detection.headlines import Headlines, alike
from bot.detection.lens import Lens, fit_lens
from bot.detection.model import Linear, Models, dump_models
from bot.detection.reading import Reader
from bot.detection.relation import RELATION_FEATURES, RelationKind, relation_features
from bot.detection.relevance import (
    ANALYSIS_FEATURES,
    GENRE_FEATURES,
    SCOPE_FEATURES,
    SCOPE_SIGNS,
    Gate,
    RelevanceModel,
    genre_features,
    track_texts,
)
from bot.detection.representation import Centre, Representation, Representer, TermWeights, terms_of
from bot.detection.slots import slots_of
from bot.detection.stream import WINDOW, Member, Stream
from bot.detection.vocabulary import Vocabulary
from bot.domain.decision import Decision, Kind
from bot.evaluation.archive import Archive, read_labels
from bot.evaluation.corpus import Corpus, own_stories
from bot.evaluation.fit import Examples, fit_for_theirs, fit_logistic, fit_one_more, fit_together
from bot.evaluation.material import own_news, own_pairs
from config.load import load_newsroom

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bot.detection.encoder import Encoder
    from bot.evaluation.archive import Label
    from bot.evaluation.fit import Fit
    from bot.evaluation.material import Pair
    from config.schema import Newsroom

PAIR_SIGNS = (1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1)
GENRE_SIGNS = (1, 1, 1, 0, 0, 1, 0, 1, 1, 0, -1, -1, 0)
ROUNDUP_SIGNS = (0, 0, 0, 1, 1, 0, 1, 0, 0, 0, -1, -1, 0)
_DATE = PAIR_FEATURES.index("other date")
_SCOPE_PENALTY = 8.0
_MEANING_PENALTY = 1000.0
_PAIR_PENALTY = 3.0
_GENRE_PENALTY = 3.0
_OWN_GENRES = 0.3  # what an article of ours counts beside a labelled one, where the sort of article is learned
_LABELLED_PAIRS = 3.0  # what a pair of labelled reports counts beside one of ours
_TOLD = 0.6  # cosine from which an unlabelled report may be of a labelled event
_RELATION_PENALTY = 10.0
_EVERY = 8


@dataclass(frozen=True, slots=True)
class Lessons:
    """All there is to learn from."""

    pairs_same_language: Examples
    pairs_across: Examples
    scope: Examples
    analysis: Examples
    roundup: Examples

    def without(self, day: int) -> Lessons:
        """The lessons without those of one day."""
        return Lessons(*(getattr(self, name).without(day) for name in Lessons.__slots__))

    def __add__(self, other: Lessons) -> Lessons:
        return Lessons(*(getattr(self, name) + getattr(other, name) for name in Lessons.__slots__))


def learn_lens(newsroom: Newsroom, corpora: Sequence[Corpus], encoder: Encoder) -> Lens:
    """The lens, from headlines and reports of events told more than once."""
    negotiation = newsroom.negotiations[0]
    reader = Reader(Vocabulary(negotiation, newsroom.publishers, newsroom.genres))
    texts, events = [], []
    for corpus in corpora:
        for item in corpus.items:
            label = corpus.labels[item.id]
            if label.in_scope and label.event is not None:
                reading = reader.read(item)
                texts += [reading.title.plain, reading.gist]
                events += [label.event, label.event]
    return fit_lens(encoder.encode(texts), events)


def gather(newsroom: Newsroom, corpus: Corpus, encoder: Encoder, lens: Lens) -> Lessons:
    """Read every item of a corpus once in stream order and note what the models should have said of it."""
    models, labels = blank_models(len(lens.middle)), corpus.labels
    negotiation = newsroom.negotiations[0]
    vocabulary = Vocabulary(negotiation, newsroom.publishers, newsroom.genres)
    reader, gate, coder = Reader(vocabulary), Gate(vocabulary), EventCoder(vocabulary)
    terms = TermWeights(terms_of(vocabulary.everyday()))
    centre = Centre(lens.seen(encoder.encode(track_texts(negotiation))))
    representer = Representer(encoder, terms, lens)
    first_story = FirstStory(models, centre, terms)
    relevance = RelevanceModel(vocabulary, models, encoder)
    stream = Stream()
    sizes = _event_sizes(labels)
    pairs: list[tuple[NDArray[np.float64], bool, float, int, int, bool]] = []
    scope: list[tuple[NDArray[np.float64], bool, float, int]] = []
    genres: list[tuple[NDArray[np.float64], NDArray[np.float32], Kind, int]] = []
    told_on: defaultdict[int, list[NDArray[np.float32]]] = defaultdict(list)
    for item in corpus.items:
        stream.forget_before(item.first_seen - WINDOW)
        label = labels[item.id]
        representation = representer.represent(reader.read(item))
        day = item.first_seen.toordinal()
        genre = genre_features(representation.reading, vocabulary.lexicon)
        genres.append((genre, representation.vector, label.kind, day))
        if label.in_scope:
            told_on[day].append(representation.vector)
        if label.kind in (Kind.DEVELOPMENT, Kind.OFFTOPIC):
            scope.append((_scope_row(relevance, representation), label.in_scope, 1.0, day))
        if label.event is None:
            continue
        features = first_story.features(representation, stream, item.came_out)
        for row, member in zip(features, stream, strict=True):
            other = labels[member.item.id]
            same = other.event == label.event
            importance = 1.0 / max(1, sizes[label.event] - 1) ** 0.5 if same else 1.0 / len(features) ** 0.5
            pairs.append(
                (row, same, importance, day, member.item.first_seen.toordinal(), item.language == member.item.language)
            )
        slots = slots_of(representation.reading, coder.code(representation.reading), vocabulary)
        decision = Decision(item.id, Kind.DEVELOPMENT, relevant=True, development=label.event)
        stream.add(Member(item, decision, representation, slots))
        terms.learn(representation.terms)
        centre.learn(representation)
    for item in corpus.background:
        reading, day = reader.read(item), item.first_seen.toordinal()
        if gate.passes(reading):
            representation = representer.represent(reading)
            if not any(told @ representation.vector > _TOLD for told in told_on[day]):
                scope.append((_scope_row(relevance, representation), False, 1.0, day))
    same_language = np.array([pair[5] for pair in pairs])
    all_pairs = Examples(
        np.array([pair[0] for pair in pairs]),
        np.array([pair[1] for pair in pairs]),
        np.array([pair[2] for pair in pairs]),
        np.array([pair[3:5] for pair in pairs]),
    )
    return Lessons(
        pairs_same_language=all_pairs.where(same_language),
        pairs_across=all_pairs.where(~same_language),
        scope=Examples(
            np.array([row[0] for row in scope]),
            np.array([row[1] for row in scope]),
            np.array([row[2] for row in scope]),
            np.array([row[3:4] for row in scope]),
        ),
        analysis=_genre_examples(genres, Kind.ANALYSIS, meaning=True),
        roundup=_genre_examples(genres, Kind.ROUNDUP),
    )


def learn_relations(newsroom: Newsroom, pairs: Sequence[Pair], encoder: Encoder, lens: Lens) -> dict[str, Linear]:
    """One model for each relation, from pairs of headlines."""
    taught = [*pairs, *_said_otherwise(pairs)]
    features = pair_features(newsroom, taught, encoder, lens)
    answers = np.array([pair.relation for pair in taught])
    return {
        kind.value: fit_logistic(RELATION_FEATURES, features, answers == kind.value, penalty=_RELATION_PENALTY)
        for kind in RelationKind
    }


def _said_otherwise(pairs: Sequence[Pair]) -> list[Pair]:
    """What follows from the pairs: a headline is the same as itself, and sameness goes both ways.

    That makes sameness the commonest relation, as it is among reports of one development.
    """
    itself = [
        replace(pair, later=pair.earlier, language_later=pair.language, relation=RelationKind.SAME.value)
        for pair in pairs[::_EVERY]
    ]
    turned = [
        replace(
            pair, earlier=pair.later, later=pair.earlier, language=pair.language_later, language_later=pair.language
        )
        for pair in pairs
        if pair.relation == RelationKind.SAME.value
    ]
    return itself + turned


def pair_features(newsroom: Newsroom, pairs: Sequence[Pair], encoder: Encoder, lens: Lens) -> NDArray[np.float64]:
    """An (n, len(RELATION_FEATURES)) array of pairs read by the first negotiation's words."""
    headlines = Headlines(newsroom.negotiations[0], newsroom.publishers, newsroom.genres, encoder, lens)
    rows = []
    for pair in pairs:
        one, other = headlines.read(pair.earlier, pair.language), headlines.read(pair.later, pair.language_later)
        rows.append(relation_features(one.slots, other.slots, alike(one, other)))
    return np.array(rows)


def _scope_row(relevance: RelevanceModel, representation: Representation) -> NDArray[np.float64]:
    """The features of scope that need no learned direction, then the meaning to learn one from."""
    return np.concatenate([relevance.scope_features(representation)[:-1], representation.vector])


def _fit_with_meaning(
    fit: Fit, names: tuple[str, ...], ours: Examples, theirs: Examples, *, signs: tuple[int, ...], penalty: float
) -> tuple[Linear, NDArray[np.float64]]:
    """A model whose last feature is how far a meaning lies in a direction, and that direction.

    The examples have the other features, then the meaning. Both are fitted as one; then what the meaning weighs is
    folded into the last feature.
    """
    plain = len(names) - 1
    meanings = theirs.features.shape[1] - plain
    fitted = fit(
        [*names[:-1], *map(str, range(meanings))],
        ours,
        theirs,
        signs=[*signs[:-1], *[0] * meanings],
        penalty=[penalty] * plain + [_MEANING_PENALTY] * meanings,
    )
    return Linear(names, np.append(fitted.weights[:plain], 1.0), fitted.bias), fitted.weights[plain:]


def learn(own: Lessons, labelled: Lessons, relations: Mapping[str, Linear]) -> Models:
    """Fit every model from our own news and the labelled."""

    def fit_pairs(ours: Examples, theirs: Examples) -> Linear:
        theirs = theirs.weighing(_LABELLED_PAIRS)
        penalties = [_PAIR_PENALTY] * len(PAIR_FEATURES)
        # Most reports name no date, our own stories do: what else tells events apart is learned without it.
        dateless = fit_together(
            PAIR_FEATURES, ours.blind_to(_DATE), theirs.blind_to(_DATE), signs=PAIR_SIGNS, penalty=penalties
        )
        return fit_one_more(dateless, _DATE, ours + theirs, sign=PAIR_SIGNS[_DATE], penalty=_PAIR_PENALTY)

    scope, towards_talks = _fit_with_meaning(
        fit_for_theirs, SCOPE_FEATURES, own.scope, labelled.scope, signs=SCOPE_SIGNS, penalty=_SCOPE_PENALTY
    )
    analysis, towards_analysis = _fit_with_meaning(
        fit_together,
        ANALYSIS_FEATURES,
        own.analysis.weighing(_OWN_GENRES),
        labelled.analysis,
        signs=(*GENRE_SIGNS, 1),
        penalty=_GENRE_PENALTY,
    )
    roundup = fit_for_theirs(
        GENRE_FEATURES,
        own.roundup.weighing(_OWN_GENRES),
        labelled.roundup,
        signs=ROUNDUP_SIGNS,
        penalty=[_GENRE_PENALTY] * len(GENRE_FEATURES),
    )
    return Models(
        same_language=fit_pairs(own.pairs_same_language, labelled.pairs_same_language),
        across_languages=fit_pairs(own.pairs_across, labelled.pairs_across),
        scope=scope,
        analysis=analysis,
        roundup=roundup,
        **relations,
        towards_talks=towards_talks,
        towards_analysis=towards_analysis,
    )


def blank_models(dimensions: int) -> Models:
    """Models that know nothing, to compute features with; `dimensions` is how many numbers a meaning has."""

    def blank(names: tuple[str, ...]) -> Linear:
        return Linear(names, np.zeros(len(names)), 0.0)

    pairs, genre, relation = blank(PAIR_FEATURES), blank(GENRE_FEATURES), blank(RELATION_FEATURES)
    scope, analysis, nowhere = blank(SCOPE_FEATURES), blank(ANALYSIS_FEATURES), np.zeros(dimensions)
    return Models(pairs, pairs, scope, analysis, genre, relation, relation, relation, relation, nowhere, nowhere)


def own_corpora(newsroom: Newsroom) -> list[Corpus]:
    """What we wrote ourselves: the labelled news and the demo's stories."""
    return [*own_news(newsroom.negotiations[0].id), own_stories()]


def _genre_examples(
    genres: Sequence[tuple[NDArray[np.float64], NDArray[np.float32], Kind, int]], kind: Kind, *, meaning: bool = False
) -> Examples:
    return Examples(
        np.array([np.concatenate([row[0], row[1]]) if meaning else row[0] for row in genres]),
        np.array([row[2] is kind for row in genres]),
        np.ones(len(genres)),
        np.array([[row[3]] for row in genres]),
    )


def _event_sizes(labels: Mapping[str, Label]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for label in labels.values():
        if label.event is not None:
            sizes[label.event] = sizes.get(label.event, 0) + 1
    return sizes


def main() -> None:
    """Learn from the files named on the command line and write the weights file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("items", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--background", type=Path, action="append", default=[])
    parser.add_argument("--config", type=Path, default=Path("config"))
    parser.add_argument("--out", type=Path, default=Path(stored_models.__file__).with_name("weights.json"))
    options = parser.parse_args()
    newsroom = load_newsroom(options.config)
    archive, encoder = Archive(newsroom), SentenceEncoder()
    labelled = Corpus(archive.read([options.items]), read_labels([options.labels]), archive.read(options.background))
    corpora = own_corpora(newsroom)
    lens = learn_lens(newsroom, corpora, encoder)
    own = reduce(add, (gather(newsroom, corpus, encoder, lens) for corpus in corpora))
    relations = learn_relations(newsroom, own_pairs(), encoder, lens)
    models = learn(own, gather(newsroom, labelled, encoder, lens), relations)
    lens.save(options.out.with_name("lens.npz"))
    options.out.write_text(dump_models(models), encoding="utf-8")


if __name__ == "__main__":
    main()
