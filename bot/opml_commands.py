"""`backchannel sources import FILE.opml` and `backchannel sources export`."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import ValidationError
from rich.console import Console

from bot.domain.errors import InputError
from bot.sources.opml import NotOpmlError, Outline, read_opml, write_opml
from config.append import append_sources
from config.check import same_address
from config.document import shown
from config.load import load_sources
from config.schema import SourceConfig
from config.source_kinds import bad_address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from config.schema import Newsroom, SourceList
    from config.settings import Settings

LONGEST_FILE = 5 * 1024 * 1024

_NESTED = ("select", "paths")


@dataclass(slots=True)
class Intake:
    """What becomes of a list: the sources to add by their comment, why others are left out, and what is changed."""

    groups: dict[str, list[SourceConfig]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many are to be added."""
        return sum(map(len, self.groups.values()))


def import_opml(file: Path, settings: Settings, newsroom: Newsroom, *, negotiation: str | None) -> None:
    """Add a list's feeds to the sources of a negotiation (the first, if none is named), and say what was left out.

    Raises:
        InputError: The file cannot be read, or there is no such negotiation.
    """
    known = {listed.negotiation: listed for listed in (*newsroom.sources, *newsroom.unpolled)}
    name = negotiation or newsroom.sources[0].negotiation
    if name not in known:
        remedy = f"There are: {', '.join(known)}"
        raise InputError(f'no list of sources is for "{name}"', where="--negotiation", remedy=remedy)
    target = _file_of(name, settings)
    talks = next(each for each in (*newsroom.negotiations, *newsroom.switched_off) if each.id == name)
    intake = take_in(
        _outlines(file),
        known[name],
        taken={source.id for listed in known.values() for source in listed.sources},
        parties={party.id for party in talks.parties},
        origin=file.name,
    )
    if intake.count:
        append_sources(target, intake.groups)
    console = Console(highlight=False, soft_wrap=True)
    for line in (*(f"Left out: {line}" for line in intake.left_out), *(f"Note: {line}" for line in intake.changed)):
        console.print(line, markup=False)
    what = "1 source was" if intake.count == 1 else f"{intake.count or 'No'} sources were"
    console.print(f"{what} added to {shown(target)}; {len(intake.left_out)} left out.", markup=False)
    if intake.count:
        console.print("Set their tier and party there, and run `backchannel check`.", markup=False)


def take_in(outlines: list[Outline], listed: SourceList, *, taken: set[str], parties: set[str], origin: str) -> Intake:
    """Decide what of a list is added: each address once, under an id that is not `taken`, with a party there is."""
    intake = Intake()
    ids = set(taken)
    addresses = {same_address(source.url): f"listed already as `{source.id}`" for source in listed.sources}
    for outline in outlines:
        at = f"{outline.name} ({outline.url}, line {outline.line})"
        if why := addresses.get(same_address(outline.url)):
            intake.left_out.append(f"{at}: {why}")
            continue
        try:
            source = _source(outline, ids)
        except ValueError as error:  # pydantic's and JSON's are of this kind
            intake.left_out.append(f"{at}: {_reason(error)}")
            continue
        if source.party is not None and source.party not in parties:
            intake.changed.append(
                f"{at}: added without its party `{source.party}`, which is none of this negotiation's"
            )
            source = source.model_copy(update={"party": None})
        ids.add(source.id)
        addresses[same_address(source.url)] = f"given twice, first as `{source.id}`"
        intake.groups.setdefault(" / ".join([f"From {origin}", *outline.folders]), []).append(source)
    return intake


def export_opml(newsroom: Newsroom) -> str:
    """Every list of sources, a folder for each negotiation, with all that importing needs to give it back."""
    names = {each.id: each.name for each in (*newsroom.negotiations, *newsroom.switched_off)}
    lists = (*newsroom.sources, *newsroom.unpolled)
    return write_opml("Backchannel", (
        outline for listed in lists for outline in _written(listed, names.get(listed.negotiation, listed.negotiation))
    ))  # fmt: skip


def _written(listed: SourceList, folder: str) -> Iterator[Outline]:
    for source in listed.sources:
        values = source.model_dump(exclude_defaults=True, exclude={"name", "url", "language"})
        own = {
            name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for name, value in values.items()
        }
        yield Outline(source.name, source.url, source.language, (folder,), own=own)


def _source(outline: Outline, taken: set[str]) -> SourceConfig:
    values: dict[str, Any] = {"tier": "other", **outline.own, "name": outline.name, "url": outline.url}
    values |= {name: json.loads(values[name]) for name in _NESTED if name in values}
    language = (outline.language or "").lower()[:2]
    values["language"] = language if re.fullmatch(r"[a-z]{2}", language) else None
    values["id"] = _free(str(outline.own.get("id") or _identifier(outline)), taken)
    # Whoever wrote the list did not reach it from this newsroom's network.
    source = SourceConfig.model_validate(values | {"verified": False})
    if not urlsplit(source.url).hostname:
        raise ValueError("its address names no host")
    if problem := bad_address(source.kind, source.url):
        raise ValueError("; ".join(problem))
    return source


def _identifier(outline: Outline) -> str:
    """An id made of a name, or where it has no letters of ours, of the host."""
    for text in (outline.name, (urlsplit(outline.url).hostname or "").removeprefix("www.")):
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
        if len(made := re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:50].rstrip("_")) > 1:
            return made
    return "source"


def _free(wanted: str, taken: set[str]) -> str:
    return next(name for n in range(1, len(taken) + 2) if (name := wanted if n == 1 else f"{wanted}_{n}") not in taken)


def _reason(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        return "it is no web address" if where == "url" else f"its {where} cannot be used"
    return f"it cannot be read ({error})"


def _outlines(file: Path) -> list[Outline]:
    try:
        document = file.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {(error.strerror or str(error)).lower()}", where=str(file)) from error
    if len(document) > LONGEST_FILE:
        raise InputError("is larger than 5 MB, which no list of feeds is", where=str(file))
    try:
        outlines = read_opml(document)
    except NotOpmlError as error:
        raise InputError(str(error), where=str(file), remedy="Export it again from the reader it comes from") from error
    if not outlines:
        raise InputError("lists no feed: no outline in it has an xmlUrl", where=str(file))
    return outlines


def _file_of(negotiation: str, settings: Settings) -> Path:
    folder = settings.config / "sources"
    files = sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])
    return next(file for file in files if load_sources(file).negotiation == negotiation)
