"""`backchannel backup FILE`, `restore FILE` and `housekeeping`."""

from __future__ import annotations

import asyncio
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from bot.app import retention, utc_now
from bot.domain.errors import InputError
from bot.pipeline.housekeeping import HousekeepingStep
from bot.storage.backup import back_up, compact, restore
from bot.storage.database import Database
from bot.storage.retention import RetentionStore
from bot.tables import print_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.retention import Chore
    from bot.storage.backup_file import Manifest
    from config.settings import Settings

MEGABYTE = 1024 * 1024


async def run_backup(file: Path, settings: Settings, *, force: bool) -> None:
    """Back up the database and say what is in the backup.

    Raises:
        BackchannelError: The file is there already, or the database cannot be read.
    """
    database = Database(settings.database_url)
    try:
        manifest = await back_up(database, file, force=force, now=utc_now(), program=version("backchannel"))
    finally:
        await database.close()
    size = await asyncio.to_thread(lambda: file.stat().st_size)
    _say(f"{file}: {manifest.total} rows of {database.shown}, {_megabytes(size)}, as of {_moment(manifest)}.")
    _say("It was read back and found whole.")
    _say("It holds the sources' addresses as they are: keep it where only you may read it.")


async def run_restore(file: Path, settings: Settings) -> None:
    """Put a backup in place and say what that means.

    Raises:
        BackchannelError: It is no whole backup, or the database is in use.
    """
    database = Database(settings.database_url)
    try:
        restored = await restore(database, file, now=utc_now())
    finally:
        await database.close()
    manifest = restored.manifest
    _say(f"{database.shown} is as it was on {_moment(manifest)}: {manifest.total} rows.")
    if restored.kept is not None:
        _say(f"What was there before is kept: {restored.kept}")
    _say(f"{restored.to_look_up} cards and replies were on their way then. The bot looks in Slack for each before it")
    _say("posts it, and so it does for four days with all that its sources bring again.")
    _say("What was judged, subscribed or muted since is lost.")


async def run_housekeeping(settings: Settings, *, dry_run: bool, rewrite: bool) -> None:
    """Let go of what is past its time, or say what would go.

    Raises:
        BackchannelError: There is no database, or it is in use and was to be compacted.
    """
    database = Database(settings.database_url)
    if database.is_sqlite and not await asyncio.to_thread(Path(database.url.database or "").is_file):
        raise InputError(
            "there is no database yet",
            where=f"DATABASE_URL {database.shown}",
            remedy="Run this where the bot runs, or set DATABASE_URL to its database",
        )
    try:
        await database.migrate()
        store = RetentionStore(database)
        step = HousekeepingStep(store, retention(settings))
        if dry_run:
            _tell(await step.due(utc_now()), "would go")
        else:
            _tell(await _until_done(step), "went")
        free = await store.free_bytes()
    finally:
        await database.close()
    if rewrite and not dry_run:
        await _compact(database)
    elif free >= MEGABYTE:
        _say(f"{_megabytes(free)} of the file are free, and will be used again. To give them back to the disk, stop")
        _say("the bot and run `backchannel housekeeping --compact`.")


async def _until_done(step: HousekeepingStep) -> Mapping[Chore, int]:
    gone: dict[Chore, int] = {}
    while True:
        ran = await step.run(utc_now())
        gone = {chore: gone.get(chore, 0) + number for chore, number in ran.items()}
        if not any(ran.values()):
            return gone


async def _compact(database: Database) -> None:
    if not database.is_sqlite:
        _say("PostgreSQL gives space back by itself (autovacuum); VACUUM FULL is its own command.")
        return
    before, after = await compact(database, now=utc_now())
    _say(f"The file had {_megabytes(before)} and has {_megabytes(after)}.")


def _tell(counts: Mapping[Chore, int], verb: str) -> None:
    print_table(("", verb), [(str(chore), str(number)) for chore, number in counts.items()])


def _moment(manifest: Manifest) -> str:
    return f"{manifest.made_at:%Y-%m-%d %H:%M:%S} UTC"


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.1f} MB"


def _say(words: str) -> None:
    Console(highlight=False).print(words, markup=False, soft_wrap=True)
