"""`/peace-status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.slack.blocks.modals import subscribe_modal
from handlers.acts import Asker
from handlers.answers import answer
from handlers.grammar import ChooseTracks, parse
from handlers.inbox import key_of
from handlers.listening import acked
from handlers.surfaces import OnlyToThem

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.kwargs_injection.async_args import AsyncArgs

    from handlers.services import Services

COMMAND = "/peace-status"


def register(app: AsyncApp, services: Services) -> None:
    """The one command."""
    app.command(COMMAND)(acked(peace_status, services))


async def peace_status(args: AsyncArgs, services: Services) -> None:
    """Answer, to the person alone; a bare `subscribe` opens the modal."""
    command = args.body
    request = parse(command.get("text", ""), services.tracks)
    if isinstance(request, ChooseTracks):
        view = subscribe_modal(services.negotiations, conversation=command["channel_id"], place=request.place)
        await args.client.views_open(trigger_id=command["trigger_id"], view=view)
        return
    asker = Asker(command["user_id"], command["channel_id"], args.client, key_of(args))
    await OnlyToThem(args).say(await answer(request, asker, services))
