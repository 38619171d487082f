"""`backchannel sources unmove ID`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from bot.app import listed_sources, utc_now
from bot.domain.errors import InputError
from bot.storage.database import Database
from bot.storage.sources import SourceStore

if TYPE_CHECKING:
    from config.schema import Newsroom
    from config.settings import Settings


async def unmove(source: str, settings: Settings, newsroom: Newsroom) -> None:
    """Have a source polled where the newsroom lists it, by the running program too, from its next look on.

    Raises:
        InputError: There is no such source, or it is polled where it is listed.
    """
    listed = {each.id: each for each in listed_sources(newsroom)}
    if source not in listed:
        raise InputError(f"there is no source {source!r}", where="ID", remedy="`backchannel sources list` shows them")
    database = Database(settings.database_url)
    try:
        await database.migrate()
        if not await SourceStore(database).unmove(source, now=utc_now()):
            raise InputError(f"{source} has not moved", where="ID", remedy="It is polled where its list says")
    finally:
        await database.close()
    Console(highlight=False, soft_wrap=True).print(f"{source} is polled at {listed[source].url} again.", markup=False)
