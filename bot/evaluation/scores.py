"""How well decisions agree with labels.

Clusters are scored by B-cubed and pairs over the in-scope labelled items: an item given no development stands alone.
A roundup with a `lead_event` counts neither for nor against. Every rate is 0 to 1, or None where nothing supports it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from bot.domain.decision import AlertAction, Status

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence
    from enum import StrEnum

    from bot.domain.decision import Decision
    from bot.domain.item import Item
    from bot.evaluation.archive import Label


@dataclass(frozen=True, slots=True)
class Rates:
    """Precision, recall and their harmonic mean."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean; 0 when both are 0."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class EventScore:
    """One labelled event: its items, how many were found relevant, over how many developments they went."""

    event: str
    items: int
    found: int
    developments: int
    posts: int
    first_flagged: bool
    f1: float


@dataclass(frozen=True, slots=True)
class Scores:
    """Everything `evaluate` prints. `languages` holds B-cubed by language.

    `alert_precision` asks of the very report that was alerted whether it is labelled in scope; `event_precision` of the
    development alerted whether most of its labelled reports are, for its first report may bear no label.
    `told_recall` is the share of in-scope reports whose development was alerted by the end.
    """

    items: int
    labelled: int
    in_scope: int
    b_cubed: Rates
    languages: Mapping[str, Rates]
    pairwise: Rates
    new_event: Rates
    posts: int
    alerts_per_event: float
    alert_precision: float
    event_precision: float
    in_scope_recall: float
    told_recall: float
    kind_accuracy: float
    tracks: Mapping[str, Rates]
    plover_accuracy: float
    stage_accuracy: float
    events: tuple[EventScore, ...]

    @property
    def track_macro_f1(self) -> float:
        """Mean F1 over the tracks the labels use."""
        return sum(rates.f1 for rates in self.tracks.values()) / len(self.tracks) if self.tracks else 0.0

    @property
    def event_macro_f1(self) -> float:
        """Mean B-cubed F1 over events, so that two large ones do not outweigh the rest."""
        return sum(event.f1 for event in self.events) / len(self.events) if self.events else 0.0


def score(items: Sequence[Item], decisions: Mapping[str, Decision], labels: Mapping[str, Label]) -> Scores:
    """Score one replay. `items` are all that were replayed, labelled or not, in stream order."""
    stream = list({item.id: item for item in items})
    languages = {item.id: item.language for item in items}
    labelled = [item for item in stream if item in labels]
    neutral = {item for item in labelled if labels[item].lead_event is not None}
    judged = [item for item in labelled if item not in neutral]
    scoped = [item for item in judged if labels[item].in_scope and labels[item].event]
    truth: dict[str, Hashable] = {item: labels[item].event for item in scoped}
    given: dict[str, Hashable] = {item: decisions[item].development or ("alone", item) for item in scoped}
    posts = [item for item in stream if decisions[item].alert is AlertAction.POST and item not in neutral]
    right_posts = [item for item in posts if item in truth]
    alerted = {truth[item] for item in right_posts}
    told = {decisions[item].development for item in posts}
    about = Counter[str | None]()
    for item in judged:
        about[decisions[item].development] += 1 if item in truth else -1
    return Scores(
        items=len(stream),
        labelled=len(labelled),
        in_scope=len(scoped),
        b_cubed=b_cubed(truth, given),
        languages={
            language: b_cubed({item: truth[item] for item in own}, {item: given[item] for item in own})
            for language in sorted({languages[item] or "?" for item in scoped})
            if (own := [item for item in scoped if (languages[item] or "?") == language])
        },
        pairwise=pairwise(truth, given),
        new_event=_new_event(scoped, judged, truth, decisions),
        posts=len(posts),
        alerts_per_event=len(right_posts) / len(alerted) if alerted else 0.0,
        alert_precision=len(right_posts) / len(posts) if posts else 0.0,
        event_precision=_share(about[decisions[item].development] > 0 for item in posts),
        told_recall=_share(decisions[item].development in told for item in scoped),
        in_scope_recall=_share(decisions[item].relevant for item in scoped),
        kind_accuracy=_share(decisions[item].kind is labels[item].kind for item in judged),
        tracks=_tracks(judged, decisions, labels),
        plover_accuracy=_share(_code(decisions[item].plover) == labels[item].plover for item in scoped),
        stage_accuracy=_share(_code(decisions[item].stage) == labels[item].stage for item in scoped),
        events=_events(scoped, truth, given, decisions),
    )


