"""`backchannel feedback export DIR`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from bot.domain.errors import InputError
from bot.evaluation.export import ITEMS, LABELS, gather, write
from bot.storage.database import Database
from bot.storage.developments import DevelopmentStore

if TYPE_CHECKING:
    from config.schema import Newsroom
    from config.settings import Settings


async def export_feedback(
    folder: Path, settings: Settings, newsroom: Newsroom, *, since: str | None, negotiation: str | None
) -> None:
    """Write what the desk said about a negotiation's alerts as items and labels.

    Raises:
        InputError: `since` is no date, there is no such negotiation or no database yet, or `folder` cannot be used.
    """
    moment = _moment(since)
    chosen = _negotiation(newsroom, negotiation)
    database = _existing(settings)
    try:
        await database.migrate()
        export = await gather(chosen, DevelopmentStore(database), since=moment)
    finally:
        await database.close()
    console = Console(highlight=False)
    if not export.items:
        said = f"Nobody has judged an alert of {chosen}{f' since {since}' if since else ''}; nothing was written."
        console.print(said, markup=False)
        return
    write(folder, export)
    console.print(
        f"{export.judged} judgements, {len(export.items)} items: {folder / ITEMS}, {folder / LABELS}\n"
        f"Score them: backchannel evaluate {folder / ITEMS} {folder / LABELS}",
        markup=False,
        soft_wrap=True,
    )


def _existing(settings: Settings) -> Database:
    """The database, where there is one: asking for labels makes none."""
    database = Database(settings.database_url)
    if database.is_sqlite and not Path(database.url.database or "").is_file():
        raise InputError(
            "there is no database yet, so nobody has judged anything",
            where=f"DATABASE_URL {database.shown}",
            remedy="Run this where the bot runs, or set DATABASE_URL to its database",
        )
    return database


def _moment(since: str | None) -> datetime | None:
    if since is None:
        return None
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        raise InputError(
            f'"{since}" is not a date', where="--since", remedy="Write it as 2026-01-31, or 2026-01-31T06:40+00:00."
        ) from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _negotiation(newsroom: Newsroom, identifier: str | None) -> str:
    known = [one.id for one in newsroom.negotiations]
    if identifier is not None and identifier not in known:
        raise InputError(
            f'there is no negotiation "{identifier}"', where="--negotiation", remedy=f"There are: {', '.join(known)}."
        )
    return identifier or known[0]
