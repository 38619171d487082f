"""Who hears what: answers to subscribe, unsubscribe, list, mute; each says how to undo it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.decision import Urgency
from bot.domain.subscription import ALL_TRACKS
from bot.slack.blocks.elements import actions, button, context, fitting, message, section
from bot.slack.blocks.text import deadline, escape, listing, mrkdwn
from bot.slack.blocks.vocabulary import FLOOR, typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.domain.alert import Message
    from bot.domain.subscription import Mute, Subscription
    from bot.slack.blocks.elements import Block
    from config.schema import Negotiation

OPEN_SUBSCRIBE = "open_subscribe"
UNSUBSCRIBE, UNMUTE = "unsubscribe_one", "unmute_one"
_MOST_ROWS = 20
TrackKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """What tracks are called, over every negotiation; the negotiation is named only where there are several."""

    negotiations: Mapping[str, Negotiation]

    def track(self, key: TrackKey) -> str:
        """A track by name: "Territory", "Territory (Ukraine–Russia)", "every track"."""
        negotiation = self.negotiations.get(key[0])
        if negotiation is None:
            return mrkdwn(f"{key[1]} ({key[0]}, no longer followed)", 100)
        name = next((track.name for track in negotiation.tracks if track.id == key[1]), key[1])
        name = "every track" if key[1] == ALL_TRACKS else name
        return mrkdwn(f"{name} ({negotiation.name})" if len(self.negotiations) > 1 else name, 150)

    @property
    def example(self) -> str:
        """The first track there is, as one would type it."""
        first = next(iter(self.negotiations.values()))
        return self.typed([(first.id, first.tracks[0].id)])

    def tracks(self, keys: Iterable[TrackKey]) -> str:
        """Several, in a row."""
        return listing([self.track(key) for key in dict.fromkeys(keys)])

    def typed(self, keys: Iterable[TrackKey]) -> str:
        """What to type for them: "territory, politics"; with the negotiation where two have a track of that name."""
        wanted = list(dict.fromkeys(keys))
        if any(track == ALL_TRACKS for _, track in wanted):
            return "all"
        return ", ".join(self._typed(key) for key in wanted)

    def _typed(self, key: TrackKey) -> str:
        tracks = {(of.id, track.id): track for of in self.negotiations.values() for track in of.tracks}
        if key not in tracks:
            return escape(key[1])
        names = [track.name.lower() for track in tracks.values()]
        if names.count(tracks[key].name.lower()) > 1:
            return escape(f"{key[0]} {tracks[key].name.lower()}")
        return escape(typed(tracks[key], tracks.values()))


def place(conversation: str, here: str | None = None) -> str:
    """A conversation as words: "here", "in <#C1>", "in your direct messages with me"."""
    if conversation == here:
        return "here"
    return "in your direct messages with me" if conversation.startswith("D") else f"in <#{conversation}>"


def subscribed_text(names: Names, keys: Sequence[TrackKey], conversation: str, floor: Urgency) -> str:
    """What happens now, and how to undo it."""
    tracks = names.tracks(keys)
    which = "Every new development" if floor is Urgency.LOW else f"New developments marked {FLOOR[floor]}"
    where = "dm" if conversation.startswith("D") else "here"
    return (
        f"Subscribed to *{tracks}* {place(conversation)}. {which} will be posted there once, with sources; "
        "later reports edit that card or reply in its thread.\n"
        f"To undo: `/peace-status unsubscribe {names.typed(keys)} {where}`"
    )


def unsubscribed_text(names: Names, keys: Sequence[TrackKey], conversation: str) -> str:
    """What no longer happens."""
    where = "dm" if conversation.startswith("D") else "here"
    return (
        f"Unsubscribed from *{names.tracks(keys)}* {place(conversation)}. "
        f"To have it back: `/peace-status subscribe {names.typed(keys)} {where}`"
    )


def muted_text(names: Names, keys: Sequence[TrackKey], conversation: str, until: datetime) -> str:
    """What is silent, where, until when."""
    return (
        f"Muted *{names.tracks(keys)}* {place(conversation)} until {deadline(until)}. "
        f"To undo: `/peace-status unmute {names.typed(keys)}`"
    )


def said(text: str, *more: Block) -> Message:
    """A short answer; `text` is ours, with outside text already made harmless."""
    return message(text.replace("*", "").replace("\n", " "), section(text), *more)


def choose_tracks(text: str) -> Message:
    """An answer with a button that opens the subscribe modal, for places that cannot open one."""
    return said(text, actions(button("Choose tracks…", OPEN_SUBSCRIBE, "*", style="primary")))


def subscription_list(
    names: Names, mine: Sequence[Subscription], here: Sequence[Subscription], mutes: Sequence[Mute], conversation: str
) -> Message:
    """What a person asked for, what this conversation hears besides, and what it has muted."""
    blocks: list[Block] = []
    others = [each for each in here if each not in mine]
    if mine:
        blocks += [section("*Your subscriptions*"), *_rows(names, mine, conversation)]
    if others:
        blocks += [section("*Also heard here*"), *_rows(names, others, conversation)]
    blocks += mute_rows(names, mutes)
    if not blocks:
        hint = f"Try `/peace-status subscribe {names.example} dm`, or choose here."
        return choose_tracks(f"You have no subscriptions. {hint}")
    blocks.append(context("To add: `/peace-status subscribe`. Each button acts at once."))
    told = [f"{names.track(_key(each))} {place(each.conversation)} ({FLOOR[each.floor]})" for each in (*mine, *others)]
    spoken = fitting(told, 2_000)
    whole = "; ".join(spoken) + (f" and {len(told) - len(spoken)} more" if len(spoken) < len(told) else "")
    return message(f"Subscriptions: {whole or 'none'}. Muted here: {len(mutes)}.", *blocks)


def subscription_rows(names: Names, subscriptions: Sequence[Subscription]) -> list[Block]:
    """One row a subscription, each with its button."""
    return _rows(names, subscriptions, None)


def mute_rows(names: Names, mutes: Sequence[Mute]) -> list[Block]:
    """One row a mute, each with its button."""
    return [
        section(
            f"*{names.track(key)}* muted {place(mute.conversation)} until {deadline(mute.until)}",
            button("Unmute", UNMUTE, f"{key[0]}:{key[1]}:{mute.conversation}"),
        )
        for mute in mutes[:_MOST_ROWS]
        for key in ((mute.negotiation, mute.track),)
    ]


def _rows(names: Names, subscriptions: Sequence[Subscription], here: str | None) -> list[Block]:
    rows = [
        section(
            f"*{names.track(_key(each))}* {place(each.conversation, here)} · {FLOOR[each.floor]}",
            button(
                "Unsubscribe",
                UNSUBSCRIBE,
                f"{each.negotiation}:{each.track}:{each.conversation}",
                label=f"Unsubscribe from {names.track(_key(each))}",
            ),
        )
        for each in subscriptions[:_MOST_ROWS]
    ]
    if len(subscriptions) > _MOST_ROWS:
        rows.append(context(f"+{len(subscriptions) - _MOST_ROWS} more."))
    return rows


def _key(subscription: Subscription) -> TrackKey:
    return subscription.negotiation, subscription.track
