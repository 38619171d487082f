"""The modals: subscribe, mute, and those that only show something."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    ConversationFilter,
    ConversationSelectElement,
    Option,
    OptionGroup,
    RadioButtonsElement,
    StaticMultiSelectElement,
    StaticSelectElement,
)

from bot.domain.decision import Urgency
from bot.domain.subscription import ALL_TRACKS
from bot.slack.blocks import limits
from bot.slack.blocks.elements import field, modal, option, placeholder, section
from bot.slack.blocks.text import cut
from bot.slack.blocks.vocabulary import FLOOR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.alert import Message
    from bot.domain.development import Development
    from bot.slack.blocks.elements import View
    from config.schema import Negotiation, Track

SUBSCRIBE, MUTE, SHOWN = "subscribe", "mute", "shown"
TRACKS, WHERE, CONVERSATION, FLOOR_FIELD, DURATION = "tracks", "where", "conversation", "floor", "duration"
DM, CHANNEL, HERE = "dm", "channel", "here"
SUBSCRIBE_TITLE = "Subscribe to alerts"
DURATIONS = {"1h": "1 hour", "4h": "4 hours", "12h": "12 hours", "1d": "1 day", "2d": "2 days", "7d": "1 week"}


def subscribe_modal(
    negotiations: Sequence[Negotiation],
    *,
    chosen: str | None = None,
    conversation: str | None = None,
    place: str | None = None,
) -> View:
    """Tracks, where, and from which urgency.

    `chosen` is a `negotiation:track`; `conversation` where the person is, if anywhere; `place` "here" starts with it.
    """
    offered = {negotiation.name: _every_track(negotiation) for negotiation in negotiations}
    initial = [each for options in offered.values() for each in options if each.value == chosen]
    groups = [
        OptionGroup(label=placeholder(cut(name, limits.OPTION_TEXT)), options=options)
        for name, options in offered.items()
    ]
    tracks = StaticMultiSelectElement(
        action_id=TRACKS,
        placeholder=placeholder("Choose tracks"),
        option_groups=groups,
        initial_options=initial or None,
    )
    places = [option("A direct message to me", DM), option("A channel", CHANNEL)]
    channel = conversation if conversation and not conversation.startswith("D") else None
    where = RadioButtonsElement(
        action_id=WHERE, options=places, initial_option=places[place == HERE and channel is not None]
    )
    named = ConversationSelectElement(
        action_id=CONVERSATION,
        placeholder=placeholder("Choose a channel"),
        initial_conversation=channel,
        filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
    )
    floors = [option(FLOOR[each].capitalize(), each) for each in reversed(Urgency)]
    floor = RadioButtonsElement(action_id=FLOOR_FIELD, options=floors, initial_option=floors[0])
    return modal(
        SUBSCRIBE,
        SUBSCRIBE_TITLE,
        [
            field(TRACKS, "Tracks", tracks),
            field(WHERE, "Where", where),
            field(CONVERSATION, "Channel", named, optional=True, hint="Only if you chose a channel above."),
            field(FLOOR_FIELD, "From which urgency", floor),
        ],
        submit="Subscribe",
        metadata=keep(conversation=conversation) if conversation else "",
    )


def mute_modal(negotiation: Negotiation, development: Development, conversation: str) -> View:
    """Which track to silence in this conversation, and how long."""
    options = track_options(negotiation)
    first = next((each for each in options if each.value in development.tracks), options[0])
    durations = [option(text, value) for value, text in DURATIONS.items()]
    return modal(
        MUTE,
        "Mute a track",
        [
            section(
                "Alerts on this track are not posted in this conversation until the time is up. "
                "One that is also on another track still is."
            ),
            field(TRACKS, "Track", StaticSelectElement(action_id=TRACKS, options=options, initial_option=first)),
            field(
                DURATION,
                "For how long",
                StaticSelectElement(action_id=DURATION, options=durations, initial_option=durations[1]),
            ),
        ],
        submit="Mute",
        metadata=keep(negotiation=negotiation.id, conversation=conversation),
    )


def told_modal(message: Message, title: str = "Backchannel") -> View:
    """A modal that only tells: an answer without its buttons."""
    return modal(SHOWN, title, [block for block in message.blocks if block["type"] != "actions"])


def kept(view: Mapping[str, Any]) -> dict[str, str]:
    """What a modal of ours was opened about; empty for one opened about nothing."""
    metadata = view.get("private_metadata")
    return dict(json.loads(metadata)) if metadata else {}


def keep(**about: str) -> str:
    """What a modal is about, to be had back with its answer."""
    return json.dumps(about)


def _every_track(negotiation: Negotiation) -> list[Option]:
    every = option("Every track", f"{negotiation.id}:{ALL_TRACKS}")
    return [every, *(option(track.name, f"{negotiation.id}:{track.id}") for track in _tracks(negotiation))]


def track_options(negotiation: Negotiation) -> list[Option]:
    """A negotiation's tracks to choose from."""
    return [option(track.name, track.id) for track in _tracks(negotiation)]


def _tracks(negotiation: Negotiation) -> Sequence[Track]:
    return negotiation.tracks[: limits.OPTIONS - 1]
