"""Our own labelled news and headline pairs, as `material/` keeps them (its README says how they are written)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

from bot.domain.decision import Kind
from bot.domain.item import Item
from bot.domain.source import Tier
from bot.evaluation.archive import Label
from bot.evaluation.corpus import Corpus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where PyYAML was built with it
_FOLDER = resources.files(__package__).joinpath("material")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two headlines and how the second stands to the first: `same`, `update`, `new` or `restated`."""

    id: str
    earlier: str
    later: str
    language: str | None
    language_later: str | None
    relation: str


def own_news(negotiation: str) -> list[Corpus]:
    """Every file of our own news of one negotiation, each a corpus of its own in first-seen order; to learn from."""
    return list(_news(negotiation, ".news.yaml").values())


def unseen_news(negotiation: str) -> dict[str, Corpus]:
    """The same by file, of news that nothing is learned from: to score with."""
    return _news(negotiation, ".unseen.yaml")


def _news(negotiation: str, ending: str) -> dict[str, Corpus]:
    found = {}
    for file in _files(ending):
        written = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - the safe one, either way
        if written["negotiation"] == negotiation:
            name = file.name.removesuffix(ending)
            found[name] = _corpus(name, written)
    return found


def own_pairs() -> list[Pair]:
    """Every pair of headlines we wrote."""
    return [
        Pair(row["id"], row["a"], row["b"], row["lang_a"], row["lang_b"], row["relation"])
        for file in _files(".pairs.jsonl")
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines())
    ]


def _files(ending: str) -> list[Traversable]:
    return sorted((file for file in _FOLDER.iterdir() if file.name.endswith(ending)), key=lambda file: file.name)


def _corpus(name: str, written: Mapping[str, Any]) -> Corpus:
    told: list[tuple[Mapping[str, Any], Mapping[str, Any] | None]] = [
        (report, event) for event in written["events"] for report in event["reports"]
    ]
    told += [(other, None) for other in written.get("other", ())]
    items, labels = [], {}
    for number, (report, event) in enumerate(told, start=1):
        item = _item(f"{name}-{number:04d}", report)
        items.append(item)
        labels[item.id] = _beside(item.id, report) if event is None else _of_the_talks(item.id, event)
    return Corpus(sorted(items, key=lambda item: item.first_seen), labels)


def _of_the_talks(item: str, event: Mapping[str, Any]) -> Label:
    return Label(
        item,
        Kind.DEVELOPMENT,
        in_scope=True,
        event=event["event"],
        tracks=tuple(event["tracks"]),
        plover=event["plover"],
        stage=event["stage"],
        follows=event.get("follows"),
    )


def _beside(item: str, other: Mapping[str, Any]) -> Label:
    return Label(item, Kind(other["kind"]), in_scope=False, event=other.get("event"), tracks=())


def _item(identifier: str, report: Mapping[str, Any]) -> Item:
    outlet = report["outlet"]
    publisher = outlet.split(" (")[0].casefold()
    at = report["at"] if isinstance(report["at"], datetime) else datetime.fromisoformat(report["at"])
    seen = at.replace(tzinfo=UTC)
    return Item(
        id=identifier,
        url=f"http://{publisher.replace(' ', '-')}.example/{identifier}",
        outlet=outlet,
        publisher=publisher,
        first_seen=seen,
        title=report["title"],
        summary=report.get("summary") or "",
        tier=Tier.OTHER,
        language=report.get("lang"),
        published=seen,
    )
