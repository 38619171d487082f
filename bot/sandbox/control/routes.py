"""The control API's addresses, and its way of answering."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.control import reading
from bot.sandbox.control.acting import actions
from bot.sandbox.wire import ControlError, Json

if TYPE_CHECKING:
    from bot.sandbox.backend import Backend
    from bot.sandbox.control.acting import Action


class Control:
    """Serves `/_control/…`. Every answer has `ok`; every refusal `error` and `detail` (what to do)."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._actions = actions()

    def routes(self) -> list[web.RouteDef]:
        """What the server mounts."""
        return [
            web.get("/_control/stream", self._backend.pages.serve),
            web.get("/_control/messages/{channel}", self._messages),
            web.get("/_control/state", self._state),
            web.get("/_control/log", self._log),
            web.get("/_control/faults", self._faults),
            web.delete("/_control/faults", self._disarm),
            web.post("/_control/{action}", self._act),
        ]

    async def _act(self, request: web.Request) -> web.Response:
        name = request.match_info["action"]
        try:
            action = self._action(name)
            answer = {"ok": True, **await action(self._backend, _body(await request.text()))}
        except ControlError as refusal:
            return web.json_response(refusal.body(), status=refusal.status)
        return web.json_response(answer)

    def _action(self, name: str) -> Action:
        if name not in self._actions:
            known = ", ".join(self._actions)
            raise ControlError("unknown_action", f"There is no /_control/{name}. There are: {known}.", 404)
        return self._actions[name]

    async def _messages(self, request: web.Request) -> web.Response:
        try:
            answer = reading.messages(self._backend, request.match_info["channel"], request.query.get("user") or None)
        except ControlError as refusal:
            return web.json_response(refusal.body(), status=refusal.status)
        return web.json_response(answer)

    async def _state(self, _: web.Request) -> web.Response:
        return web.json_response(reading.state(self._backend))

    async def _faults(self, _: web.Request) -> web.Response:
        return web.json_response({"ok": True, "faults": self._backend.faults.listed()})

    async def _disarm(self, request: web.Request) -> web.Response:
        number = request.query.get("id")
        if number is not None and not number.isdecimal():
            refusal = ControlError("invalid_id", 'Give "id" as the number of a fault, or leave it out to clear all.')
            return web.json_response(refusal.body(), status=refusal.status)
        cleared = self._backend.faults.clear(None if number is None else int(number))
        return web.json_response({"ok": True, "cleared": cleared})

    async def _log(self, request: web.Request) -> web.Response:
        after = request.query.get("after", "0")
        if not after.isdecimal():
            refusal = ControlError("invalid_after", 'Give "after" as the seq of an entry, a whole number.')
            return web.json_response(refusal.body(), status=refusal.status)
        return web.json_response(reading.log(self._backend, int(after), request.query.get("kind")))


def _body(text: str) -> Json:
    try:
        body = json.loads(text or "{}")
    except ValueError:
        raise ControlError("invalid_json", "Send the arguments as a JSON object.") from None
    if not isinstance(body, dict):
        raise ControlError("invalid_json", "Send the arguments as a JSON object.")
    return body
