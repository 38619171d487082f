"""Archived items and labels: JSON lines, plain or gzipped, read with every mistake named by file and line."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.detection.identity import host_of
from bot.detection.origins import PublisherIndex, registrable
from bot.domain.decision import Kind
from bot.domain.errors import InputError
from bot.domain.item import Item
from bot.domain.source import Tier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from config.schema import Newsroom

_ITEM_FIELDS = "id, url, outlet, published, first_seen, lang, title, summary"


@dataclass(frozen=True, slots=True)
class Label:
    """What annotators said of one item. `lead_event`: the event a roundup leads with, so that joining it is fair."""

    id: str
    kind: Kind
    in_scope: bool
    event: str | None
    tracks: tuple[str, ...]
    plover: str | None = None
    stage: str | None = None
    follows: str | None = None
    lead_event: str | None = None


class _Row:
    """One line of a file, and where it stands."""

    def __init__(self, value: dict[str, Any], where: str, fields: str) -> None:
        self._value = value
        self._where = where
        self._fields = fields

    def error(self, field: str, what: str, remedy: str) -> InputError:
        return InputError(f'"{field}" {what}', where=self._where, remedy=remedy)

    def text(self, field: str) -> str:
        value = self._value.get(field)
        if not isinstance(value, str) or not value.strip():
            found = "is missing" if value is None else f"is {json.dumps(value)[:60]}"
            raise self.error(field, found, f"Give it as text; each line holds {self._fields}.")
        return value

    def optional_text(self, field: str) -> str | None:
        value = self._value.get(field)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.error(field, f"is {json.dumps(value)[:60]}", "Give it as text or null.")
        return value

    def moment(self, field: str) -> datetime:
        value = self.text(field)
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            remedy = "Write it as ISO 8601, such as 2026-01-31T06:40:00+00:00."
            raise self.error(field, f'is "{value}", not a time', remedy) from None
        return moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)

    def truth(self, field: str) -> bool:
        value = self._value.get(field)
        if not isinstance(value, bool):
            raise self.error(field, f"is {json.dumps(value)[:60]}", "Give true or false.")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        value = self._value.get(field) or ()
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
            raise self.error(field, f"is {json.dumps(value)[:60]}", "Give a list of texts.")
        return tuple(value)


class Archive:
    """Makes items of archived lines the way the newsroom's sources would have: publisher, tier and party by host."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._publishers = PublisherIndex(newsroom.publishers)
        self._agencies = {agency.id for agency in newsroom.publishers.agencies}
        self._families = {family.id: family for family in newsroom.publishers.families}
        self._sources = {
            registrable(host_of(source.url)): source
            for listed in (*newsroom.unpolled, *newsroom.sources)
            for source in listed.sources
        }

    def read(self, paths: Iterable[Path]) -> list[Item]:
        """The items of all files in first-seen order; of two lines with one id the later is a revision.

        Raises:
            InputError: A file cannot be read, or a line of it, named by number and field.
        """
        items = [self._item(row) for path in paths for row in _rows(path, _ITEM_FIELDS)]
        items.sort(key=lambda item: item.first_seen)
        return items

    def _item(self, row: _Row) -> Item:
        url, outlet = row.text("url"), row.text("outlet")
        publisher = self._publishers.publisher(url, outlet, row.text("title"))
        source = self._sources.get(registrable(host_of(url)))
        family = self._families.get(publisher)
        if source is not None:
            tier = Tier(source.tier)
        elif publisher in self._agencies:
            tier = Tier.AGENCY
        else:
            tier = Tier.ESTABLISHED if family is not None else Tier.OTHER
        return Item(
            id=row.text("id"),
            url=url,
            outlet=outlet,
            publisher=publisher,
            first_seen=row.moment("first_seen"),
            title=row.text("title"),
            summary=row.optional_text("summary") or "",
            tier=tier,
            language=row.optional_text("lang"),
            published=row.moment("published") if row.optional_text("published") else None,
            party=(source.party if source is not None else None) or (family.party if family is not None else None),
        )


def read_labels(paths: Iterable[Path]) -> dict[str, Label]:
    """Labels by item id.

    Raises:
        InputError: A file cannot be read, or a line of it, named by number and field.
    """
    labels = {}
    for path in paths:
        for row in _rows(path, "id, kind, in_scope, event, follows, tracks"):
            label = _label(row)
            labels[label.id] = label
    return labels


def _label(row: _Row) -> Label:
    kind = row.text("kind")
    if kind not in list(Kind):
        raise row.error("kind", f'is "{kind}"', f"Use one of {', '.join(Kind)}.")
    return Label(
        id=row.text("id"),
        kind=Kind(kind),
        in_scope=row.truth("in_scope"),
        event=row.optional_text("event"),
        tracks=row.texts("tracks"),
        plover=row.optional_text("plover"),
        stage=row.optional_text("stage"),
        follows=row.optional_text("follows"),
        lead_event=row.optional_text("lead_event"),
    )


def _rows(path: Path, fields: str) -> Iterator[_Row]:
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(
                f"not JSON ({error.msg} at column {error.colno})",
                where=where,
                remedy=f"Each line is one JSON object with {fields}.",
            ) from None
        if not isinstance(value, dict):
            raise InputError("not a JSON object", where=where, remedy=f"Each line is one JSON object with {fields}.")
        yield _Row(value, where, fields)


def _lines(path: Path) -> Iterator[str]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            yield from lines
    except FileNotFoundError:
        raise InputError("there is no such file", where=str(path), remedy="Check the path.") from None
    except (OSError, EOFError) as error:
        raise InputError(f"cannot be read: {error}", where=str(path), remedy="Check the file.") from None
    except UnicodeDecodeError:
        raise InputError("is not UTF-8 text", where=str(path), remedy="Convert the file to UTF-8.") from None