def b_cubed(truth: Mapping[str, Hashable], given: Mapping[str, Hashable]) -> Rates:
    """B-cubed precision and recall (Bagga and Baldwin 1998), each item weighing the same."""
    if not truth:
        return Rates(0.0, 0.0)
    both = Counter((truth[item], given[item]) for item in truth)
    true_sizes, given_sizes = Counter(truth.values()), Counter(given[item] for item in truth)
    precision = sum(n * n / given_sizes[cluster] for (_, cluster), n in both.items()) / len(truth)
    recall = sum(n * n / true_sizes[event] for (event, _), n in both.items()) / len(truth)
    return Rates(precision, recall)


def pairwise(truth: Mapping[str, Hashable], given: Mapping[str, Hashable]) -> Rates:
    """Precision and recall of "these two items are one event" over all pairs."""
    together = sum(given[a] == given[b] for a, b in combinations(truth, 2))
    same = sum(truth[a] == truth[b] for a, b in combinations(truth, 2))
    right = sum(truth[a] == truth[b] and given[a] == given[b] for a, b in combinations(truth, 2))
    return Rates(right / together if together else 0.0, right / same if same else 0.0)


def _new_event(
    scoped: Sequence[str], judged: Sequence[str], truth: Mapping[str, Hashable], decisions: Mapping[str, Decision]
) -> Rates:
    """New-event detection: of the labelled items called new, exactly the first of each in-scope event is right."""
    firsts: dict[Hashable, str] = {}
    for item in scoped:
        firsts.setdefault(truth[item], item)
    flagged = {item for item in judged if decisions[item].status is Status.NEW}
    right = len(flagged & set(firsts.values()))
    return Rates(right / len(flagged) if flagged else 0.0, right / len(firsts) if firsts else 0.0)


def _tracks(judged: Sequence[str], decisions: Mapping[str, Decision], labels: Mapping[str, Label]) -> dict[str, Rates]:
    rates = {}
    for track in sorted({track for item in judged for track in labels[item].tracks}):
        true = {item for item in judged if track in labels[item].tracks}
        given = {item for item in judged if decisions[item].relevant and track in decisions[item].tracks}
        right = len(true & given)
        rates[track] = Rates(right / len(given) if given else 0.0, right / len(true))
    return rates


def _events(
    scoped: Sequence[str],
    truth: Mapping[str, Hashable],
    given: Mapping[str, Hashable],
    decisions: Mapping[str, Decision],
) -> tuple[EventScore, ...]:
    members: dict[Hashable, list[str]] = {}
    for item in scoped:
        members.setdefault(truth[item], []).append(item)
    sizes = Counter(given[item] for item in scoped)
    scores = []
    for event, items in members.items():
        own = Counter(given[item] for item in items)
        precision = sum(n * n / sizes[cluster] for cluster, n in own.items()) / len(items)
        recall = sum(n * n for n in own.values()) / len(items) ** 2
        scores.append(
            EventScore(
                event=str(event),
                items=len(items),
                found=sum(decisions[item].relevant for item in items),
                developments=len(own),
                posts=sum(decisions[item].alert is AlertAction.POST for item in items),
                first_flagged=decisions[items[0]].status is Status.NEW,
                f1=Rates(precision, recall).f1,
            )
        )
    return tuple(sorted(scores, key=lambda one: (-one.items, one.event)))


def _code(value: StrEnum | None) -> str | None:
    return None if value is None else value.value


def _share(answers: Iterable[bool]) -> float:
    values = list(answers)
    return sum(values) / len(values) if values else 0.0
