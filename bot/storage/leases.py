"""Leases: one process at a time runs the engine, so nothing is done twice."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select

from bot.storage.schema import leases
from bot.storage.upsert import insert_or_update

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.storage.database import Database


class LeaseStore:
    """Leases by name. Their owner is this process; one whose process is gone from this machine is free at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.owner = this_process()

    async def acquire(self, name: str, *, now: datetime, term: timedelta) -> bool:
        """Take or renew a lease for `term`; False while another living process holds it."""
        async with self._database.write() as connection:
            row = (await connection.execute(select(leases).where(leases.c.name == name))).one_or_none()
            free = or_(leases.c.owner == self.owner, leases.c.until <= now)
            if row is not None and is_dead(row.owner):
                free = or_(free, leases.c.owner == row.owner)
            # One statement, so that of two processes that both saw it free only one takes it.
            values = {"name": name, "owner": self.owner, "until": now + term}
            return await insert_or_update(connection, leases, values, key=("name",), only_if=free)

    async def give_up(self, name: str) -> None:
        """Let another process have it without waiting for its term."""
        async with self._database.write() as connection:
            await connection.execute(delete(leases).where(leases.c.name == name, leases.c.owner == self.owner))


def this_process() -> str:
    """This process by its machine and number."""
    return f"{socket.gethostname()}:{os.getpid()}"


def is_dead(owner: str) -> bool:
    """Whether a process (as `this_process` names it) is gone. One of another machine may be alive for all we know."""
    host, _, pid = owner.rpartition(":")
    if host != socket.gethostname():
        return False  # another machine: only its term tells
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
