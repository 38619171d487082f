"""Least scopes: the manifest, `check` and what the code calls agree, each way."""

from __future__ import annotations

import ast
import json
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from bot.check import SCOPES
from config.load import default_directory

ROOT = Path(__file__).parents[2]
# By Slack's reference of methods and events, for channels, private channels and direct messages.
NEEDED = {
    "apps_connections_open": set(),  # the app-level token's
    "auth_test": set(),
    "chat_getPermalink": set(),
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write", "chat:write.public"},
    "chat_update": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_list": {"channels:read", "groups:read"},
    "conversations_open": {"im:write"},
    "conversations_replies": {"channels:history", "groups:history", "im:history"},
    "views_open": set(),
    "views_publish": set(),
}
HEARD = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "channel_archive": {"channels:read"},
    "channel_unarchive": {"channels:read"},
    "group_archive": {"groups:read"},
    "group_unarchive": {"groups:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "message.im": {"im:history"},
    "tokens_revoked": set(),
}


def called() -> set[str]:
    """The Web API methods the program calls on any object, the sandbox's own code apart."""
    found = set()
    for file in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")]:
        if "sandbox" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                found.add(node.func.attr)
    return {name for name in found if "_" in name.strip("_") and hasattr(AsyncWebClient, name)} - {"api_call"}


def manifest() -> dict[str, dict[str, dict[str, list[str]]]]:
    text = (default_directory() / "manifest.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def test_every_method_that_is_called_is_known_here_with_what_it_needs() -> None:
    assert called() == set(NEEDED)


def test_the_manifest_asks_for_what_is_called_and_heard_and_for_nothing_else() -> None:
    events = manifest()["settings"]["event_subscriptions"]["bot_events"]
    needed = {"commands"}.union(*(NEEDED[method] for method in called()), *(HEARD[event] for event in events))

    assert set(manifest()["oauth_config"]["scopes"]["bot"]) == needed


def test_check_looks_for_what_the_manifest_asks_for() -> None:
    assert set(manifest()["oauth_config"]["scopes"]["bot"]) == SCOPES
