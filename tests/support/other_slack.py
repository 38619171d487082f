"""A second Slack-compatible server: as little as Slack's documents ask for, at an address with a path before it.

It knows nothing of the sandbox and has none of its extras. What it lacks is refused with `unknown_method`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BOT_TOKEN, APP_TOKEN = "xoxb-other-1", "xapp-other-1"
TALKS = "C777TALKS"


class OtherSlack:
    """One workspace with one channel. `refuse` makes every call answer an error; `tickets` are good once."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.said: list[dict[str, Any]] = []
        self.views: list[dict[str, Any]] = []
        self.called: list[str] = []
        self.refuse = ""
        self.unread = False  # whether the app may not read the channel
        self.hang: set[str] = set()
        self.sockets: list[web.WebSocketResponse] = []
        self.acked: list[str] = []
        self._tickets: set[str] = set()
        self._count = 0
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/gateway/v9/"

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/gateway/v9/{method}", self._method)
        app.router.add_get("/gateway/v9/{method}", self._method)
        app.router.add_get("/link", self._socket)
        app.router.add_post("/answer", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        for socket in self.sockets:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(socket.close(), 1)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def command(self, text: str) -> None:
        """Somebody types `/peace-status text`."""
        await self.send(
            "slash_commands",
            {
                "command": "/peace-status", "text": text, "user_id": "U777ANNA", "channel_id": TALKS, "team_id": "T777",
                "trigger_id": f"trigger-{self._number()}", "response_url": f"http://127.0.0.1:{self.port}/answer",
            },
        )  # fmt: skip

    async def send(self, kind: str, payload: dict[str, Any]) -> None:
        """One envelope, to the socket that came last."""
        envelope = {"envelope_id": f"e-{self._number()}", "type": kind, "payload": payload}
        await self.sockets[-1].send_json({**envelope, "accepts_response_payload": True})

    async def _method(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.called.append(method)
        if method in self.hang:
            await asyncio.sleep(3600)
        token = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if self.refuse or request.headers.get("Authorization") != f"Bearer {token}":
            return web.json_response({"ok": False, "error": self.refuse or "invalid_auth"})
        given: dict[str, Any] = {**request.query, **(await _body(request))}
        return web.json_response(self._answer_to(method, given))

    def _answer_to(self, method: str, given: dict[str, Any]) -> dict[str, Any]:  # noqa: PLR0911 -- one a method
        match method:
            case "auth.test":
                return {
                    "ok": True,
                    "user": "bot",
                    "user_id": "U777BOT",
                    "team": "Other",
                    "team_id": "T777",
                    "bot_id": "B7",
                }
            case "apps.connections.open":
                self._tickets.add(ticket := f"t{self._number()}")
                return {"ok": True, "url": f"ws://127.0.0.1:{self.port}/link?ticket={ticket}"}
            case "conversations.list":
                return {"ok": True, "channels": [{"id": TALKS, "name": "talks-ukraine-russia"}]}
            case "conversations.open":
                return {"ok": True, "channel": {"id": "D777ANNA"}}
            case "conversations.history" | "conversations.replies":
                seen = {"ok": True, "messages": self.messages, "has_more": False}
                return {"ok": False, "error": "not_in_channel"} if self.unread else seen
            case "chat.postMessage":
                given["ts"] = f"1764700000.{self._number():06}"
                self.messages.append(given)
                return {"ok": True, "channel": given["channel"], "ts": given["ts"]}
            case "chat.update":
                found = next((each for each in self.messages if each["ts"] == given["ts"]), None)
                if found is None:
                    return {"ok": False, "error": "message_not_found"}
                found.update(given)
                return {"ok": True, "channel": given["channel"], "ts": given["ts"]}
            case "views.open" | "views.publish":
                self.views.append(given["view"])
                return {"ok": True, "view": {"id": f"V{self._number()}"}}
        return {"ok": False, "error": "unknown_method"}

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("ticket") not in self._tickets:
            raise web.HTTPForbidden
        self._tickets.discard(request.query["ticket"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A777"}})
        self.sockets.append(socket)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self.acked.append(message.json()["envelope_id"])
        return socket

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.said.append(await request.json())
        return web.Response(text="ok")

    def _number(self) -> int:
        self._count += 1
        return self._count


async def _body(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        found: dict[str, Any] = await request.json()
        return found
    form = {name: str(value) for name, value in (await request.post()).items()}
    return {name: json.loads(value) if value[:1] in {"{", "["} else value for name, value in form.items()}


async def running_slack() -> AsyncIterator[OtherSlack]:
    slack = OtherSlack()
    await slack.start()
    yield slack
    await slack.stop()
