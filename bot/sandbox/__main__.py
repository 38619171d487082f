"""`python -m bot.sandbox`: the sandbox alone, for working on its page or trying an app against it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from pathlib import Path

from bot.sandbox.server import Sandbox


async def _serve(port: int, page_dir: Path | None) -> None:
    sandbox = Sandbox(page_dir=page_dir)
    await sandbox.start(port=port)
    app = sandbox.workspace.app
    sys.stdout.write(
        f"Page       {sandbox.url}/\n"
        f"Web API    {sandbox.api_url}   bot token {app.bot_token}, app token {app.app_token}\n"
        "Ctrl-C ends it.\n",
    )
    sys.stdout.flush()
    ended = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no handlers here; Ctrl-C still interrupts
            asyncio.get_running_loop().add_signal_handler(name, ended.set)
    try:
        await ended.wait()
    finally:
        await sandbox.stop()


def main() -> int:
    """Serve until interrupted; 1 when the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8901, help="port on 127.0.0.1 (default 8901; 0: any free one)")
    parser.add_argument("--page-dir", type=Path, default=None, help="folder with the page's index.html")
    options = parser.parse_args()
    try:
        asyncio.run(_serve(options.port, options.page_dir))
    except OSError as error:
        sys.stderr.write(f"Cannot listen on port {options.port}: {error.strerror}. Choose another with --port.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
