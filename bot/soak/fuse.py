"""The fuse: kills its own process with SIGKILL at one named point, and sits where production code has seams anyway.

The steps are given their stores, messenger and looker wrapped; commits are seen through SQLAlchemy's events, requests
through aiohttp's tracing. Nothing of it is in production code.
"""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import contextmanager
from contextvars import ContextVar
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, TypeVar, cast

import aiohttp
from sqlalchemy import event

from bot.soak.points import AFTER, BEFORE, COMMIT, REPLY, REQUEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from bot.storage.database import Database

T = TypeVar("T")
_HERE: ContextVar[tuple[str, str | None] | None] = ContextVar("the step and method under way, and the conversation")


class Fuse:
    """Kills this process the `nth` time it passes `point`; where `conversation` is given, only on its behalf."""

    def __init__(self, point: str | None = None, *, nth: int = 1, conversation: str | None = None) -> None:
        self._point = point
        self._left = nth
        self._conversation = conversation

    def watched(self, step: str, part: T) -> T:
        """A part of a step, so that its every method passes two points."""
        return cast("T", _Watched(step, part, self))

    def watch(self, database: Database) -> None:
        """See every commit that writes."""
        for engine in database.engines:
            event.listen(engine, "commit", self._committing)

    def tracing(self) -> aiohttp.TraceConfig:
        """See requests leave and answers arrive; for the session Slack is called through."""
        trace = aiohttp.TraceConfig()
        trace.on_request_headers_sent.append(self._sent_headers)
        trace.on_request_chunk_sent.append(self._sent)
        trace.on_request_end.append(self._answered)
        return trace

    @contextmanager
    def within(self, step: str, method: str, about: str | None) -> Iterator[None]:
        """Before, and after however it ends."""
        here = _HERE.set((f"{step}: {method}", about))
        try:
            self._pass(BEFORE)
            try:
                yield
            finally:
                self._pass(AFTER)
        finally:
            _HERE.reset(here)

    def _pass(self, when: str) -> None:
        here = _HERE.get(None)
        if here is None or self._point != f"{here[0]}, {when}" or self._conversation not in (None, here[1]):
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def _committing(self, connection: Connection) -> None:
        if not connection.get_execution_options().get("read_only"):
            self._pass(COMMIT)

    async def _sent_headers(
        self, session: object, context: object, sent: aiohttp.TraceRequestHeadersSentParams
    ) -> None:
        if sent.method == "GET":  # all there is to send; of a POST, its body follows
            await self._sent(session, context)

    async def _sent(self, *_: object) -> None:
        # What is told of is written right after this: the process dies when its loop next comes round.
        asyncio.get_running_loop().call_soon(self._pass, REQUEST)

    async def _answered(self, *_: object) -> None:
        self._pass(REPLY)


class _Watched:
    """Stands for a part; what it is asked goes to the part, and past the fuse."""

    def __init__(self, step: str, part: object, fuse: Fuse) -> None:
        self._step = step
        self._part = part
        self._fuse = fuse

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._part, name)
        if iscoroutinefunction(method):

            async def asked(*args: Any, **kwargs: Any) -> Any:
                with self._fuse.within(self._step, name, _conversation(args)):
                    return await method(*args, **kwargs)

            return asked

        def called(*args: Any, **kwargs: Any) -> Any:
            with self._fuse.within(self._step, name, _conversation(args)):
                return method(*args, **kwargs)

        return called


def _conversation(args: tuple[Any, ...]) -> str | None:
    """What a call is about, as far as its first argument says: a conversation, or a delivery to one."""
    if not args:
        return None
    return args[0] if isinstance(args[0], str) else getattr(args[0], "conversation", None)
