"""After a silence: what was missed in one message, a line a development; and that a conversation is held, and why."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.hold import Obstacle
from bot.slack.blocks.elements import BUDGET, context, message, section, sections
from bot.slack.blocks.reading import headline_link, readable
from bot.slack.blocks.text import clock_time, count, mrkdwn, plain, utc, when
from bot.slack.blocks.vocabulary import URGENCY, corroboration, track_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.domain.alert import Message
    from bot.domain.catch_up import CatchUp
    from bot.domain.development import Development
    from bot.domain.hold import Held
    from config.schema import Negotiation

_WHILE = {
    Obstacle.ARCHIVED: "While this channel was archived",
    Obstacle.NOT_THERE: "While I was not in this channel",
    Obstacle.NOT_FOUND: "While I could not find this channel",
    Obstacle.RESTRICTED: "While posting here was restricted",
    Obstacle.TOKEN: "While Slack did not let me in",
    Obstacle.SCOPE: "While I was not allowed to post",
    Obstacle.UNREACHABLE: "While Slack could not be reached",
}
_HELD = {
    Obstacle.ARCHIVED: ("it is archived", "Unarchive it"),
    Obstacle.NOT_THERE: ("I am not in it", "Type `/invite @backchannel` there"),
    Obstacle.NOT_FOUND: (
        "I cannot see it: it is private and I am not in it, or it is gone",
        "Type `/invite @backchannel` there",
    ),
    Obstacle.RESTRICTED: ("posting in it is kept to some people", "Let me post in it, in the channel's settings"),
}
_ELSEWHERE = ("Slack does not let me", "Ask whoever looks after me")
_A_DAY = timedelta(days=1)
_LONGEST_HEADLINE = 200


def catch_up_message(told: CatchUp, negotiations: Mapping[str, Negotiation]) -> Message:
    """What waited, oldest first; each with its time, its track, its evidence and how well it stands.

    What does not fit is counted; `/peace-status` has it.
    """
    number = count(len(told.developments), "development")
    begins = _WHILE[told.obstacle] if told.obstacle is not None else "Not posted in time"
    title = f"{begins}, from {_moment(told.since, told)} to {_moment(told.until, told)}: {number}"
    rows = [_row(each, negotiations[each.negotiation], told) for each in told.developments]
    headlines = "; ".join(_spoken(each, negotiations[each.negotiation]) for each in told.developments)
    spoken = f"{begins}, from {utc(told.since)} to {utc(told.until)}: {number}. {headlines}."
    return message(
        spoken,
        section(f"*{title}*"),
        *sections(rows, lambda left: f"+{left} more: see `/peace-status`.", budget=BUDGET, gap="\n"),
        context("What is new about one of these comes with its own card."),
    )


def held_notice(held: Held) -> Message:
    """For whoever can mend it: what cannot be delivered, why, what to do, and what happens then."""
    why, remedy = _HELD.get(held.obstacle, _ELSEWHERE)
    waiting = f"{count(held.waiting, 'alert')} {'waits' if held.waiting == 1 else 'wait'} for it."
    then = "I look again by myself and post what waits, in order; what is late by then comes as one list."
    stop = "If it is no longer wanted, unsubscribe it: `/peace-status list`."
    told = f"I have not been able to post in {_place(held.place)} since"
    text = f"{told} {when(held.since)}: {why}. {waiting}"
    spoken = f"{told} {utc(held.since)}: {why}. {waiting} {remedy}."
    return message(spoken, section(f"{text}\n*{remedy}.* {then}"), context(stop))


def held_rows(held: Sequence[Held]) -> list[str]:
    """A line for each conversation that is held: since when, why, and how much waits."""
    return [
        f"• {_place(each.place)} held: {_HELD.get(each.obstacle, _ELSEWHERE)[0]}, since {when(each.since)}. "
        f"{count(each.waiting, 'alert')} {'waits' if each.waiting == 1 else 'wait'}."
        for each in held
    ]


def _place(conversation: str) -> str:
    return "a direct message" if conversation.startswith("D") else f"<#{conversation}>"


def _moment(at: datetime, told: CatchUp) -> str:
    return clock_time(at) if told.until - told.since < _A_DAY else when(at)


def _row(development: Development, negotiation: Negotiation, told: CatchUp) -> str:
    shown = readable(development.members, negotiation)
    tracks = mrkdwn(", ".join(track_names(development.tracks, negotiation)) or "No track", 200)
    line = headline_link(shown, negotiation, _LONGEST_HEADLINE)
    return (
        f"• {_moment(development.opened_at, told)} *{tracks}* · {line} "
        f"({URGENCY[development.urgency].lower()}, {corroboration(development)})"
    )


def _spoken(development: Development, negotiation: Negotiation) -> str:
    shown = readable(development.members, negotiation)
    return mrkdwn(plain(shown.title).rstrip("."), _LONGEST_HEADLINE)
