"""The control API from Python: what a person at the page does and sees, for tests and for scripts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self, TypeVar

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from types import TracebackType

    from bot.sandbox.wire import Json

_LOOK_AGAIN = 0.02
_T = TypeVar("_T")


class ControlClient:
    """One sandbox's people. `async with` it; every answer is the JSON of the control API, refusals included."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(self._url)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def do(self, what: str, /, **fields: Any) -> Json:
        """POST `/_control/WHAT`, e.g. `do("command", channel="C0TALKS", user="dana", command="/peace-status")`."""
        async with self._open().post(f"/_control/{what}", json=fields) as response:
            answer: Json = await response.json()
        return answer

    async def messages(self, channel: str, user: str | None = None) -> list[Json]:
        """A conversation as `user` sees it, oldest first; without `user`, with everybody's ephemerals.

        Raises:
            LookupError: no such conversation or person; the sandbox's own words.
        """
        answer = await self._get(f"messages/{channel.replace('#', '%23')}", {"user": user} if user else {})
        if not answer["ok"]:
            raise LookupError(answer["detail"])
        found: list[Json] = answer["messages"]
        return found

    async def state(self) -> Json:
        """The workspace: people, channels, views, connections."""
        return await self._get("state", {})

    async def log(self, kind: str | None = None, after: int = 0) -> list[Json]:
        """API calls ("api"), payloads to the app ("envelope") and socket events ("socket"), oldest first."""
        answer = await self._get("log", {"after": str(after), **({"kind": kind} if kind else {})})
        entries: list[Json] = answer["entries"]
        return entries

    async def arm(self, fault: str, /, **how: Any) -> int:
        """Arm a fault, e.g. `arm("drop_reply", channel="C0TALKS", count=2)`; its number.

        Raises:
            LookupError: no such fault, or a wrong argument; the sandbox's own words.
        """
        answer = await self.do("faults", fault=fault, **how)
        if not answer["ok"]:
            raise LookupError(answer["detail"])
        return int(answer["id"])

    async def faults(self) -> list[Json]:
        """What is armed, and what was."""
        found: list[Json] = (await self._get("faults", {}))["faults"]
        return found

    async def disarm(self) -> None:
        """Clear every fault."""
        async with self._open().delete("/_control/faults"):
            pass

    async def wait_for_messages(
        self, channel: str, count: int, user: str | None = None, *, seconds: float = 5.0
    ) -> list[Json]:
        """The conversation as soon as it has at least `count` messages.

        Raises:
            TimeoutError: it has not within `seconds`.
        """
        return await self._when(lambda: self.messages(channel, user), lambda found: len(found) >= count, seconds)

    async def wait_for_connections(self, count: int, *, seconds: float = 5.0) -> None:
        """Return when the app has exactly `count` sockets open.

        Raises:
            TimeoutError: it has not within `seconds`.
        """
        await self._when(self.state, lambda state: state["connections"] == count, seconds)

    async def _when(self, look: Callable[[], Awaitable[_T]], enough: Callable[[_T], bool], seconds: float) -> _T:
        async with asyncio.timeout(seconds):
            while True:
                found = await look()
                if enough(found):
                    return found
                await asyncio.sleep(_LOOK_AGAIN)

    async def _get(self, path: str, query: dict[str, str]) -> Json:
        async with self._open().get(f"/_control/{path}", params=query) as response:
            answer: Json = await response.json()
        return answer

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("Use `async with ControlClient(url) as client:`.")
        return self._session
