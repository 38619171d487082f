"""The program as a process of its own, the way a person or a host starts it."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Program:
    """`python -m bot …`; what it prints is kept in `lines`. Use as an async context: leaving it stops the program."""

    def __init__(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        stdin: int | None = None,
        folder: Path | None = None,
    ) -> None:
        self._stdin = stdin
        self._folder = folder
        self._arguments = arguments
        self._environment = {**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})}
        self.lines: list[str] = []

    async def __aenter__(self) -> Self:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *self._arguments,
            env=self._environment,
            stdin=self._stdin,
            cwd=self._folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process.returncode is None:
            self.process.terminate()
        await asyncio.wait_for(self.process.wait(), 20)
        await self._reading

    @property
    def output(self) -> str:
        return "".join(self.lines)

    async def said(self, pattern: str, *, seconds: float = 40) -> re.Match[str]:
        """The first match of `pattern` in the output, waited for."""
        async with asyncio.timeout(seconds):
            while (match := re.search(pattern, self.output)) is None:
                if self.process.returncode is not None:
                    raise AssertionError(f"it ended with {self.process.returncode}:\n{self.output}")
                await asyncio.sleep(0.05)
        return match

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.append(line.decode(errors="replace"))
