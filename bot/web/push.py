"""Where hubs come: `GET` to ask whether we meant a subscription, `POST` to push."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH = "/websub"
BODY_CAP = 5 * 1024 * 1024

_PIECE = 64 * 1024


class Push(Protocol):
    """The push step."""

    async def confirm(self, token: str, asked: Mapping[str, str]) -> str | None:
        """Give the challenge to send back, or None if we did not ask for that."""
        ...

    async def expects(self, token: str) -> bool:
        """Tell whether there is such a subscription."""
        ...

    async def receive(self, token: str, body: bytes, content_type: str | None, signature: str | None) -> None:
        """Keep what a hub sent, if it is the hub's."""
        ...


class PushRoutes:
    """The callback of every subscription, told apart by the token in its path."""

    def __init__(self, push: Push) -> None:
        self._push = push

    def add_to(self, application: web.Application) -> None:
        """Serve them."""
        application.router.add_get(f"{PATH}/{{token}}", self._confirm)
        application.router.add_post(f"{PATH}/{{token}}", self._receive)

    async def _confirm(self, request: web.Request) -> web.Response:
        challenge = await self._push.confirm(request.match_info["token"], request.query)
        if challenge is None:
            raise web.HTTPNotFound
        return web.Response(text=challenge, headers={"X-Content-Type-Options": "nosniff"})

    async def _receive(self, request: web.Request) -> web.Response:
        token = request.match_info["token"]
        if not await self._push.expects(token):  # before anything of a stranger's is read
            raise web.HTTPGone  # by which a hub knows to stop
        body = bytearray()
        async for piece in request.content.iter_chunked(_PIECE):
            body += piece
            if len(body) > BODY_CAP:
                raise web.HTTPRequestEntityTooLarge(max_size=BODY_CAP, actual_size=len(body))
        headers = request.headers
        await self._push.receive(token, bytes(body), headers.get("Content-Type"), headers.get("X-Hub-Signature"))
        return web.Response(status=204)
