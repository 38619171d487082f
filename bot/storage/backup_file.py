"""A backup's file: a SQLite database with the program's tables, whichever database they came from, and a manifest.

The manifest stands in a table of its own: what was kept, by which version, when, how many rows of each table, and a
digest of them all. It holds no settings, no addresses and no secrets; the tables do hold the sources' addresses.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.errors import InputError, StorageError
from bot.storage.damage import damaged

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = "backchannel_backup"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `tables` is the version of its tables, `program` that of the program which wrote it."""

    made_at: datetime
    program: str
    tables: str
    database: str
    rows: dict[str, int]
    digest: str

    @property
    def total(self) -> int:
        """Rows in all."""
        return sum(self.rows.values())


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database as it stands at one moment, by SQLite's own backup; writers go on meanwhile.

    Raises:
        sqlite3.DatabaseError: It cannot be read, or the copy cannot be written.
    """
    from_it = f"{source.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(from_it, uri=True)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)  # in one step: a reader, whom no writer waits for


def seal(file: Path, *, made_at: datetime, program: str, kind: str, where: str) -> Manifest:
    """Make a copy one whole file, with its manifest; `where` is what it is a copy of.

    Raises:
        StorageError: That holds no tables of ours, or is not whole.
    """
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # one file, with no log beside it
        if "alembic_version" not in _tables(connection):
            raise StorageError("holds nothing yet, so there is nothing to back up", where=where)
        if (broken := _broken(connection)) is not None:
            raise damaged(broken, where)
        (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        rows, digest = _summary(connection)
        manifest = Manifest(made_at, program, version, kind, rows, digest)
        told = json.dumps(asdict(manifest) | {"made_at": made_at.isoformat()})
        connection.execute(f"CREATE TABLE {MANIFEST} (manifest TEXT NOT NULL)")
        connection.execute(f"INSERT INTO {MANIFEST} VALUES (?)", (told,))  # noqa: S608 -- a constant
    with file.open("rb") as written:
        os.fsync(written.fileno())
    return manifest


def verify(file: Path) -> Manifest:
    """Read a backup whole and compare it with its manifest.

    Raises:
        InputError: There is no such file, it is no backup, or it is not as it was written.
    """
    where = str(file)
    remedy = "Use another backup"
    if not file.is_file():
        raise InputError("there is no such file", where=where, remedy="Name the file that `backchannel backup` wrote")
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            if MANIFEST not in _tables(connection):
                raise InputError(
                    "is no backup: it has no manifest", where=where, remedy="Use what `backchannel backup` wrote"
                )
            (told,) = connection.execute(f"SELECT manifest FROM {MANIFEST}").fetchone()  # noqa: S608 -- a constant
            values = json.loads(told)
            manifest = Manifest(**values | {"made_at": datetime.fromisoformat(values["made_at"])})
            if (broken := _broken(connection)) is not None:
                raise InputError(f"is not whole ({broken})", where=where, remedy=remedy)
            found = _summary(connection)
    except sqlite3.DatabaseError as error:
        raise InputError(f"cannot be read as a backup ({error})", where=where, remedy=remedy) from error
    except (TypeError, ValueError, KeyError) as error:
        raise InputError("has a manifest that cannot be read", where=where, remedy=remedy) from error
    if found != (manifest.rows, manifest.digest):
        raise InputError("is not as it was written: its rows differ from its manifest", where=where, remedy=remedy)
    return manifest


def strip_manifest(file: Path) -> None:
    """Make a copy of a backup a database again."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(f"DROP TABLE {MANIFEST}")


def publish(part: Path, file: Path, *, force: bool) -> None:
    """Give a finished file its name, at once and whole; without `force` never over another.

    Raises:
        InputError: There is one of that name.
    """
    if force:
        part.replace(file)
    else:
        try:
            second_name(part, file)
        except FileExistsError:
            raise exists_already(file) from None
        part.unlink()
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def second_name(file: Path, name: Path) -> None:
    """Let a file be known by another name too; a copy, where the file system has no such thing.

    Raises:
        FileExistsError: The name is taken.
    """
    try:
        os.link(file, name)
    except FileExistsError:
        raise
    except OSError:
        with file.open("rb") as reading, name.open("xb") as writing:
            shutil.copyfileobj(reading, writing)
            writing.flush()
            os.fsync(writing.fileno())


def exists_already(file: Path) -> InputError:
    """What is said of a name that is taken."""
    return InputError("is there already", where=str(file), remedy="Choose another name, or say --force to replace it")


def _tables(connection: sqlite3.Connection) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    return [name for (name,) in connection.execute(query)]


def _broken(connection: sqlite3.Connection) -> str | None:
    (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        return " ".join(str(found).split())
    orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
    return f"a row of {orphan[0]} names one of {orphan[2]} that is missing" if orphan is not None else None


def _summary(connection: sqlite3.Connection) -> tuple[dict[str, int], str]:
    """Rows by table, and a digest of every row of all of them but the manifest's."""
    rows: dict[str, int] = {}
    digest = hashlib.sha256()
    for name in _tables(connection):
        if name == MANIFEST:
            continue
        digest.update(name.encode())
        rows[name] = 0
        for row in connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid'):  # noqa: S608 -- a table's own name
            rows[name] += 1
            digest.update(repr(row).encode())
    return rows, digest.hexdigest()
