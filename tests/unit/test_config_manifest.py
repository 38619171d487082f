"""The Slack app's manifest asks for exactly what the program uses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from config.load import default_directory

# Least scopes: each is needed, and history only to reconcile what was sent.
SCOPES = {
    "commands", "chat:write", "chat:write.public", "im:write", "im:history", "app_mentions:read",
    "channels:read", "groups:read", "channels:history", "groups:history",
}  # fmt: skip
EVENTS = {
    "app_home_opened", "app_mention", "message.im", "tokens_revoked", "app_uninstalled", "channel_archive",
    "channel_unarchive", "group_archive", "group_unarchive", "member_joined_channel",
}  # fmt: skip


@pytest.fixture
def manifest() -> Any:
    return json.loads((default_directory() / "manifest.json").read_text(encoding="utf-8"))


def test_it_asks_for_these_scopes_and_no_other(manifest: Any) -> None:
    scopes = manifest["oauth_config"]["scopes"]

    assert set(scopes) == {"bot"}
    assert set(scopes["bot"]) == SCOPES
    assert len(scopes["bot"]) == len(SCOPES)


def test_it_hears_these_events_over_socket_mode(manifest: Any) -> None:
    settings = manifest["settings"]

    assert set(settings["event_subscriptions"]["bot_events"]) == EVENTS
    assert settings["socket_mode_enabled"] is True
    assert settings["interactivity"]["is_enabled"] is True


def test_it_has_the_command_the_home_and_messages(manifest: Any) -> None:
    features = manifest["features"]

    (command,) = features["slash_commands"]
    assert command["command"] == "/peace-status"
    assert command["usage_hint"]
    assert features["app_home"] == {
        "home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False,
    }  # fmt: skip


def test_it_keeps_slacks_limits(manifest: Any) -> None:
    shown = manifest["display_information"]

    assert manifest["_metadata"]["major_version"] == 2
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4000
    assert len(manifest["features"]["slash_commands"][0]["description"]) <= 2000
