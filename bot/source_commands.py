"""`backchannel sources list` and `backchannel sources test URL`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from rich.console import Console

from bot.app import fetcher, utc_now
from bot.domain.kind import Kind
from bot.domain.secrets import shown_address
from bot.domain.source import Fetched, FetchFailed, Validators
from bot.sources.registry import SourceReader
from bot.tables import print_table

if TYPE_CHECKING:
    from bot.domain.source import FetchOutcome, Source
    from config.schema import Newsroom
    from config.settings import Settings

SHOWN = 20


def print_sources(newsroom: Newsroom, *, as_json: bool) -> None:
    """Every source of every negotiation; those of one switched off are off with it."""
    rows = [(group.negotiation, source) for group in newsroom.sources for source in group.sources]
    rows += [
        (group.negotiation, source.model_copy(update={"enabled": False}))
        for group in newsroom.unpolled
        for source in group.sources
    ]
    if as_json:
        for negotiation, source in rows:
            _line({"negotiation": negotiation, **source.model_dump(), "url": shown_address(source.url)})
        return
    print_table(
        ("id", "name", "kind", "lang", "tier", "party", "min", "verified", "address"),
        [
            (
                source.id,
                source.name,
                source.kind or "",
                source.language or "",
                source.tier,
                source.party or "",
                f"{source.interval:g}",
                ("yes" if source.verified else "no") if source.enabled else "off",
                shown_address(source.url),
            )
            for _negotiation, source in rows
        ],
    )


async def test_source(source: Source, settings: Settings, *, as_json: bool) -> bool:
    """Look at one source once, keep nothing, show what would be kept; False where it cannot be read."""
    async with fetcher(settings) as client:
        outcome = await SourceReader(client, utc_now, guess_pages=True).look(source, Validators())
    if as_json:
        _print_json(outcome)
    else:
        _print(outcome)
        if isinstance(outcome, Fetched) and outcome.kind is Kind.PAGE and source.kind is None:
            sys.stdout.write("\nIt is a page and not a feed: list it with `kind: page`.\n")
    return isinstance(outcome, Fetched)


def _print(outcome: FetchOutcome) -> None:
    console = Console(highlight=False)
    match outcome:
        case FetchFailed(problem, reason):
            console.print(f"Cannot be read: it {reason} ({problem}).", markup=False)
        case Fetched():
            console.print(f"{outcome.title or 'Untitled'}: {len(outcome.entries)} items.", markup=False)
            console.print(f"  read as: {outcome.kind}", markup=False)
            if outcome.hub:
                console.print(f"  pushed by: {outcome.hub.url}", markup=False)
            for warning in outcome.warnings:
                console.print(f"  note: {warning}", markup=False)
            for entry in outcome.entries[:SHOWN]:
                moment = entry.published.isoformat(timespec="minutes") if entry.published else "undated"
                console.print(f"\n{moment}  {entry.language or ''}  {entry.title}", markup=False)
                console.print(f"  {shown_address(entry.url)}", markup=False)
                if entry.outlet or entry.credit:
                    console.print(f"  by {entry.outlet or entry.credit}", markup=False)
                if entry.summary:
                    console.print(f"  {entry.summary[:200]}", markup=False)
            if len(outcome.entries) > SHOWN:
                console.print(f"\n… and {len(outcome.entries) - SHOWN} more.", markup=False)


def _print_json(outcome: FetchOutcome) -> None:
    match outcome:
        case FetchFailed(problem, reason):
            _line({"ok": False, "problem": problem, "reason": reason})
        case Fetched():
            for entry in outcome.entries:
                _line(
                    {
                        "url": shown_address(entry.url),
                        "title": entry.title,
                        "summary": entry.summary,
                        "published": entry.published.isoformat() if entry.published else None,
                        "lang": entry.language,
                        "credit": entry.credit,
                        "outlet": entry.outlet,
                    }
                )


def _line(values: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(values, ensure_ascii=False) + "\n")
