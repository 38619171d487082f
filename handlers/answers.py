"""Requests to answers: who asks what, and which query or act that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from bot.queries.sources import sources_report
from bot.queries.status import negotiation_status, track_report
from bot.slack.blocks.health import sources_answer
from bot.slack.blocks.help import help_answer
from bot.slack.blocks.standing import status_answer, track_answer
from bot.slack.blocks.subscriptions import choose_tracks, subscription_list
from handlers.acts import act
from handlers.grammar import (
    ChooseTracks,
    MuteTracks,
    ShowHelp,
    ShowSources,
    ShowStatus,
    ShowSubscriptions,
    ShowTrack,
    Subscribe,
    UnmuteTracks,
    Unsubscribe,
)

if TYPE_CHECKING:
    from bot.domain.alert import Message
    from handlers.acts import Asker
    from handlers.grammar import Request
    from handlers.services import Services
    from handlers.tracks import TrackKey


async def answer(request: Request, asker: Asker, services: Services) -> Message:
    """Do what is asked and say so.

    Raises:
        UserError: It cannot be done as asked; the error says what to do instead.
    """
    match request:
        case ShowStatus(tracks):
            message = await show_status(tracks, services)
        case ShowTrack(track):
            message = await show_track(track, services)
        case ShowSources():
            message = await show_sources(services)
        case ShowSubscriptions():
            message = await show_subscriptions(asker, services)
        case ShowHelp():
            message = help_answer(services.negotiations)
        case ChooseTracks():
            example = services.tracks.typed(services.tracks.keys[0])
            message = choose_tracks(f"Which tracks? Choose here, or type `/peace-status subscribe {example}`.")
        case Subscribe() | Unsubscribe() | MuteTracks() | UnmuteTracks():
            message = await act(request, asker, services)
        case _:
            assert_never(request)
    return message


async def show_status(tracks: tuple[TrackKey, ...], services: Services) -> Message:
    """Where every track stands, or those of `tracks`."""
    now = services.clock()
    read = (services.developments, services.sources)
    states = [await negotiation_status(each, *read, now=now) for each in services.negotiations]
    if tracks:
        states = [state.only({track for of, track in tracks if of == state.negotiation.id}) for state in states]
    return status_answer([state for state in states if state.tracks])


async def show_track(key: TrackKey, services: Services) -> Message:
    """One track's last developments."""
    negotiation = services.negotiation(key[0])
    track = next(track for track in negotiation.tracks if track.id == key[1])
    read = (services.developments, services.sources)
    return track_answer(await track_report(negotiation, track, *read, now=services.clock()))


async def show_sources(services: Services) -> Message:
    """How every source is doing, and which conversations nothing can be delivered to."""
    now = services.clock()
    reports = [await sources_report(each, services.sources, now=now) for each in services.negotiations]
    return sources_answer(reports, await services.subscriptions.held())


async def show_subscriptions(asker: Asker, services: Services) -> Message:
    """What the person asked for, and what this conversation hears and has muted."""
    mine = await services.subscriptions.subscriptions(user=asker.user)
    here = await services.subscriptions.subscriptions(conversation=asker.conversation)
    mutes = await services.subscriptions.mutes(conversation=asker.conversation, now=services.clock())
    return subscription_list(services.names, mine, here, mutes, asker.conversation)
