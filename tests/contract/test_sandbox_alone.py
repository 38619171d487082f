"""`python -m bot.sandbox`: the sandbox as a program."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys

import aiohttp


async def started(port: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.sandbox", "--port", str(port)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_it_prints_its_addresses_serves_and_ends_on_sigterm() -> None:
    program = await started(0)
    assert program.stdout is not None
    address = (await asyncio.wait_for(program.stdout.readline(), 20)).decode().split()[1]
    async with aiohttp.ClientSession() as session, session.get(f"{address}_control/state") as response:
        assert (await response.json())["team"]["name"] == "Sample Desk"
    program.send_signal(signal.SIGTERM)
    _, errors = await asyncio.wait_for(program.communicate(), 10)
    assert (program.returncode, errors) == (0, b"")


async def test_a_taken_port_is_said_plainly() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        program = await started(taken.getsockname()[1])
        _, errors = await asyncio.wait_for(program.communicate(), 20)
    assert program.returncode == 1
    assert b"Choose another with --port" in errors
    assert b"Traceback" not in errors
