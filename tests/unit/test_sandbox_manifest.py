"""The sandbox grants what the app's manifest asks for, no more: what works here is allowed in Slack."""

from __future__ import annotations

import json
from pathlib import Path

import config
from bot.sandbox.specification import default_workspace


def test_the_default_workspace_grants_what_the_manifest_asks_for() -> None:
    assert config.__file__ is not None
    manifest = json.loads(Path(config.__file__).with_name("manifest.json").read_text())
    app = default_workspace().app
    assert app.scopes == set(manifest["oauth_config"]["scopes"]["bot"])
    assert app.events == set(manifest["settings"]["event_subscriptions"]["bot_events"])
    commands = manifest["features"]["slash_commands"]
    declared = [(command["command"], command["description"], command["usage_hint"]) for command in commands]
    assert [(one.command, one.description, one.usage_hint) for one in app.commands] == declared
