"""Modals sent: subscribe, mute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.decision import Urgency
from bot.slack.blocks import modals
from handlers import acts
from handlers.acts import Asker
from handlers.fields import chosen, chosen_all
from handlers.grammar import MuteTracks, duration
from handlers.inbox import key_of
from handlers.listening import acked
from handlers.surfaces import after_modal, direct_conversation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_bolt.async_app import AsyncApp
    from slack_bolt.kwargs_injection.async_args import AsyncArgs

    from handlers.services import Services
    from handlers.tracks import TrackKey


def register(app: AsyncApp, services: Services) -> None:
    """Every modal that can be sent."""
    app.view(modals.SUBSCRIBE)(acked(subscribe, services, checked=check_subscribe))
    app.view(modals.MUTE)(acked(mute, services))


def check_subscribe(view: Mapping[str, Any]) -> dict[str, str]:
    """A channel must be named where one is wanted."""
    if chosen(view, modals.WHERE) == modals.CHANNEL and chosen(view, modals.CONVERSATION) is None:
        return {modals.CONVERSATION: "Choose the channel."}
    return {}


async def subscribe(args: AsyncArgs, services: Services) -> None:
    """Subscribe as the modal says, and say so where it was opened.

    Not in the modal: Bolt sends an acknowledgement up to 10 ms after it was given, so an update of the modal could
    arrive before the acknowledgement that changes it too.
    """
    view, user = args.body["view"], args.body["user"]["id"]
    tracks = tuple(_key(value) for value in chosen_all(view, modals.TRACKS))
    asker = Asker(user, "", args.client, key_of(args))
    if chosen(view, modals.WHERE) == modals.CHANNEL:
        conversation = str(chosen(view, modals.CONVERSATION))
        await acts.check_channel(conversation, asker, where="there")
    else:
        conversation = await direct_conversation(args.client, user)
    floor = Urgency(chosen(view, modals.FLOOR_FIELD) or Urgency.LOW)
    message = await acts.subscribe_conversation(tracks, conversation, floor, asker, services)
    await after_modal(view, user, args.client).say(message)


async def mute(args: AsyncArgs, services: Services) -> None:
    """Silence the track here, and say so to the person alone."""
    view, user = args.body["view"], args.body["user"]["id"]
    about = modals.kept(view)
    track = (about["negotiation"], str(chosen(view, modals.TRACKS)))
    request = MuteTracks((track,), duration(str(chosen(view, modals.DURATION))))
    message = await acts.mute(request, Asker(user, about["conversation"], args.client, key_of(args)), services)
    await after_modal(view, user, args.client).say(message)


def _key(value: str) -> TrackKey:
    negotiation, _, track = value.partition(":")
    return negotiation, track
