"""The App Home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.queries.status import negotiation_status
from bot.slack.blocks.home import home_view
from handlers.listening import acked

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.kwargs_injection.async_args import AsyncArgs
    from slack_sdk.web.async_client import AsyncWebClient

    from handlers.services import Services


def register(app: AsyncApp, services: Services) -> None:
    """Opening the Home."""
    app.event("app_home_opened")(acked(opened, services))


async def opened(args: AsyncArgs, services: Services) -> None:
    """Show the Home as things stand; the messages tab needs nothing."""
    event = args.body["event"]
    if event.get("tab") == "home":
        await publish(args.client, event["user"], services)


async def publish(client: AsyncWebClient, user: str, services: Services) -> None:
    """Show a person their Home."""
    now = services.clock()
    read = (services.developments, services.sources)
    states = [await negotiation_status(each, *read, now=now) for each in services.negotiations]
    subscriptions = await services.subscriptions.subscriptions(user=user)
    places = dict.fromkeys(each.conversation for each in subscriptions)
    mutes = [each for place in places for each in await services.subscriptions.mutes(conversation=place, now=now)]
    view = home_view(states, services.names, subscriptions, mutes, now=now)
    await client.views_publish(user_id=user, view=view)
