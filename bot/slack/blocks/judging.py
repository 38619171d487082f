"""The modals in which a person says what is wrong with an alert: not new, wrong track, same as another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_sdk.models.blocks import PlainTextInputElement, StaticMultiSelectElement, StaticSelectElement

from bot.slack.blocks import limits
from bot.slack.blocks.card import headline
from bot.slack.blocks.elements import field, modal, option, placeholder, section
from bot.slack.blocks.modals import SHOWN, TRACKS, keep, track_options
from bot.slack.blocks.reading import readable
from bot.slack.blocks.text import utc
from bot.slack.blocks.vocabulary import corroboration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_sdk.models.blocks import Option

    from bot.domain.development import Development
    from bot.slack.blocks.elements import Block, View
    from config.schema import Negotiation

NOT_NEW, WRONG_TRACK, SAME_AS = "judge_not_new", "judge_wrong_track", "judge_same_as"
OTHER, NOTE, NOW_ON = "other", "note", "now_on"
_LONGEST_NOTE = 300


def not_new_modal(
    negotiation: Negotiation, development: Development, others: Sequence[Development], conversation: str
) -> View:
    """Which development it repeats, if the person likes to say; `others` are offered in this order."""
    repeats = [_choice(negotiation, others, "It repeats", optional=True)] if others else []
    return modal(
        NOT_NEW,
        "Not new",
        [
            _about(
                development,
                "The card will say that the desk knew this. Later reports are added to it and alert nobody, and "
                "`/peace-status` does not count it as news.",
            ),
            *repeats,
            _note(),
        ],
        submit="Mark not new",
        metadata=_kept(negotiation, development, conversation),
    )


def wrong_track_modal(negotiation: Negotiation, development: Development, conversation: str) -> View:
    """The right tracks, starting with those it is on."""
    offered = track_options(negotiation)
    initial = [each for each in offered if each.value in development.tracks]
    tracks = StaticMultiSelectElement(
        action_id=TRACKS,
        options=offered,
        initial_options=initial or None,
        placeholder=placeholder("Choose tracks"),
    )
    return modal(
        WRONG_TRACK,
        "Wrong track",
        [
            _about(
                development, "The alert moves to these tracks at once; who subscribes to them and has no card gets it."
            ),
            field(TRACKS, "Right tracks", tracks),
            _note(),
        ],
        submit="Change tracks",
        metadata=_kept(negotiation, development, conversation),
    )


def same_as_modal(
    negotiation: Negotiation, development: Development, others: Sequence[Development], conversation: str
) -> View:
    """Which other alert it is the same as, of `others`, in this order; only a word where there is none."""
    if not others:
        words = "There is no other alert of the last four days it could be the same as."
        return modal(SHOWN, "Same as another", [section(words)])
    return modal(
        SAME_AS,
        "Same as another",
        [
            _about(
                development,
                "The two become one. The older card goes on with the reports of both; the newer says where to look.",
            ),
            _choice(negotiation, others, "It is the same as", optional=False),
            _note(),
        ],
        submit="Merge",
        metadata=_kept(negotiation, development, conversation),
    )


def _about(development: Development, what: str) -> Block:
    return section(f"*{headline(development, 500)}*\n{what}")


def _choice(negotiation: Negotiation, others: Sequence[Development], label: str, *, optional: bool) -> Block:
    offered = [_option(each, negotiation) for each in others[: limits.OPTIONS]]
    menu = StaticSelectElement(action_id=OTHER, options=offered, placeholder=placeholder("Choose an alert"))
    return field(OTHER, label, menu, optional=optional, hint="Alerts of the last four days, most alike first.")


def _option(development: Development, negotiation: Negotiation) -> Option:
    shown = readable(development.members, negotiation)
    told = f"{shown.outlet} · {utc(development.opened_at)} · {corroboration(development)}"
    return option(shown.title, development.id, told)


def _note() -> Block:
    typed = PlainTextInputElement(action_id=NOTE, max_length=_LONGEST_NOTE)
    return field(NOTE, "Note", typed, optional=True, hint="Shown on the card with your name.")


def _kept(negotiation: Negotiation, development: Development, conversation: str) -> str:
    return keep(
        negotiation=negotiation.id,
        conversation=conversation,
        development=development.id,
        now_on=",".join(sorted(development.tracks)),
    )
