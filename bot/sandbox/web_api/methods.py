"""All methods the sandbox knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.web_api import auth, chat, conversations, people, reactions, views

if TYPE_CHECKING:
    from bot.sandbox.web_api.method import Method


def all_methods() -> tuple[Method, ...]:
    """Every family's methods; any other answers `unknown_method`."""
    families = (auth, chat, conversations, people, reactions, views)
    return tuple(method for family in families for method in family.METHODS)
