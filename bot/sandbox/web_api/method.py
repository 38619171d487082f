"""What a Web API method is, to the dispatcher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.backend import Backend
    from bot.sandbox.web_api.arguments import Arguments
    from bot.sandbox.wire import Json

TokenKind = Literal["bot", "app"]

TIER_2, TIER_3, TIER_4 = 20, 50, 100
"""Calls a minute. Tier 1 is not used: its one method, apps.connections.open, has to serve restarts in a row."""


@dataclass(frozen=True, slots=True)
class Method:
    """One method: its name, what runs it, which tokens and scope it needs, how often it may be called.

    `run` answers with the fields beside `"ok": true`, or raises SlackError or RateLimitedError. Scopes that depend
    on the conversation are checked there. `per_minute` None: no tier (chat.postMessage has its own pace).
    """

    name: str
    run: Callable[[Backend, Arguments], Json]
    tokens: tuple[TokenKind, ...] = ("bot",)
    scope: str | None = None
    per_minute: int | None = None
