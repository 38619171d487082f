"""What `backchannel check` sees on this machine: each setting, the database and its disk, the ports."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.errors import BackchannelError, DamagedDatabaseError
from bot.storage.database import Database
from bot.storage.readiness import database_readings, disk_reading, newest_version
from bot.storage.trouble import trouble
from config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncConnection

HTTP_PORT = 3000
WITHOUT = {
    "SLACK_APP_TOKEN": "not set: HTTP mode, which wants a signing secret and a public address",
    "SLACK_SIGNING_SECRET": "not set: wanted in HTTP mode only",
    "BACKCHANNEL_ALLOW_HOSTS": "none: private addresses are refused",
    "BACKCHANNEL_CHANNEL": "not set: each negotiation's file names its channel",
    "BACKCHANNEL_ADMIN_CHANNEL": "not set: nobody is told when a source breaks",
    "BACKCHANNEL_CONTACT": "not set: publishers cannot reach you, and may shut us out sooner",
    "PORT": "not set: a web server in HTTP mode only",
    "BACKCHANNEL_HEALTH_PORT": "not set",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `what`, whether it works, what was seen, and what to do where it does not."""

    what: str
    ok: bool
    seen: str
    remedy: str = ""


def setting_findings(settings: Settings) -> list[Finding]:
    """Every setting as it is in force; of a secret only that it is set. One that cannot be used ends the program."""
    found = []
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or name).upper()
        found.append(
            Finding(f"setting {variable}", ok=True, seen=_shown(variable, getattr(settings, name), field.default))
        )
    return found


async def database_findings(url: str) -> list[Finding]:
    """Whether the database is there, of this version, can be written, and has room. Changes nothing."""
    try:
        database = Database(url)
    except BackchannelError as error:
        return [Finding("database", ok=False, seen=error.what, remedy=error.remedy or "")]
    try:
        if _is_missing(database):
            return [_to_be_made(database), *_disk(database)]
        return [*await _version(database), await _writable(database), *_disk(database)]
    except DamagedDatabaseError as error:
        seen = f"{database.shown} {error.what}"
        return [Finding("database", ok=False, seen=seen, remedy=error.remedy or ""), *_disk(database)]
    finally:
        await database.close()


async def port_findings(settings: Settings) -> list[Finding]:
    """Whether the ports this program listens on are free, or in use by this very program."""
    http = settings.slack_app_token is None and settings.slack_signing_secret is not None
    heard = http or settings.public_url is not None
    wanted = {"PORT": settings.port if settings.port is not None or not heard else HTTP_PORT}
    wanted["BACKCHANNEL_HEALTH_PORT"] = settings.health_port
    return [await _port(name, port) for name, port in wanted.items() if port]


def _shown(variable: str, value: object, default: object) -> str:
    if isinstance(value, SecretStr):
        return "set"
    if variable == "DATABASE_URL":
        value = Database(str(value)).shown if "@" in str(value) else value
    if value is None or value == ():
        return WITHOUT.get(variable, "not set")
    shown = ", ".join(map(str, value)) if isinstance(value, tuple) else f"{value}"
    return f"{shown} (the default)" if value == default else shown


def _is_missing(database: Database) -> bool:
    return database.is_sqlite and not Path(database.url.database or "").exists()


def _to_be_made(database: Database) -> Finding:
    folder = Path(database.url.database or "").absolute().parent
    if os.access(folder, os.W_OK | os.X_OK):
        return Finding("database", ok=True, seen=f"none yet; {database.shown} is made at the first start")
    return Finding(
        "database", ok=False, seen=f"cannot be made in {folder}", remedy="Make that folder, or allow writing there"
    )


async def _version(database: Database) -> list[Finding]:
    readings = {each.what: each for each in await database_readings(database)}
    if not readings["database"].ok:
        return await _unread(database, readings["database"].seen)
    at = readings["migrations"]
    found = [Finding("database", ok=True, seen=database.shown)]
    if at.ok:
        return [*found, Finding("migrations", ok=True, seen=at.seen)]
    return [
        *found,
        Finding(
            "migrations", ok=False, seen=at.seen, remedy="Start this version once: it brings the tables up to date"
        ),
    ]


async def _unread(database: Database, seen: str) -> list[Finding]:
    """A database without our tables may be an empty one, which is well, or none at all."""
    try:
        async with database.read() as connection:
            await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        remedy = "Check DATABASE_URL, and that its server runs or its file is a database"
        return [Finding("database", ok=False, seen=f"{seen}: {cause}", remedy=remedy)]
    wanted = f"empty; the first start makes the tables of {newest_version()}"
    return [Finding("database", ok=True, seen=database.shown), Finding("migrations", ok=True, seen=wanted)]


class _TakenBackError(Exception):
    """Ends a transaction that was only to try."""


async def _writable(database: Database) -> Finding:
    try:
        async with database.write() as connection:
            await _try_a_table(connection)
    except _TakenBackError:
        return Finding("database writable", ok=True, seen="yes")
    except (SQLAlchemyError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        seen = trouble(error, database) or str(cause)
        remedy = "Make room, allow writing, or end the process that holds it; until then the bot waits"
        return Finding("database writable", ok=False, seen=seen, remedy=remedy)
    raise AssertionError("a trial was kept")


async def _try_a_table(connection: AsyncConnection) -> None:
    await connection.execute(text("CREATE TABLE backchannel_check (tried TEXT)"))
    raise _TakenBackError


def _disk(database: Database) -> Iterable[Finding]:
    for reading in disk_reading(database):
        remedy = "" if reading.ok else "Make room, or move the database to a larger disk"
        yield Finding("disk", ok=reading.ok, seen=reading.seen, remedy=remedy)


async def _port(variable: str, port: int) -> Finding:
    what = f"port {port}"
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("0.0.0.0", port))  # noqa: S104 -- as the web server does
        except OSError as error:
            if await _is_ours(port):
                return Finding(what, ok=True, seen="in use by a running Backchannel")
            remedy = f"End what uses it, or set {variable} to another"
            return Finding(what, ok=False, seen=f"cannot be used ({error.strerror})", remedy=remedy)
    return Finding(what, ok=True, seen="free")


async def _is_ours(port: int) -> bool:
    timeout = aiohttp.ClientTimeout(total=3)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"http://127.0.0.1:{port}/readyz") as answer,
        ):
            return "checks" in await answer.json()
    except (TimeoutError, aiohttp.ClientError, ValueError):
        return False
