"""`python -m support.migrating URL…`: migrates, each in a process of its own, and may be killed on the way.

One argument a process: a URL, or `URL@@N`: killed with SIGKILL before it sends the N-th statement that changes
something, or `URL@@commit`: before it commits. Prints a JSON list of how each ended: its exit status, and the beginning
of each such statement. All start at once.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from typing import Any

from sqlalchemy import event

from bot.storage.database import Database


def main() -> None:
    """Fork once an argument, so that the imports are paid for once."""
    children = []
    for argument in sys.argv[1:]:
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            url, _, point = argument.partition("@@")
            _migrate(url, point, writing)
            os._exit(0)
        os.close(writing)
        children.append((pid, reading))
    ended = []
    for pid, reading in children:
        with os.fdopen(reading) as told:
            changed = told.read().splitlines()
        _pid, status = os.waitpid(pid, 0)
        ended.append({"status": os.waitstatus_to_exitcode(status), "changed": changed})
    sys.stdout.write(json.dumps(ended))


def _migrate(url: str, point: str, told: int) -> None:
    database = Database(url)
    sent = 0

    def before(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal sent
        if statement.lstrip().upper().startswith(("CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE")):
            sent += 1
            if point == str(sent):
                os.kill(os.getpid(), signal.SIGKILL)
            os.write(told, f"{' '.join(statement.split())[:60]}\n".encode())

    def committing(_connection: Any) -> None:
        if point == "commit" and sent:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine.sync_engine, "before_cursor_execute", before)
    event.listen(database.engine.sync_engine, "commit", committing)

    async def migrate() -> None:
        await database.migrate()
        await database.close()

    asyncio.run(migrate())


if __name__ == "__main__":
    main()
