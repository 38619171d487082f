"""Waiting for what happens in its own time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


async def until(happened: Callable[[], bool], *, seconds: float = 20, every: float = 0.05) -> None:
    """Look again and again until it has happened; TimeoutError when it has not after `seconds`."""
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110 -- what is waited for sets no event
            await asyncio.sleep(every)
