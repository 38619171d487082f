"""A WebSub hub on loopback, with a feed that names it: real requests both ways."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
from typing import TYPE_CHECKING, Any, Self

import aiohttp
from aiohttp import web

if TYPE_CHECKING:
    from types import TracebackType


class LoopbackHub:
    """Takes subscriptions, asks the subscriber whether it meant them, and pushes.

    `status` answers requests; `lease` is what is granted; `questions` overrides parts of what subscribers are asked.
    """

    def __init__(self, *, lease: int = 86400, status: int = 202) -> None:
        self.lease = lease
        self.status = status
        self.questions: dict[str, str] = {}
        self.requests: list[dict[str, str]] = []
        self.answers: list[tuple[int, str]] = []
        self.feed = b""
        self._asking: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_post("/hub", self._take)
        application.router.add_get("/feed", self._serve)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.place = f"127.0.0.1:{self._runner.addresses[0][1]}"
        self.url, self.topic = f"http://{self.place}/hub", f"http://{self.place}/feed"
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*self._asking)
        await self._session.close()
        await self._runner.cleanup()

    def publish(self, *titles: str, hub: str | None = None) -> bytes:
        """Make the feed these entries; it is not pushed by that."""
        entries = "".join(
            f"<entry><title>{title}</title><link href='/{title.replace(' ', '-')}'/>"
            "<updated>2025-12-03T11:55:00Z</updated></entry>"
            for title in titles
        )
        links = f'<link rel="hub" href="{hub or self.url}"/><link rel="self" href="{self.topic}"/>'
        self.feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Sample</title>{links}{entries}</feed>'.encode()
        return self.feed

    async def ask(self, callback: str, **changes: str) -> tuple[int, str]:
        """Ask a subscriber whether it meant it: status and text of its answer."""
        question = {
            "hub.mode": "subscribe",
            "hub.topic": self.topic,
            "hub.challenge": "a challenge <b>",
            "hub.lease_seconds": str(self.lease),
            **{name.replace("_", ".", 1): value for name, value in changes.items()},
        }
        async with self._session.get(callback, params=question) as answer:
            return answer.status, await answer.text()

    async def push(
        self, body: bytes, *, method: str = "sha256", secret: str | None = None, signature: str | None = None
    ) -> int:
        """Send a document to the last subscriber, signed as agreed unless told otherwise; its status."""
        agreed = self.requests[-1]
        key = (secret or agreed["hub.secret"]).encode()
        signed = f"{method}={hmac.new(key, body, getattr(hashlib, method, hashlib.md5)).hexdigest()}"
        headers = {
            "Content-Type": "application/atom+xml",
            "X-Hub-Signature": signed if signature is None else signature,
        }
        async with self._session.post(agreed["hub.callback"], data=io.BytesIO(body), headers=headers) as answer:
            return answer.status

    async def _take(self, request: web.Request) -> web.Response:
        form: dict[str, Any] = dict(await request.post())
        self.requests.append(form)
        if self.status == web.HTTPAccepted.status_code:
            task = asyncio.create_task(self._verify(form["hub.callback"]))
            self._asking.add(task)
        return web.Response(status=self.status)

    async def _verify(self, callback: str) -> None:
        self.answers.append(await self.ask(callback, **self.questions))

    async def _serve(self, _request: web.Request) -> web.Response:
        return web.Response(body=self.feed, content_type="application/atom+xml")
