"""Modals and Home views: one stack of modals a person, one Home a person."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox.blocks import json_bytes, view_findings, with_ids
from bot.sandbox.inputs import parts, state_values
from bot.sandbox.wire import Json, SlackError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.limits import Limits
    from bot.sandbox.specification import WorkspaceSpec

_GIVEN = ("title", "submit", "close", "callback_id", "private_metadata", "external_id")


@dataclass(slots=True)
class View:
    """One view on somebody's screen.

    `given` is what the app sent, blocks with their ids filled in. `kept` is what the person has set: block id →
    action id → state entry. `errors` are those the app's last answer put beside its inputs.
    """

    id: str
    user: str
    given: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    kept: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """Its blocks."""
        blocks: list[Json] = self.given["blocks"]
        return blocks


class Views:
    """Opens, replaces and closes views; checks them as Slack does."""

    def __init__(self, spec: WorkspaceSpec, limits: Limits, clock: Callable[[], float]) -> None:
        self._spec = spec
        self._limits = limits
        self._clock = clock
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def reset(self) -> None:
        """No view anywhere."""
        self.stacks.clear()
        self.homes.clear()

    def top(self, user: str) -> View | None:
        """The modal this person looks at."""
        stack = self.stacks.get(user)
        return stack[-1] if stack else None

    def find(self, view_id: str | None, external_id: str | None = None) -> View:
        """A view by either id.

        Raises:
            SlackError: `not_found`.
        """
        for view in (*(v for stack in self.stacks.values() for v in stack), *self.homes.values()):
            if view.id == view_id or (external_id and view.given.get("external_id") == external_id):
                return view
        raise SlackError("not_found")

    def open(self, user: str, given: Json, channel: str | None) -> View:
        """Show a modal, in place of any this person has open.

        Raises:
            SlackError: `invalid_arguments` and the like; nothing changes.
        """
        view = self._make(user, given, "modal", channel)
        self.stacks[user] = [view]
        return view

    def push(self, user: str, given: Json, channel: str | None) -> View:
        """Show a modal on top of the present one.

        Raises:
            SlackError: `push_limit_reached` at three, `not_found` with none open, `invalid_arguments`.
        """
        stack = self.stacks.get(user)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= self._limits.modal_stack:
            raise SlackError("push_limit_reached")
        view = self._make(user, given, "modal", channel)
        view.root_id, view.previous_id = stack[0].id, stack[-1].id
        stack.append(view)
        return view

    def update(self, view: View, given: Json, expected_hash: str | None = None) -> View:
        """Replace what a view shows. What was typed stays where block_id and action_id stay.

        Raises:
            SlackError: `hash_conflict` when the view changed since `expected_hash`, `invalid_arguments`.
        """
        if expected_hash and expected_hash != view.hash:
            raise SlackError("hash_conflict")
        fresh = self._make(view.user, given, view.given["type"], None, replacing=view)
        view.given, view.hash, view.errors = fresh.given, fresh.hash, {}
        present = {(part.block_id, part.action_id) for part in parts(view.blocks)}
        view.kept = {
            block: {action: state for action, state in actions.items() if (block, action) in present}
            for block, actions in view.kept.items()
        }
        return view

    def publish(self, user: str, given: Json, expected_hash: str | None = None) -> View:
        """Show this person's Home.

        Raises:
            SlackError: `hash_conflict`, `invalid_arguments`.
        """
        present = self.homes.get(user)
        if present is not None:
            return self.update(present, given, expected_hash)
        if expected_hash:
            raise SlackError("hash_conflict")
        view = self._make(user, given, "home", None)
        self.homes[user] = view
        return view

    def pop(self, view: View) -> None:
        """Close this modal; the one below it, if any, shows again."""
        stack = self.stacks.get(view.user, [])
        if view in stack:
            stack.remove(view)
        if not stack:
            self.stacks.pop(view.user, None)

    def clear(self, user: str) -> None:
        """Close all modals of this person."""
        self.stacks.pop(user, None)

    def wire(self, view: View) -> Json:
        """A view as the Web API and payloads show it."""
        app = self._spec.app
        given = view.given
        return {
            "id": view.id,
            "team_id": self._spec.team_id,
            "type": given["type"],
            "blocks": view.blocks,
            "private_metadata": given.get("private_metadata") or "",
            "callback_id": given.get("callback_id") or "",
            "state": {"values": state_values(view.blocks, view.kept)},
            "hash": view.hash,
            "title": given.get("title"),
            "clear_on_close": bool(given.get("clear_on_close")),
            "notify_on_close": bool(given.get("notify_on_close")),
            "close": given.get("close"),
            "submit": given.get("submit"),
            "previous_view_id": view.previous_id,
            "root_view_id": view.root_id,
            "app_id": app.app_id,
            "external_id": given.get("external_id") or "",
            "app_installed_team_id": self._spec.team_id,
            "bot_id": app.bot_id,
        }

    def check(self, given: Json, kind: str) -> None:
        """Refuse what Slack would refuse to show.

        Raises:
            SlackError: `invalid_arguments` naming each field, or `view_too_large`.
        """
        found = view_findings(given)
        if found:
            raise SlackError("invalid_arguments", found)
        if given["type"] != kind:
            raise SlackError("invalid_arguments", [f"view must be of type {kind} [json-pointer:/view/type]"])
        if json_bytes(given) > self._limits.view_bytes:
            raise SlackError("view_too_large")

    def _make(self, user: str, given: Json, kind: str, channel: str | None, replacing: View | None = None) -> View:
        self.check(given, kind)
        self._external_id_is_free(given.get("external_id"), replacing)
        kept_fields = {name: given[name] for name in (*_GIVEN, "clear_on_close", "notify_on_close") if name in given}
        view_id = "V0" + secrets.token_hex(5).upper()
        view = View(
            id=view_id,
            user=user,
            given={**kept_fields, "type": kind, "blocks": with_ids(given["blocks"])},
            hash=f"{int(self._clock())}.{secrets.token_urlsafe(6)}",
            root_id=view_id,
        )
        if channel is not None:
            _default_conversations(view, channel)
        return view

    def _external_id_is_free(self, external_id: str | None, replacing: View | None) -> None:
        if not external_id:
            return
        for stack in (*self.stacks.values(), list(self.homes.values())):
            for view in stack:
                if view is not replacing and view.given.get("external_id") == external_id:
                    raise SlackError("duplicate_external_id")


def _default_conversations(view: View, channel: str) -> None:
    """Set menus that start on the conversation the person was in."""
    for part in parts(view.blocks):
        element = part.element
        if not element.get("default_to_current_conversation"):
            continue
        if element["type"] == "conversations_select" and not element.get("initial_conversation"):
            state = {"type": element["type"], "selected_conversation": channel}
        elif element["type"] == "multi_conversations_select" and not element.get("initial_conversations"):
            state = {"type": element["type"], "selected_conversations": [channel]}
        else:
            continue
        view.kept.setdefault(part.block_id, {})[part.action_id] = state
