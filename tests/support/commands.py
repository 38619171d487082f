"""`python -m support.commands FOLDER < [[arguments, environment], …]`: runs commands one after another in processes.

Each is forked from one that has imported everything, so that the imports are paid for once. Prints a JSON list of what
each printed, on standard output and standard error together, and its exit status.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from typing import Any

from bot.cli import main


def run(arguments: list[str], environment: dict[str, str]) -> tuple[str, int]:
    """One command in a process of its own."""
    with tempfile.TemporaryFile() as output:
        pid = os.fork()
        if pid == 0:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
            os.environ.update(environment)
            sys.argv = ["backchannel", *arguments]
            status: Any = 0
            try:
                main()
            except SystemExit as ended:
                status = ended.code
            except BaseException:  # noqa: BLE001 -- as the interpreter would
                traceback.print_exc()
                status = 1
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(int(status or 0))
        _pid, ended = os.waitpid(pid, 0)
        output.seek(0)
        return output.read().decode(), os.waitstatus_to_exitcode(ended)


if __name__ == "__main__":
    os.chdir(sys.argv[1])
    json.dump([run(*wanted) for wanted in json.load(sys.stdin)], sys.stdout)
