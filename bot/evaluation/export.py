"""What a desk said about its alerts, as items and labels that `evaluate` reads and training learns from.

Only the developments somebody judged, and those they were compared with, are labelled. What the desk did not contest
(kind, tracks, act, stage) stands as it was decided: such labels say what the desk let pass, not what it checked.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.domain.alert import Verdict
from bot.domain.decision import Kind
from bot.domain.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from bot.domain.alert import Feedback
    from bot.domain.decision import Decided, Decision
    from bot.domain.development import Development
    from bot.domain.item import Item

ITEMS, LABELS = "items.jsonl", "labels.jsonl"
Line = dict[str, object]


class Judgements(Protocol):
    """What was said, and what it was about, as it stands now."""

    async def feedback_since(self, negotiation: str, since: datetime | None) -> Sequence[Feedback]:
        """Everything said about a negotiation's alerts at or after `since`, oldest first."""
        ...

    async def feedback(self, development: str) -> Sequence[Feedback]:
        """What was said about one development."""
        ...

    async def development(self, development: str) -> Development | None:
        """One development."""
        ...

    async def decided(self, development: str) -> Sequence[Decided]:
        """Every decision on its reports."""
        ...

    async def first_revisions(self, items: Iterable[str]) -> Sequence[Item]:
        """Items as they were first seen, in first-seen order."""
        ...


@dataclass(frozen=True, slots=True)
class Export:
    """Items in first-seen order, and a label for each; `judged` counts what people said."""

    items: tuple[Line, ...]
    labels: tuple[Line, ...]
    judged: int


async def gather(negotiation: str, judgements: Judgements, *, since: datetime | None) -> Export:
    """Items and labels of the developments somebody judged at or after `since`."""
    said = await judgements.feedback_since(negotiation, since)
    named = [each for one in said for each in (one.development, one.other) if each]
    standing: dict[str, Development] = {}
    for each in named:
        found = await _standing(each, judgements)
        if found is not None:
            standing[found.id] = found
    labels: dict[str, Line] = {}
    for development in standing.values():
        labels |= await _labels(development, judgements)
    items = await judgements.first_revisions(labels)
    return Export(tuple(map(_item, items)), tuple(labels[item.id] for item in items), len(said))


def write(folder: Path, export: Export) -> None:
    """Write both files; each is whole or as it was before.

    Raises:
        InputError: They cannot be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, lines in ((ITEMS, export.items), (LABELS, export.labels)):
            half = folder / f".{name}.part"
            half.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), encoding="utf-8")
            half.replace(folder / name)
    except (FileExistsError, NotADirectoryError):
        raise InputError("is a file, and a folder is wanted", where=str(folder), remedy="Name a folder.") from None
    except OSError as error:
        raise InputError(
            f"cannot be written to ({error.strerror})", where=str(folder), remedy="Check its permissions and the disk."
        ) from None


async def _standing(development: str, judgements: Judgements) -> Development | None:
    """A development; where it was merged into another, that one."""
    found = await judgements.development(development)
    if found is not None and found.merger is not None:
        return await judgements.development(found.merger.into)
    return found


async def _labels(development: Development, judgements: Judgements) -> dict[str, Line]:
    """A label for each report of a development, by item."""
    said = await judgements.feedback(development.id)
    event = await _event(development, said, judgements)
    latest = {each.decision.item: each.decision for each in await judgements.decided(development.id)}
    verdicts: list[Line] = [
        {"verdict": each.verdict.value, "by": each.user, "at": each.at.isoformat(), "note": each.note} for each in said
    ]
    verdicts += [
        {"verdict": Verdict.SAME_AS.value, "by": merger.user, "at": merger.at.isoformat(), "note": merger.why}
        for merger in development.absorbed
        if merger.user is not None
    ]
    return {
        report.item: _label(latest[report.item], development, event, verdicts)
        for report in development.reports
        if report.item in latest
    }


async def _event(development: Development, said: Sequence[Feedback], judgements: Judgements) -> str | None:
    """The event it reports: its own; of what is not new, the one it repeats, or none where nobody said which."""
    if not development.not_new:
        return development.id
    repeated = [each.other for each in said if each.verdict is Verdict.NOT_NEW and each.other]
    original = await _standing(repeated[-1], judgements) if repeated else None
    return original.id if original is not None else None


def _label(decision: Decision, development: Development, event: str | None, verdicts: Sequence[Line]) -> Line:
    roundup = decision.kind is Kind.ROUNDUP
    return {
        "id": decision.item,
        "kind": decision.kind.value,
        "in_scope": not roundup,
        "event": None if roundup else event,
        "follows": None if roundup or event != development.id else development.follows,
        "tracks": [] if roundup else list(development.tracks),
        "plover": None if roundup or decision.plover is None else decision.plover.value,
        "stage": None if roundup or decision.stage is None else decision.stage.value,
        **({"lead_event": event} if roundup else {}),
        "said": list(verdicts),
    }


def _item(item: Item) -> Line:
    return {
        "id": item.id,
        "url": item.url,
        "outlet": item.outlet,
        "published": item.published.isoformat() if item.published else None,
        "first_seen": item.first_seen.isoformat(),
        "lang": item.language,
        "title": item.title,
        "summary": item.summary,
    }
