"""Scores and decisions as an editor reads them on a terminal, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from bot.domain.decision import AlertAction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from bot.domain.decision import Decision
    from bot.domain.item import Item
    from bot.evaluation.scores import Rates, Scores


def scores_as_json(scores: Scores) -> dict[str, object]:
    """Every score, rates rounded to four places."""
    return {
        "items": scores.items,
        "labelled": scores.labelled,
        "in_scope": scores.in_scope,
        "b_cubed": _rates(scores.b_cubed),
        "b_cubed_by_language": {language: _rates(rates) for language, rates in scores.languages.items()},
        "pairwise": _rates(scores.pairwise),
        "event_macro_f1": round(scores.event_macro_f1, 4),
        "new_event": _rates(scores.new_event),
        "posts": scores.posts,
        "alerts_per_in_scope_event": round(scores.alerts_per_event, 4),
        "alert_precision": round(scores.alert_precision, 4),
        "event_precision": round(scores.event_precision, 4),
        "in_scope_recall": round(scores.in_scope_recall, 4),
        "told_recall": round(scores.told_recall, 4),
        "kind_accuracy": round(scores.kind_accuracy, 4),
        "tracks": {track: _rates(rates) for track, rates in scores.tracks.items()},
        "track_macro_f1": round(scores.track_macro_f1, 4),
        "plover_accuracy": round(scores.plover_accuracy, 4),
        "stage_accuracy": round(scores.stage_accuracy, 4),
        "events": [
            {
                "event": event.event,
                "items": event.items,
                "found": event.found,
                "developments": event.developments,
                "posts": event.posts,
                "first_flagged": event.first_flagged,
                "f1": round(event.f1, 4),
            }
            for event in scores.events
        ],
    }


def print_scores(console: Console, scores: Scores) -> None:
    """Two tables: the figures, and each labelled event."""
    print_figures(console, scores)
    print_events(console, scores)


def print_figures(console: Console, scores: Scores) -> None:
    """Every figure but those of single events."""
    figures = Table(title=f"{scores.items} items, {scores.labelled} labelled, {scores.in_scope} in scope", box=None)
    for heading in ("figure", "precision", "recall", "F1"):
        figures.add_column(heading, justify="left" if heading == "figure" else "right")
    _add(figures, "clusters, B-cubed", scores.b_cubed)
    for language, rates in scores.languages.items():
        _add(figures, f"  {language}", rates)
    _add(figures, "clusters, pairs", scores.pairwise)
    _add(figures, "new events", scores.new_event)
    for track, rates in scores.tracks.items():
        _add(figures, f"track {track}", rates)
    for name, value in (
        ("tracks, mean F1", f"{scores.track_macro_f1:.3f}"),
        ("events, mean F1", f"{scores.event_macro_f1:.3f}"),
        ("alerts per in-scope event", f"{scores.alerts_per_event:.2f}"),
        ("alert precision", f"{scores.alert_precision:.3f} of {scores.posts}"),
        ("alert precision by their developments", f"{scores.event_precision:.3f}"),
        ("in-scope recall", f"{scores.in_scope_recall:.3f}"),
        ("in-scope reports of what was alerted", f"{scores.told_recall:.3f}"),
        ("kind accuracy", f"{scores.kind_accuracy:.3f}"),
        ("event type accuracy", f"{scores.plover_accuracy:.3f}"),
        ("stage accuracy", f"{scores.stage_accuracy:.3f}"),
    ):
        figures.add_row(name, "", "", value)
    console.print(figures)


def print_events(console: Console, scores: Scores) -> None:
    """A line for each labelled event."""
    events = Table(title="Events", box=None)
    for heading in ("event", "items", "found", "developments", "alerts", "first called new", "F1"):
        events.add_column(heading, justify="left" if heading == "event" else "right")
    for event in scores.events:
        counts = (event.items, event.found, event.developments, event.posts)
        first = "yes" if event.first_flagged else "no"
        events.add_row(event.event, *(str(count) for count in counts), first, f"{event.f1:.2f}")
    console.print(events)


def print_decisions(console: Console, items: Sequence[Item], decisions: Mapping[str, Decision]) -> None:
    """What would have been alerted, in order, one line an alert: its first report, and how many it gathered."""
    reports: dict[str, int] = {}
    first: dict[str, Item] = {}
    for item in items:
        if (development := decisions[item.id].development) is not None:
            reports[development] = reports.get(development, 0) + 1
            first.setdefault(development, item)
    table = Table(title="What the desk would have been told", box=None)
    for heading in ("told (UTC)", "urgency", "tracks", "outlet", "headline", "reports"):
        table.add_column(heading, justify="right" if heading == "reports" else "left")
    posted = 0
    for item in items:
        decision = decisions[item.id]
        if decision.alert is not AlertAction.POST or decision.development is None:
            continue
        posted += 1
        table.add_row(
            f"{item.first_seen:%d %b %H:%M}",
            decision.urgency.value if decision.urgency else "",
            ", ".join(decision.tracks),
            first[decision.development].outlet,
            first[decision.development].title,
            str(reports[decision.development]),
        )
    console.print(table)
    console.print(
        f"{len(items)} items, {posted} alerts, {sum(reports.values())} reports of {len(reports)} developments."
    )


def _add(table: Table, name: str, rates: Rates) -> None:
    table.add_row(name, f"{rates.precision:.3f}", f"{rates.recall:.3f}", f"{rates.f1:.3f}")


def _rates(rates: Rates) -> dict[str, float]:
    return {"precision": round(rates.precision, 4), "recall": round(rates.recall, 4), "f1": round(rates.f1, 4)}
