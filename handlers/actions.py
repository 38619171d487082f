"""Buttons: on alert cards, in answers, on the Home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.queries.timeline import timeline
from bot.slack.blocks import card, home, modals, subscriptions
from bot.slack.blocks.standing import timeline_answer
from handlers.acts import Asker
from handlers.answers import show_sources, show_subscriptions, show_track
from handlers.home import publish
from handlers.inbox import key_of
from handlers.judging import forgotten, known
from handlers.listening import acked
from handlers.surfaces import OnlyToThem, show

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.kwargs_injection.async_args import AsyncArgs

    from handlers.services import Services
    from handlers.tracks import TrackKey


def register(app: AsyncApp, services: Services) -> None:
    """Every button we show."""
    for action_id, work in {
        card.TIMELINE: show_timeline,
        card.MUTE: open_mute,
        subscriptions.OPEN_SUBSCRIBE: open_subscribe,
        subscriptions.UNSUBSCRIBE: unsubscribe_one,
        subscriptions.UNMUTE: unmute_one,
        home.SHOW_TRACK: open_track,
        home.SHOW_SOURCES: open_sources,
        home.REFRESH: refresh,
    }.items():
        app.action(action_id)(acked(work, services))


async def show_timeline(args: AsyncArgs, services: Services) -> None:
    """How the development grew, to the person alone."""
    found = await timeline(_value(args), services.developments)
    if found is None:
        raise forgotten()
    negotiation = services.negotiation(found.development.negotiation)
    await OnlyToThem(args).say(timeline_answer(found, negotiation))


async def open_mute(args: AsyncArgs, services: Services) -> None:
    """Ask which track and how long."""
    development = await known(_value(args), services)
    view = modals.mute_modal(services.negotiation(development.negotiation), development, _conversation(args))
    await show(args, view)


async def open_subscribe(args: AsyncArgs, services: Services) -> None:
    """Ask which tracks, where and from which urgency."""
    chosen = _value(args)
    view = modals.subscribe_modal(
        services.negotiations,
        chosen=chosen if ":" in chosen else None,
        conversation=args.body.get("channel", {}).get("id"),
    )
    await show(args, view)


async def unsubscribe_one(args: AsyncArgs, services: Services) -> None:
    """End one subscription and show what is left."""
    key, conversation = _target(args)
    user = args.body["user"]["id"]
    await services.desk.unsubscribe(
        conversation=conversation, tracks=[key], user=user, now=services.clock(), request=key_of(args)
    )
    await _show_again(args, services)


async def unmute_one(args: AsyncArgs, services: Services) -> None:
    """Lift one mute and show what is left."""
    (negotiation, track), conversation = _target(args)
    user = args.body["user"]["id"]
    await services.desk.unmute(
        conversation=conversation,
        negotiation=negotiation,
        track=track,
        user=user,
        now=services.clock(),
        request=key_of(args),
    )
    await _show_again(args, services)


async def open_track(args: AsyncArgs, services: Services) -> None:
    """A track's last developments, over the Home."""
    negotiation, _, track = _value(args).partition(":")
    await show(args, modals.told_modal(await show_track((negotiation, track), services), "Latest"))


async def open_sources(args: AsyncArgs, services: Services) -> None:
    """How the sources are doing, over the Home."""
    await show(args, modals.told_modal(await show_sources(services), "Sources"))


async def refresh(args: AsyncArgs, services: Services) -> None:
    """The Home anew."""
    await publish(args.client, args.body["user"]["id"], services)


async def _show_again(args: AsyncArgs, services: Services) -> None:
    """The list or the Home a button was on, as it is now."""
    user = args.body["user"]["id"]
    if "response_url" not in args.body:
        await publish(args.client, user, services)
        return
    message = await show_subscriptions(Asker(user, _conversation(args), args.client), services)
    await OnlyToThem(args, replace=True).say(message)


def _value(args: AsyncArgs) -> str:
    return str(args.body["actions"][0]["value"])


def _conversation(args: AsyncArgs) -> str:
    return str(args.body["channel"]["id"])


def _target(args: AsyncArgs) -> tuple[TrackKey, str]:
    negotiation, track, conversation = _value(args).split(":", 2)
    return (negotiation, track), conversation
