"""Who may talk to the sandbox: this machine, and of web pages only its own."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from aiohttp import web
from yarl import URL

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def is_loopback(host: str | None) -> bool:
    """Whether a host name (without port) is this machine's own."""
    if host is None:
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@web.middleware
async def guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse a foreign Host (a name rebound to 127.0.0.1) and, in the control API, other sites' pages."""
    try:
        host = URL(f"http://{request.host}").host
    except ValueError:
        host = None
    if not is_loopback(host):
        raise web.HTTPForbidden(text="The sandbox answers on 127.0.0.1 and localhost only.")
    origin = request.headers.get("Origin")
    if request.path.startswith("/_control/") and origin is not None and origin != f"http://{request.host}":
        raise web.HTTPForbidden(text="The control API takes requests from the sandbox's own page only.")
    return await handler(request)
