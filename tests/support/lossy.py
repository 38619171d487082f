"""A relay before a Slack-speaking server that loses answers, or calls, on demand."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Literal

import aiohttp
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

Fate = Literal["pass", "lose_answer", "lose_call", "error_after", "error_before", "garble", "page", "busy", "unsure"]


class LossyRelay:
    """Forwards `/api/*` to `target`; the next calls of `chat.postMessage` and `chat.update` meet the given fates."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._fates: list[Fate] = []
        self.posts = 0
        self.calls: Counter[str] = Counter()
        self.refused: dict[str, str] = {}  # method: what it answers in place of doing anything
        self.stalled: set[str] = set()  # methods whose calls wait until they are taken out
        self.down = False  # whether every call meets a 503
        self.failing: set[str] = set()  # methods whose calls do
        self.api_url = ""

    def next(self, *fates: Fate) -> None:
        self._fates = list(fates)

    async def running(self) -> AsyncIterator[LossyRelay]:
        app = web.Application()
        app.router.add_post("/api/{method}", self._relay)
        app.router.add_get("/api/{method}", self._relay)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.api_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        async with aiohttp.ClientSession() as self._session:
            yield self
        await runner.cleanup()

    async def _relay(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls[method] += 1
        fate: Fate = "pass"
        if method in ("chat.postMessage", "chat.update"):
            self.posts += 1
            fate = self._fates.pop(0) if self._fates else "pass"
        while method in self.stalled:  # noqa: ASYNC110 -- what is waited for sets no event
            await asyncio.sleep(0.02)
        if request.transport is None:  # whoever called is gone
            return web.Response()
        if self.down or method in self.failing:
            return web.Response(status=503, text="upstream is down")
        if method in self.refused:
            return web.json_response({"ok": False, "error": self.refused[method]})
        body = await request.read()
        before: dict[Fate, Callable[[], web.Response]] = {
            "lose_call": lambda: self._hang_up(request),
            "error_before": lambda: web.Response(status=500, text="upstream is down"),
            # as a proxy says it, not as Slack does
            "busy": lambda: web.Response(status=429, text="slow down", headers={"Retry-After": "7"}),
        }
        if fate in before:
            return before[fate]()
        kept = {name: request.headers[name] for name in ("Authorization", "Content-Type") if name in request.headers}
        async with self._session.request(
            request.method, self._target + method, data=body, headers=kept, params=request.query
        ) as answer:
            text = await answer.read()
        after: dict[Fate, Callable[[], web.Response]] = {
            "lose_answer": lambda: self._hang_up(request),
            "error_after": lambda: web.Response(status=500, text="upstream failed late"),
            "garble": lambda: web.Response(body=text[: len(text) // 2], content_type="application/json"),
            "page": lambda: web.Response(text="Welcome to our hotel's network"),
            "unsure": lambda: web.json_response({"ok": False, "error": "internal_error"}),
        }
        if fate in after:
            return after[fate]()
        headers = {name: answer.headers[name] for name in ("Content-Type", "Retry-After") if name in answer.headers}
        return web.Response(status=answer.status, body=text, headers=headers)

    def _hang_up(self, request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.close()
        return web.Response()
