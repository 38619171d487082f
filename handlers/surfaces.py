"""Where a person was when they asked, and so where the answer goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from slack_sdk.errors import SlackApiError

from bot.domain.errors import SlackError
from bot.slack.blocks.home import broken_home
from bot.slack.blocks.modals import kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_bolt.kwargs_injection.async_args import AsyncArgs
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.domain.alert import Message

_OK = 200
_NOT_SHOWN = frozenset({"user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived"})


class Surface(Protocol):
    """A place a person looks at."""

    async def say(self, message: Message) -> None:
        """Show them an answer.

        Raises:
            SlackApiError: Slack refused it.
            SlackError: The same, where Slack answers without a reason.
        """
        ...


@dataclass(frozen=True, slots=True)
class OnlyToThem:
    """The answer to a command or a click, which nobody else sees. Good for five answers in half an hour."""

    args: AsyncArgs
    replace: bool = False
    """Whether the answer takes the place of the message that was clicked on."""

    async def say(self, message: Message) -> None:
        """Answer through the response URL."""
        answer = await self.args.respond(
            text=message.text, blocks=list(message.blocks), response_type="ephemeral", replace_original=self.replace
        )
        if answer.status_code != _OK:
            raise SlackError(f"the response URL answered {answer.status_code} {answer.body!r}")


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation all of its members read: under `thread_ts`, or plainly in it."""

    client: AsyncWebClient
    conversation: str
    thread_ts: str | None

    async def say(self, message: Message) -> None:
        """Post."""
        await self.client.chat_postMessage(
            channel=self.conversation,
            text=message.text,
            blocks=list(message.blocks),
            thread_ts=self.thread_ts,
            unfurl_links=False,
            unfurl_media=False,
        )


@dataclass(frozen=True, slots=True)
class Direct:
    """A person's direct messages with us: where everything can be said."""

    client: AsyncWebClient
    user: str

    async def say(self, message: Message) -> None:
        """Open the conversation and post."""
        await Thread(self.client, await direct_conversation(self.client, self.user), None).say(message)


@dataclass(frozen=True, slots=True)
class Whisper:
    """A conversation, seen by one person only; their direct messages where we cannot whisper."""

    client: AsyncWebClient
    conversation: str
    user: str

    async def say(self, message: Message) -> None:
        """Post for one person."""
        try:
            await self.client.chat_postEphemeral(
                channel=self.conversation, user=self.user, text=message.text, blocks=list(message.blocks)
            )
        except SlackApiError as error:
            if error.response["error"] not in _NOT_SHOWN:
                raise
            await Direct(self.client, self.user).say(message)


@dataclass(frozen=True, slots=True)
class Home:
    """A person's App Home."""

    client: AsyncWebClient
    user: str

    async def say(self, message: Message) -> None:
        """Show the answer in place of the Home, with a way back."""
        await self.client.views_publish(user_id=self.user, view=broken_home(message))


def surface_of(args: AsyncArgs) -> Surface | None:
    """Where the person behind a request is looking; None where nobody is."""
    body, user = args.body, args.context.user_id
    if "event" in body:
        return _of_event(body["event"], args.client)
    if user is None:
        return None
    if body.get("type") == "view_submission":
        return after_modal(body["view"], user, args.client)
    if body.get("response_url"):
        return OnlyToThem(args)
    at_home = body.get("view", {}).get("type") == "home"
    return Home(args.client, user) if at_home else Direct(args.client, user)


def _of_event(event: Mapping[str, Any], client: AsyncWebClient) -> Surface | None:
    match event["type"]:
        case "app_home_opened":
            return Home(client, event["user"])
        case "app_mention":
            return Thread(client, event["channel"], event.get("thread_ts", event["ts"]))
        case "message" if event.get("channel_type") == "im":
            return Thread(client, event["channel"], event.get("thread_ts"))
        case _:
            return None


def after_modal(view: Mapping[str, Any], user: str, client: AsyncWebClient) -> Surface:
    """Where a person looks once their modal has closed: where they opened it."""
    conversation = kept(view).get("conversation")
    return Whisper(client, conversation, user) if conversation else Direct(client, user)


async def show(args: AsyncArgs, view: dict[str, Any]) -> None:
    """Open a modal for the person who clicked."""
    await args.client.views_open(trigger_id=args.body["trigger_id"], view=view)


async def direct_conversation(client: AsyncWebClient, user: str) -> str:
    """The id of a person's direct messages with us."""
    opened = await client.conversations_open(users=user)
    return str(opened["channel"]["id"])
