"""One HTTP endpoint for all methods: token, scope and pace are checked here, then the method runs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.web_api import trouble
from bot.sandbox.web_api.arguments import Arguments, read_arguments
from bot.sandbox.wire import Json, RateLimitedError, SlackError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.sandbox.backend import Backend
    from bot.sandbox.faults import Arming
    from bot.sandbox.web_api.method import Method, TokenKind


class WebApi:
    """The methods of one sandbox."""

    def __init__(self, backend: Backend, methods: Iterable[Method]) -> None:
        self._backend = backend
        self._methods = {method.name: method for method in methods}

    async def serve(self, request: web.Request) -> web.Response:
        """Answer one call; every call stands in the journal, without its token."""
        name = request.match_info["method"]
        started = time.perf_counter()
        values: Json = {}
        fault: Arming | None = None
        spoilt: web.Response | None = None
        answer: Json
        status, headers = 200, {"X-OAuth-Scopes": ",".join(sorted(self._backend.workspace.app.scopes))}
        try:
            values = await read_arguments(request)
            fault = trouble.met(self._backend, name, values)
            spoilt = await trouble.before(fault) if fault is not None else None
            if spoilt is None:
                answer = {"ok": True, **self._call(name, request, values)}
            else:
                answer = {"ok": False, "error": None}
        except SlackError as refusal:
            answer = refusal.body()
        except RateLimitedError as refusal:
            status, answer = 429, {"ok": False, "error": "ratelimited"}
            headers["Retry-After"] = str(refusal.retry_after)
        if fault is not None and spoilt is None:
            spoilt = trouble.after(fault, request, self._backend, answer)
        self._backend.journal.add(
            "api",
            method=name,
            args={key: value for key, value in values.items() if key != "token"},
            ok=answer["ok"],
            error=answer.get("error"),
            problems=answer.get("errors"),
            status=status if spoilt is None else spoilt.status,
            fault=fault.fault if fault is not None else None,
            ms=round((time.perf_counter() - started) * 1000, 1),
        )
        if spoilt is not None:
            return spoilt
        return web.json_response(answer, status=status, headers=headers)

    def _call(self, name: str, request: web.Request, values: Json) -> Json:
        method = self._methods.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        kind = self._token_kind(request, values)
        if kind not in method.tokens:
            raise SlackError("not_allowed_token_type")
        if method.scope is not None and kind == "bot":
            self._backend.need(method.scope)
        if method.per_minute is not None and self._backend.limits.tiers:
            self._backend.pacing.take(f"method {name}", per_second=method.per_minute / 60, burst=method.per_minute)
        return method.run(self._backend, Arguments(values, kind))

    def _token_kind(self, request: web.Request, values: Json) -> TokenKind:
        scheme, _, header = request.headers.get("Authorization", "").partition(" ")
        token = header.strip() if scheme.lower() == "bearer" else str(values.get("token") or "")
        if not token:
            raise SlackError("not_authed")
        if token == self._backend.workspace.app.bot_token:
            return "bot"
        if token == self._backend.workspace.app.app_token:
            return "app"
        raise SlackError("invalid_auth")
