"""What happens around us: mentions, direct messages, joining a channel, losing our place in the workspace."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from bot.slack.blocks.help import welcome
from handlers.acts import Asker
from handlers.answers import answer
from handlers.grammar import parse_talk
from handlers.inbox import key_of
from handlers.listening import acked
from handlers.surfaces import Thread, Whisper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_bolt.async_app import AsyncApp
    from slack_bolt.kwargs_injection.async_args import AsyncArgs

    from handlers.services import Services

log = logging.getLogger(__name__)


def register(app: AsyncApp, services: Services) -> None:
    """Every event the manifest subscribes to but the Home's."""
    app.event("app_mention")(acked(mentioned, services))
    app.event("message")(acked(written, services))
    app.event("member_joined_channel")(acked(joined, services))
    for name in _LOSSES:
        app.event(name)(acked(lost, services))
    for name in ("channel_unarchive", "group_unarchive"):
        app.event(name)(acked(unarchived, services))


async def mentioned(args: AsyncArgs, services: Services) -> None:
    """Answer a mention in its thread."""
    if is_a_persons(args.body["event"]):
        await _reply(args, services, args.body["event"].get("thread_ts", args.body["event"]["ts"]))


async def written(args: AsyncArgs, services: Services) -> None:
    """Answer a direct message; what is written in channels is none of our business."""
    event = args.body["event"]
    if event.get("channel_type") == "im" and is_a_persons(event):
        await _reply(args, services, event.get("thread_ts"))


async def joined(args: AsyncArgs, services: Services) -> None:
    """Deliver what waited for us to be here, and tell whoever invited us what we can do."""
    event = args.body["event"]
    if event["user"] != args.context.bot_user_id:
        return
    await services.desk.look_again(event["channel"], now=services.clock())
    if event.get("inviter"):
        await Whisper(args.client, event["channel"], event["inviter"]).say(welcome(services.negotiations))


async def unarchived(args: AsyncArgs, services: Services) -> None:
    """Deliver what waited for a channel to be back."""
    await services.desk.look_again(args.body["event"]["channel"], now=services.clock())


async def lost(args: AsyncArgs, services: Services) -> None:
    """Leave a line for whoever looks after this program."""
    del services
    event = args.body["event"]
    log.warning("%s%s", _LOSSES[event["type"]], f" ({event['channel']})" if event.get("channel") else "")


def is_a_persons(event: Mapping[str, Any]) -> bool:
    """Whether a message is what a person newly wrote: not an edit, a join or a bot's. Bolt drops our own itself."""
    return not (event.get("subtype") or event.get("bot_id")) and "user" in event


async def _reply(args: AsyncArgs, services: Services, thread_ts: str | None) -> None:
    event = args.body["event"]
    request = parse_talk(event.get("text", ""), services.tracks)
    asker = Asker(event["user"], event["channel"], args.client, key_of(args))
    await Thread(args.client, event["channel"], thread_ts).say(await answer(request, asker, services))


_LOSSES = {
    "tokens_revoked": "Slack revoked a token of this app: install it again, or nothing can be posted",
    "app_uninstalled": "the app was removed from the workspace: nothing can be posted until it is installed again",
    "channel_archive": "a channel was archived: alerts for it will be held",
    "group_archive": "a private channel was archived: alerts for it will be held",
}
