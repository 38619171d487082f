"""The workspace while it runs: people, conversations and messages, all in memory.

It keeps and finds; it does not check what may be posted (`content`, `blocks`) nor tell anybody (`events`, `pages`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox.messages import Message
from bot.sandbox.specification import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.sandbox.specification import Person, SlackApp, WorkspaceSpec
    from bot.sandbox.wire import Json

SLACKBOT = "USLACKBOT"
"""Slack's own voice: what it tells one person only."""

_MICRO = 1_000_000


@dataclass(slots=True)
class Conversation:
    """A channel, private channel or IM. `user` is the person an IM with the bot belongs to.

    `messages` and `ephemerals` are keyed by ts, oldest first (timestamps only grow, so insertion order is time order);
    `threads` has the replies again under their parent's ts.
    """

    id: str
    name: str
    kind: Kind
    created: int
    members: set[str]
    user: str | None = None
    topic: str = ""
    purpose: str = ""
    archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, dict[str, Message]] = field(default_factory=dict)

    def add(self, message: Message) -> None:
        """Keep a message: among the ephemerals if one person only sees it."""
        if message.ephemeral_to is not None:
            self.ephemerals[message.ts] = message
            return
        self.messages[message.ts] = message
        if message.thread_ts is not None:
            self.threads.setdefault(message.thread_ts, {})[message.ts] = message

    def remove(self, message: Message) -> None:
        """Forget a message, ephemeral or not."""
        self.ephemerals.pop(message.ts, None)
        self.messages.pop(message.ts, None)
        if message.thread_ts is not None:
            self.threads.get(message.thread_ts, {}).pop(message.ts, None)

    def timeline(self) -> list[Message]:
        """What stands in the channel itself: everything but unbroadcast replies, oldest first."""
        return [m for m in self.messages.values() if m.thread_ts is None or m.broadcast]

    def replies(self, parent: str) -> list[Message]:
        """The replies under a parent, oldest first, without the parent."""
        return list(self.threads.get(parent, {}).values())

    def everything(self, user: str | None) -> list[Message]:
        """All messages and ephemerals, oldest first; with `user`, only the ephemerals that user sees."""
        ephemerals = [m for m in self.ephemerals.values() if user is None or m.ephemeral_to == user]
        return sorted([*self.messages.values(), *ephemerals], key=lambda m: m.ts)

    def seen_by(self, ts: str, user: str) -> Message | None:
        """The message with this ts as far as `user` can see it, ephemerals included."""
        found = self.messages.get(ts) or self.ephemerals.get(ts)
        return found if found is not None and found.ephemeral_to in (None, user) else None

    def wire(self, message: Message, *, team_id: str, app_id: str, metadata: bool = False) -> Json:
        """A message as the Web API shows it, with what its thread adds."""
        shown = message.wire(team_id=team_id, app_id=app_id, metadata=metadata)
        if message.thread_ts is not None:
            parent = self.messages.get(message.thread_ts)
            if parent is not None:
                shown["parent_user_id"] = parent.user
            return shown
        replies = self.replies(message.ts)
        if replies:
            users = list(dict.fromkeys(reply.user for reply in replies))
            shown |= {
                "thread_ts": message.ts,
                "reply_count": len(replies),
                "reply_users_count": len(users),
                "latest_reply": replies[-1].ts,
                "reply_users": users,
                "is_locked": False,
                "subscribed": False,
            }
        return shown


class Workspace:
    """People and conversations. `clock` gives seconds since 1970; timestamps are unique and only grow."""

    def __init__(self, spec: WorkspaceSpec, clock: Callable[[], float]) -> None:
        self.spec = spec
        self._clock = clock
        self._last_ts = 0
        self.people: dict[str, Person] = {}
        self.conversations: dict[str, Conversation] = {}
        self.reset()

    def reset(self) -> None:
        """Back to the specification: every message gone, every IM closed. Timestamps still only grow."""
        created = int(self._clock())
        self.people = {person.id: person for person in self.spec.people}
        self.conversations = {
            room.id: Conversation(
                id=room.id,
                name=room.name,
                kind=Kind.PRIVATE if room.private else Kind.CHANNEL,
                created=created,
                members=set(room.members),
                topic=room.topic,
                purpose=room.purpose,
            )
            for room in self.spec.rooms
        }

    @property
    def app(self) -> SlackApp:
        """The installed app."""
        return self.spec.app

    def next_ts(self) -> str:
        """A new message timestamp, "seconds.micros", greater than every one before it."""
        self._last_ts = max(int(self._clock() * _MICRO), self._last_ts + 1)
        return f"{self._last_ts // _MICRO}.{self._last_ts % _MICRO:06d}"

    def name_of(self, user: str) -> str:
        """A user's handle; the id itself when nobody has it."""
        if user == self.app.bot_user:
            return self.app.name
        if user == SLACKBOT:
            return "slackbot"
        return self.people[user].name if user in self.people else user

    def members_named(self) -> Iterator[tuple[str, str]]:
        """Each (handle, user id), the bot's too."""
        yield self.app.name, self.app.bot_user
        for person in self.people.values():
            yield person.name, person.id

    def named(self, name: str) -> Conversation | None:
        """A channel by its name, with or without "#"."""
        wanted = name.removeprefix("#")
        for conversation in self.conversations.values():
            if conversation.kind is not Kind.IM and conversation.name == wanted:
                return conversation
        return None

    def direct(self, user: str) -> Conversation | None:
        """The IM between the bot and this person, if it has been opened."""
        for conversation in self.conversations.values():
            if conversation.kind is Kind.IM and conversation.user == user:
                return conversation
        return None

    def open_direct(self, user: str) -> tuple[Conversation, bool]:
        """The IM between the bot and this person, and whether it stood open before."""
        found = self.direct(user)
        if found is not None:
            return found, True
        opened = Conversation(
            id="D" + user[1:],
            name="",
            kind=Kind.IM,
            created=int(self._clock()),
            members={user, self.app.bot_user},
            user=user,
        )
        self.conversations[opened.id] = opened
        return opened, False

    def keep(self, conversation: Conversation, message: Message) -> Message:
        """Put a message into a conversation, and give it back."""
        conversation.add(message)
        return message

    def system(self, conversation: Conversation, user: str, subtype: str, text: str) -> Message:
        """A line Slack itself writes into a channel, e.g. that somebody joined."""
        return self.keep(
            conversation,
            Message(ts=self.next_ts(), channel=conversation.id, user=user, text=text, subtype=subtype),
        )

    def wire(self, message: Message, *, metadata: bool = False) -> Json:
        """A message as the Web API shows it."""
        return self.conversations[message.channel].wire(
            message, team_id=self.spec.team_id, app_id=self.app.app_id, metadata=metadata
        )
