"""Pauses the engine while nothing can be written: said once, looked at again and again, ended by itself."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)


class Guard:
    """Knows whether the engine may work.

    Args:
        trouble: What stands in the way, in words, if that is what an error is; None for any other error.
        probe: Writes, and raises while that is not possible.
    """

    def __init__(self, trouble: Callable[[BaseException], str | None], probe: Callable[[], Awaitable[None]]) -> None:
        self._trouble = trouble
        self._probe = probe
        self.paused: str | None = None

    def took(self, error: BaseException) -> bool:
        """Whether an error is such trouble; then the engine is paused from now on."""
        why = self._trouble(error)
        if why is None:
            return False
        if self.paused is None:
            log.error(
                "the engine pauses: %s. Nothing is lost: it goes on by itself",
                why,
                extra={"event": "engine.paused", "reason": why},
            )
        self.paused = why
        return True

    async def over(self) -> bool:
        """Look again; whether the engine may go on.

        Raises:
            Exception: What is no trouble of this sort.
        """
        try:
            await self._probe()
        except Exception as error:
            if self.took(error):
                return False
            raise
        log.warning("the engine goes on: writing is possible again", extra={"event": "engine.resumed"})
        self.paused = None
        return True


def unguarded() -> Guard:
    """For who wants every error told as it is."""

    async def nothing() -> None:
        return

    return Guard(lambda _error: None, nothing)
