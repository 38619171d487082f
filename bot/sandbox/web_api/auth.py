"""auth.test and apps.connections.open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.web_api.method import Method

if TYPE_CHECKING:
    from bot.sandbox.backend import Backend
    from bot.sandbox.web_api.arguments import Arguments
    from bot.sandbox.wire import Json


def _test(backend: Backend, args: Arguments) -> Json:
    spec, app = backend.workspace.spec, backend.workspace.app
    if args.caller == "app":
        return {"app_name": app.real_name, "app_id": app.app_id}
    return {
        "url": f"{backend.url}/",
        "team": spec.name,
        "user": app.name,
        "team_id": spec.team_id,
        "user_id": app.bot_user,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


def _open_connection(backend: Backend, _: Arguments) -> Json:
    ticket = backend.sockets.new_ticket()
    address = backend.url.replace("http", "ws", 1)
    return {"url": f"{address}/socket/?ticket={ticket}&app_id={backend.workspace.app.app_id}"}


METHODS = (
    Method("auth.test", _test, tokens=("bot", "app")),
    Method("apps.connections.open", _open_connection, tokens=("app",)),
)
