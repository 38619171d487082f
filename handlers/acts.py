"""What people change: subscriptions and mutes. Each answer says what happens now and how to undo it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackApiError

from bot.domain.errors import UserError
from bot.domain.subscription import ALL_TRACKS, Mute, Subscription
from bot.slack.blocks.subscriptions import muted_text, place, said, subscribed_text, unsubscribed_text
from handlers.grammar import MuteTracks, Place, Subscribe, UnmuteTracks, Unsubscribe
from handlers.surfaces import direct_conversation

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.domain.alert import Message
    from bot.domain.decision import Urgency
    from handlers.services import Services
    from handlers.tracks import TrackKey

Act = Subscribe | Unsubscribe | MuteTracks | UnmuteTracks


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and in which conversation."""

    user: str
    conversation: str
    client: AsyncWebClient
    request: str | None = None
    """The kept request in which they ask."""


async def act(request: Act, asker: Asker, services: Services) -> Message:
    """Carry out a change.

    Raises:
        UserError: It cannot be done as asked; the error says what to do instead.
    """
    match request:
        case Subscribe():
            return await subscribe(request, asker, services)
        case Unsubscribe():
            return await unsubscribe(request, asker, services)
        case MuteTracks():
            return await mute(request, asker, services)
        case UnmuteTracks():
            return await unmute(request, asker, services)


async def subscribe(request: Subscribe, asker: Asker, services: Services) -> Message:
    """Subscribe a conversation as a command asked."""
    conversation = await _conversation(request.place, asker)
    return await subscribe_conversation(request.tracks, conversation, request.floor, asker, services)


async def subscribe_conversation(
    tracks: tuple[TrackKey, ...], conversation: str, floor: Urgency, asker: Asker, services: Services
) -> Message:
    """Subscribe a conversation we can post in."""
    now = services.clock()
    await services.desk.subscribe(
        [
            Subscription(
                user=asker.user,
                conversation=conversation,
                negotiation=negotiation,
                track=track,
                floor=floor,
                created_at=now,
            )
            for negotiation, track in tracks
        ],
        request=asker.request,
    )
    return said(subscribed_text(services.names, tracks, conversation, floor))


async def unsubscribe(request: Unsubscribe, asker: Asker, services: Services) -> Message:
    """Remove subscriptions of a conversation.

    Raises:
        UserError: There were none; the error says where there are.
    """
    direct = await direct_conversation(asker.client, asker.user)
    conversation = asker.conversation if request.place is Place.HERE else direct
    held = [(each.negotiation, each.track) for each in await _heard(conversation, services)]
    wanted = tuple(held) if request.tracks is None else request.tracks
    gone = await services.desk.unsubscribe(
        conversation=conversation, tracks=wanted, user=asker.user, now=services.clock(), request=asker.request
    )
    if gone:
        return said(unsubscribed_text(services.names, [key for key in wanted if key in held], conversation))
    raise await _nothing_to_undo(request, conversation, direct, asker, services)


async def mute(request: MuteTracks, asker: Asker, services: Services) -> Message:
    """Silence tracks in the conversation the person is in."""
    now = services.clock()
    until = now + request.length
    for negotiation, track in request.tracks:
        silenced = Mute(
            conversation=asker.conversation, negotiation=negotiation, track=track, until=until, user=asker.user
        )
        # Carried out when the last is: each may be done again without harm.
        carried_out = asker.request if (negotiation, track) == request.tracks[-1] else None
        await services.desk.mute(silenced, now=now, request=carried_out)
    return said(muted_text(services.names, request.tracks, asker.conversation, until))


async def unmute(request: UnmuteTracks, asker: Asker, services: Services) -> Message:
    """Lift mutes of the conversation the person is in."""
    now = services.clock()
    in_force = await services.subscriptions.mutes(conversation=asker.conversation, now=now)
    wanted = request.tracks or tuple((each.negotiation, each.track) for each in in_force)
    lifted = [
        (negotiation, track)
        for negotiation, track in wanted
        if await services.desk.unmute(
            conversation=asker.conversation,
            negotiation=negotiation,
            track=track,
            user=asker.user,
            now=now,
            request=asker.request if (negotiation, track) == wanted[-1] else None,
        )
    ]
    where = place(asker.conversation, asker.conversation)
    if lifted:
        return said(f"*{services.names.tracks(lifted)}* can be heard again {where}.")
    if not wanted:
        return said(f"Nothing is muted {where}.")
    return said(f"*{services.names.tracks(wanted)}* was not muted {where}.")


async def check_channel(conversation: str, asker: Asker, *, where: str = "here") -> None:
    """Make sure we can post, and look back, in a channel.

    Raises:
        UserError: We are not in it, or it is archived.
    """
    absent = UserError(
        f"I am not in that channel yet, so I cannot post {where}",
        remedy="Type `/invite @backchannel` there, then subscribe again",
    )
    try:
        channel = (await asker.client.conversations_info(channel=conversation))["channel"]
    except SlackApiError as error:
        if error.response["error"] in {"channel_not_found", "not_in_channel", "method_not_supported_for_channel_type"}:
            raise absent from error
        raise
    if channel.get("is_archived"):
        raise UserError("That channel is archived, so nothing can be posted in it", remedy="Choose another channel")
    # A server that does not say is believed: posting will tell.
    if not channel.get("is_member", True):
        raise absent


async def _conversation(wanted: Place, asker: Asker) -> str:
    if wanted is Place.DM:
        return await direct_conversation(asker.client, asker.user)
    if not asker.conversation.startswith("D"):
        await check_channel(asker.conversation, asker)
        return asker.conversation
    direct = await direct_conversation(asker.client, asker.user)
    if asker.conversation != direct:
        raise UserError(
            "I am not part of this conversation, so I cannot post here",
            remedy="Say `dm` in place of `here`, or ask in a channel",
        )
    return direct


async def _heard(conversation: str, services: Services) -> list[Subscription]:
    return list(await services.subscriptions.subscriptions(conversation=conversation))


async def _nothing_to_undo(
    request: Unsubscribe, conversation: str, direct: str, asker: Asker, services: Services
) -> UserError:
    wanted = request.tracks
    typed = services.names.typed(wanted) if wanted else "all"
    what = f"There is no subscription to {typed if wanted else 'anything'} {place(conversation)}".replace("<#", "#")
    held = {(each.negotiation, each.track) for each in await _heard(conversation, services)}
    if any((negotiation, ALL_TRACKS) in held for negotiation, _ in wanted or ()):
        return UserError(
            "You hear every track there, and one cannot be taken out of every",
            remedy=f"Silence it with `/peace-status mute {typed} 7d`, or start anew: `/peace-status unsubscribe all`",
        )
    other = asker.conversation if conversation == direct else direct
    elsewhere = {(each.negotiation, each.track) for each in await _heard(other, services)}
    if elsewhere & set(wanted or elsewhere):
        word = "dm" if other == direct else "here"
        return UserError(what, remedy=f"There is one with `{word}`: try `/peace-status unsubscribe {typed} {word}`")
    return UserError(what, remedy="See what there is with `/peace-status list`")
