"""Which version of the tables a database has, beside those this program knows."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.domain.errors import StorageError

if TYPE_CHECKING:
    from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, with the scripts of this package."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


@cache
def known_versions() -> tuple[str, ...]:
    """Every version of the tables there has been, oldest first."""
    scripts = ScriptDirectory.from_config(alembic_config())
    return tuple(script.revision for script in scripts.walk_revisions())[::-1]


def version_of(connection: Connection) -> str | None:
    """The version of a database's tables; None where it has none yet."""
    return MigrationContext.configure(connection).get_current_revision()


def refuse_newer(version: str | None, where: str) -> None:
    """Let pass what this program can read or bring up to date.

    Raises:
        StorageError: The version is none this program knows, so a later one wrote it.
    """
    if version is not None and version not in known_versions():
        raise StorageError(
            f"was written by a newer version of this program (its tables are of version {version}; "
            f"this one knows {known_versions()[-1]} and older)",
            where=where,
            remedy="Start the newer version, or use another database; nothing in this one was changed",
        )


def upgrade(connection: Connection, where: str) -> None:
    """Bring the tables to this program's version, within the caller's transaction.

    Raises:
        StorageError: They are newer.
    """
    version = version_of(connection)
    refuse_newer(version, where)
    if version != known_versions()[-1]:
        command.upgrade(alembic_config(connection), "head")
