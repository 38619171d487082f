"""A message as the workspace keeps it, and as the Web API shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sandbox.wire import Json


@dataclass(slots=True)
class Message:
    """One message. `thread_ts` is None outside threads and on a thread's parent.

    `bot_id` is set on what the app posted. `ephemeral_to` names the one user who sees it; such messages are never
    in history. `picked` is what each user has chosen in its menus: user → block id → action id → state.
    """

    ts: str
    channel: str
    user: str
    text: str
    bot_id: str | None = None
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    subtype: str | None = None
    edited: Json | None = None
    ephemeral_to: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    picked: dict[str, Json] = field(default_factory=dict)

    def wire(self, *, team_id: str, app_id: str, metadata: bool = False) -> Json:
        """As the Web API and payloads show it, without what only its thread knows (see `Conversation.wire`)."""
        shown: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts, "team": team_id}
        subtype = "thread_broadcast" if self.broadcast else self.subtype
        if subtype is not None:
            shown["subtype"] = subtype
        if self.bot_id is not None:
            shown["bot_id"] = self.bot_id
            shown["app_id"] = app_id
        if self.blocks:
            shown["blocks"] = self.blocks
        if self.attachments:
            shown["attachments"] = self.attachments
        if self.edited is not None:
            shown["edited"] = self.edited
        if self.thread_ts is not None:
            shown["thread_ts"] = self.thread_ts
        if self.reactions:
            shown["reactions"] = [
                {"name": name, "users": users, "count": len(users)} for name, users in self.reactions.items()
            ]
        if metadata and self.metadata:
            shown["metadata"] = self.metadata
        return shown
