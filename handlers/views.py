"""Modals sent: subscribe, mute, judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.alert import Feedback
from bot.domain.decision import Urgency
from bot.slack.blocks import modals
from bot.slack.blocks.subscriptions import said
from handlers import acts
from handlers.acts import Asker
from handlers.grammar import MuteTracks, duration
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
    app.view(modals.JUDGE)(acked(judge, services, checked=check_judge))


def check_subscribe(view: Mapping[str, Any]) -> dict[str, str]:
    """A channel must be named where one is wanted."""
    if chosen(view, modals.WHERE) == modals.CHANNEL and chosen(view, modals.CONVERSATION) is None:
        return {modals.CONVERSATION: "Choose the channel."}
    return {}


def check_judge(view: Mapping[str, Any]) -> dict[str, str]:
    """A wrong track needs the right one."""
    if chosen(view, modals.VERDICT) == modals.WRONG_TRACK and not chosen_all(view, modals.TRACKS):
        return {modals.TRACKS: "Choose the tracks it belongs to."}
    return {}


async def subscribe(args: AsyncArgs, services: Services) -> None:
    """Subscribe as the modal says, and say so where it was opened.

    Not in the modal: Bolt sends an acknowledgement up to 10 ms after it was given, so an update of the modal could
    arrive before the acknowledgement that changes it too.
    """
    view, user = args.body["view"], args.body["user"]["id"]
    tracks = tuple(_key(value) for value in chosen_all(view, modals.TRACKS))
    asker = Asker(user, "", args.client)
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
    message = await acts.mute(request, Asker(user, about["conversation"], args.client), services)
    await after_modal(view, user, args.client).say(message)


async def judge(args: AsyncArgs, services: Services) -> None:
    """Keep what the person said, and thank them alone; the card tells everybody."""
    view, user = args.body["view"], args.body["user"]["id"]
    about = modals.kept(view)
    verdict = str(chosen(view, modals.VERDICT))
    tracks = tuple(chosen_all(view, modals.TRACKS)) if verdict == modals.WRONG_TRACK else ()
    await services.desk.judge(
        Feedback(
            development=about["development"],
            user=user,
            verdict=verdict,
            at=services.clock(),
            tracks=tracks,
            note=str(chosen(view, modals.NOTE) or ""),
        )
    )
    if tracks:
        names = services.names.tracks((about["negotiation"], track) for track in tracks)
        text = (
            f"Thank you. Marked as on the wrong track; it belongs to *{names}*. The card will say so, with your name."
        )
    else:
        text = "Thank you. Marked not new. The card will say so, with your name."
    await after_modal(view, user, args.client).say(said(text))


def chosen(view: Mapping[str, Any], field: str) -> str | None:
    """What was chosen or typed in a field; None where nothing was."""
    answer = view["state"]["values"].get(field, {}).get(field, {})
    option = answer.get("selected_option")
    value = option["value"] if option else answer.get("selected_conversation") or answer.get("value")
    return str(value) if value else None


def chosen_all(view: Mapping[str, Any], field: str) -> list[str]:
    """Everything that was chosen in a field."""
    options = view["state"]["values"].get(field, {}).get(field, {}).get("selected_options") or []
    return [str(option["value"]) for option in options]


def _key(value: str) -> TrackKey:
    negotiation, _, track = value.partition(":")
    return negotiation, track
