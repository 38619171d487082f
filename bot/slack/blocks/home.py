"""The App Home: where the talks stand, and what one hears."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.slack.blocks import limits
from bot.slack.blocks.elements import actions, button, context, divider, header, section
from bot.slack.blocks.seeing import blindness
from bot.slack.blocks.standing import OPEN_SUBSCRIBE, track_summary
from bot.slack.blocks.subscriptions import mute_rows, subscription_rows
from bot.slack.blocks.text import clock_time

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.alert import Message
    from bot.domain.subscription import Mute, Subscription
    from bot.queries.status import NegotiationStatus
    from bot.slack.blocks.elements import Block, View
    from bot.slack.blocks.subscriptions import Names

SHOW_TRACK, SHOW_SOURCES, REFRESH = "show_track", "show_sources", "home_refresh"
_MOST_TRACKS = 40


def home_view(
    states: Sequence[NegotiationStatus],
    names: Names,
    subscriptions: Sequence[Subscription],
    mutes: Sequence[Mute],
    *,
    now: datetime,
) -> View:
    """A person's Home."""
    blocks: list[Block] = []
    for state in states:
        blocks.append(header(state.negotiation.name))
        if blind := blindness(state.coverage):
            blocks.append(section(f"*{blind}*"))
        blocks += [
            section(
                track_summary(status, state.negotiation, state.at, state.coverage),
                button(
                    "Latest",
                    SHOW_TRACK,
                    f"{state.negotiation.id}:{status.track.id}",
                    label=f"Latest on {status.track.name}",
                ),
            )
            for status in state.tracks[: _MOST_TRACKS // max(1, len(states))]
        ]
    blocks += [divider(), header("Your subscriptions")]
    blocks += subscription_rows(names, subscriptions) or [
        section("None yet: alerts reach you only once you subscribe.")
    ]
    blocks += mute_rows(names, mutes)
    blocks += [
        actions(
            button("Subscribe…", OPEN_SUBSCRIBE, "*", style="primary"),
            button("Sources", SHOW_SOURCES, "*"),
            button("Refresh", REFRESH, "*"),
        ),
        context(f"As of {clock_time(now)}. Or type `/peace-status help`."),
    ]
    return {"type": "home", "blocks": blocks[: limits.VIEW_BLOCKS]}


def broken_home(message: Message) -> View:
    """What went wrong, in place of the Home, and a way back."""
    return {"type": "home", "blocks": [*message.blocks, actions(button("Try again", REFRESH, "*"))]}
