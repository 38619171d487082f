"""What one can ask for, by example; and what to say when something was not understood or went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.slack.blocks.elements import actions, button, context, header, message, section
from bot.slack.blocks.subscriptions import OPEN_SUBSCRIBE
from bot.slack.blocks.text import escape, listing, mrkdwn, sentence
from bot.slack.blocks.vocabulary import typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.alert import Message
    from bot.domain.errors import UserError
    from config.schema import Negotiation


def help_answer(negotiations: Sequence[Negotiation]) -> Message:
    """Every request, by example, with the tracks one can name."""
    first, other = _examples(negotiations)
    rows = [
        ("", "where every track stands"),
        (f" {first}", "one track's last developments, with sources"),
        (f" subscribe {first}", "alerts to you; add `here` for this channel"),
        (f" subscribe {first}, {other} urgent", "only what is urgent or flash"),
        (f" unsubscribe {first}", "stop them"),
        (" list", "your subscriptions, and what this channel hears"),
        (f" mute {other} 4h", "silence a track here; also `30m`, `2d`"),
        (f" unmute {other}", "hear it again"),
        (" sources", "which sources answer, which are broken and why"),
    ]
    lines = "\n".join(f"`/peace-status{typed_}`  {what}" for typed_, what in rows)
    tracks = "\n".join(
        f"*{mrkdwn(each.name, 100)}*: {mrkdwn(listing([track.name.lower() for track in each.tracks]), 1200)}"
        for each in negotiations
    )
    return message(
        "I watch the talks and say what is new. Type /peace-status to see where every track stands, "
        f"or /peace-status subscribe {first} to be told of what is new.",
        header("What you can ask"),
        section(lines),
        section(f"{tracks[:2500]}\nThe start of a name is enough, and I answer the same in a direct message."),
        actions(button("Subscribe…", OPEN_SUBSCRIBE, "*")),
    )


def welcome(negotiations: Sequence[Negotiation]) -> Message:
    """What to do once we are in a channel."""
    first, _ = _examples(negotiations)
    told = (
        "I am in this channel now. To have a track's alerts posted here, type "
        f"`/peace-status subscribe {first} here`; to see where every track stands, `/peace-status`."
    )
    return message(told, section(told))


def not_understood(error: UserError) -> Message:
    """What a person typed that makes no sense to us, and what to type instead.

    `what` may quote them; `remedy` is ours and may hold `code`.
    """
    remedy = f" {escape(error.remedy)}" if error.remedy else ""
    told = f"{sentence(mrkdwn(error.what, 1000))}{remedy}"
    return message(told, section(told))


def failure(reference: str) -> Message:
    """Something broke on our side; `reference` is in the log with the whole story."""
    told = "Something went wrong on my side and your request was not finished. Please try again."
    return message(
        f"{told} If it happens again, give your administrator this number: {reference}.",
        section(told),
        context(f"If it happens again, give your administrator this number: `{reference}` (it is in the log)."),
    )


def _examples(negotiations: Sequence[Negotiation]) -> tuple[str, str]:
    every = [track for negotiation in negotiations for track in negotiation.tracks]
    return escape(typed(every[0], every)), escape(typed(every[-1], every))
