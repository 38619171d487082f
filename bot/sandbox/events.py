"""The Events API: what happens in the workspace, told to the app, again and again until it acknowledges.

Only events the app's manifest names are sent, and only about conversations its bot is in.
"""

from __future__ import annotations

import asyncio
import secrets
import uuid
from typing import TYPE_CHECKING

from bot.sandbox.specification import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.limits import Limits
    from bot.sandbox.messages import Message
    from bot.sandbox.socket_mode import SocketMode
    from bot.sandbox.tasks import Tasks
    from bot.sandbox.wire import Json
    from bot.sandbox.workspace import Conversation, Workspace

_CHANNEL_TYPE = {Kind.CHANNEL: "channel", Kind.PRIVATE: "group", Kind.IM: "im"}
_SUBSCRIPTION = {Kind.CHANNEL: "message.channels", Kind.PRIVATE: "message.groups", Kind.IM: "message.im"}


class Events:
    """Builds events as Slack words them and delivers each in its own task."""

    def __init__(
        self,
        workspace: Workspace,
        sockets: SocketMode,
        limits: Limits,
        tasks: Tasks,
        clock: Callable[[], float],
    ) -> None:
        self._workspace = workspace
        self._sockets = sockets
        self._limits = limits
        self._tasks = tasks
        self._clock = clock

    def message(self, message: Message) -> bool:
        """A new message; whether the app is told of it."""
        return self._about_message(message, {**self._workspace.wire(message, metadata=True), "event_ts": message.ts})

    def message_changed(self, message: Message, before: Json) -> bool:
        """An edited message."""
        return self._about_message(
            message,
            {
                "type": "message",
                "subtype": "message_changed",
                "hidden": True,
                "message": self._workspace.wire(message, metadata=True),
                "previous_message": before,
            },
        )

    def message_deleted(self, message: Message, before: Json) -> bool:
        """A deleted message."""
        return self._about_message(
            message,
            {
                "type": "message",
                "subtype": "message_deleted",
                "hidden": True,
                "deleted_ts": message.ts,
                "previous_message": before,
            },
        )

    def mention(self, message: Message) -> bool:
        """The bot was mentioned in a channel it is in."""
        shown = {**self._workspace.wire(message), "type": "app_mention"}
        return self._emit("app_mention", {**shown, "channel": message.channel, "event_ts": message.ts})

    def home_opened(self, user: str, channel: str, tab: str, view: Json | None) -> bool:
        """Somebody opened the app's Home or its messages."""
        event: Json = {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab}
        if view is not None:
            event["view"] = view
        return self._emit("app_home_opened", {**event, "event_ts": self._workspace.next_ts()})

    def member_joined(self, conversation: Conversation, user: str, inviter: str | None) -> bool:
        """Somebody, perhaps the bot itself, joined a channel the bot is in."""
        if self._workspace.app.bot_user not in conversation.members:
            return False
        event = {
            "type": "member_joined_channel",
            "user": user,
            "channel": conversation.id,
            "channel_type": "G" if conversation.kind is Kind.PRIVATE else "C",
            "team": self._workspace.spec.team_id,
            "event_ts": self._workspace.next_ts(),
        }
        return self._emit("member_joined_channel", event | ({"inviter": inviter} if inviter else {}))

    def archived(self, conversation: Conversation, user: str) -> bool:
        """A channel was archived."""
        event = {
            "type": "channel_archive",
            "channel": conversation.id,
            "user": user,
            "is_moved": 0,
            "event_ts": self._workspace.next_ts(),
        }
        return conversation.kind is Kind.CHANNEL and self._emit("channel_archive", event)

    def unarchived(self, conversation: Conversation, user: str) -> bool:
        """A channel was taken out of the archive."""
        event = {
            "type": "channel_unarchive",
            "channel": conversation.id,
            "user": user,
            "event_ts": self._workspace.next_ts(),
        }
        return conversation.kind is Kind.CHANNEL and self._emit("channel_unarchive", event)

    def _about_message(self, message: Message, event: Json) -> bool:
        conversation = self._workspace.conversations[message.channel]
        if self._workspace.app.bot_user not in conversation.members:
            return False
        place = {"channel": conversation.id, "channel_type": _CHANNEL_TYPE[conversation.kind]}
        if "event_ts" not in event:
            moment = self._workspace.next_ts()
            place |= {"ts": moment, "event_ts": moment}
        elif message.bot_id is None:
            place["client_msg_id"] = str(uuid.uuid4())
        return self._emit(_SUBSCRIPTION[conversation.kind], event | place)

    def _emit(self, subscription: str, event: Json) -> bool:
        if subscription not in self._workspace.app.events:
            return False
        self._tasks.start(self._deliver(self._wrapped(event)), f"event {event['type']}")
        return True

    def _wrapped(self, event: Json) -> Json:
        spec = self._workspace.spec
        return {
            "token": spec.app.verification_token,
            "team_id": spec.team_id,
            "context_team_id": spec.team_id,
            "context_enterprise_id": None,
            "api_app_id": spec.app.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": "Ev0" + secrets.token_hex(5).upper(),
            "event_time": int(self._clock()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": spec.team_id,
                    "user_id": spec.app.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                },
            ],
            "is_ext_shared_channel": False,
            "event_context": "4-" + secrets.token_urlsafe(24),
        }

    async def _deliver(self, body: Json) -> None:
        """Send until acknowledged: at once, again at once, after a minute, after five more."""
        reason = ""
        for attempt, wait in enumerate((0.0, *self._limits.event_retries)):
            await asyncio.sleep(wait)
            outcome = await self._sockets.send("events_api", body, accepts_response=False, retry=(attempt, reason))
            if outcome.acked:
                return
            reason = "timeout" if outcome.failure == "timeout" else "connection_failed"
