"""Who and what a workspace starts with: people, channels, the app. All frozen; `Workspace` is what changes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of conversation: the words of the control API."""

    CHANNEL = "channel"
    PRIVATE = "private"
    IM = "im"


@dataclass(frozen=True, slots=True)
class Person:
    """A human member. `tz_offset` is in seconds east of UTC, in winter; real programs read `tz`."""

    id: str
    name: str
    real_name: str
    title: str
    tz: str
    tz_label: str
    tz_offset: int


@dataclass(frozen=True, slots=True)
class Room:
    """A channel at the start. `members` are user ids, the bot's among them where it has been invited."""

    id: str
    name: str
    members: tuple[str, ...]
    private: bool = False
    topic: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command as declared in the app's manifest."""

    command: str
    description: str
    usage_hint: str


@dataclass(frozen=True, slots=True)
class SlackApp:
    """The installed app: its bot user, its tokens, and what its manifest asks for.

    `scopes` and `events` are what a workspace's administrator would have granted: a method outside the scopes
    answers `missing_scope`, an event outside `events` is never sent. A channel message needs "message.channels".
    """

    app_id: str
    bot_id: str
    bot_user: str
    name: str
    real_name: str
    bot_token: str
    app_token: str
    signing_secret: str
    verification_token: str
    scopes: frozenset[str]
    app_scopes: frozenset[str]
    events: frozenset[str]
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class WorkspaceSpec:
    """Everything a workspace starts with, and goes back to on reset."""

    team_id: str
    name: str
    domain: str
    people: tuple[Person, ...]
    rooms: tuple[Room, ...]
    app: SlackApp


def default_workspace() -> WorkspaceSpec:
    """The Sample Desk: three people, four channels, and the app with the scopes its manifest asks for."""
    app = SlackApp(
        app_id="A0BACKCHANNEL",
        bot_id="B0BACKCHANNEL",
        bot_user="U0BOT",
        name="backchannel",
        real_name="Backchannel",
        bot_token="xoxb-sandbox",  # noqa: S106  fixed and public: it opens nothing but this sandbox
        app_token="xapp-sandbox",  # noqa: S106  the same
        signing_secret="sandbox-signing-secret",  # noqa: S106  the same
        verification_token="sandbox-verification-token",  # noqa: S106  the same
        scopes=frozenset(
            {
                "app_mentions:read",
                "channels:history",
                "channels:read",
                "chat:write",
                "chat:write.public",
                "commands",
                "groups:history",
                "groups:read",
                "im:history",
                "im:write",
            },
        ),
        app_scopes=frozenset({"connections:write"}),
        events=frozenset(
            {
                "app_home_opened",
                "app_mention",
                "app_uninstalled",
                "channel_archive",
                "channel_unarchive",
                "group_archive",
                "group_unarchive",
                "member_joined_channel",
                "message.im",
                "tokens_revoked",
            },
        ),
        commands=(
            Command(
                command="/peace-status",
                description="The state of the talks, a track's latest, and your subscriptions",
                usage_hint="[track] | subscribe [track…] [here|dm] | unsubscribe | list | mute <track> <4h> | help",
            ),
        ),
    )
    dana = Person("U0DANA", "dana", "Dana Reyes", "Editor", "Europe/London", "Greenwich Mean Time", 0)
    omar = Person("U0OMAR", "omar", "Omar Haddad", "Correspondent", "Europe/Istanbul", "Türkiye Time", 10_800)
    lena = Person("U0LENA", "lena", "Lena Kovalchuk", "Reporter", "Europe/Kyiv", "Eastern European Time", 7_200)
    everyone = (dana.id, omar.id, lena.id)
    return WorkspaceSpec(
        team_id="T0SAMPLE",
        name="Sample Desk",
        domain="sample-desk",
        people=(dana, omar, lena),
        rooms=(
            Room(
                "C0TALKS",
                "talks-ukraine-russia",
                (*everyone, app.bot_user),
                topic="Ukraine–Russia talks",
                purpose="What is new in the talks, with its evidence",
            ),
            Room("C0WORLD", "world-desk", (*everyone, app.bot_user), purpose="The world desk"),
            Room("C0GENERAL", "general", everyone, purpose="Everybody"),
            Room("G0DESK", "editors", (dana.id, lena.id), private=True, purpose="Editors only"),
        ),
        app=app,
    )
