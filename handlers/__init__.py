"""Slack listeners: they translate what a person did, call, and answer. Nothing is decided here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers import actions, commands, errors, events, home, inbox, judging, views

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from handlers.services import Services


def register_all(app: AsyncApp, services: Services) -> None:
    """Every listener of this program."""
    for kind in (inbox, commands, actions, judging, views, events, home, errors):
        kind.register(app, services)
