"""How every listener runs: acknowledge what is kept, work, tell of a failure, and finish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

from bot.domain.errors import UserError
from bot.slack.blocks.subscriptions import said
from handlers.errors import tell
from handlers.inbox import acted, again, finish
from handlers.surfaces import surface_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from slack_bolt.kwargs_injection.async_args import AsyncArgs

    from handlers.services import Services

    Work = Callable[[AsyncArgs, Services], Awaitable[None]]
    Checked = Callable[[Mapping[str, Any]], dict[str, str]]


def acked(work: Work, services: Services, *, checked: Checked | None = None) -> Callable[[AsyncArgs], Awaitable[None]]:
    """A listener that does `work` once a request has been acknowledged, and once only (see `inbox`).

    `checked` looks at a submitted modal and gives errors to show in it, by field; without any the modal closes. It
    must not take time: Slack waits three seconds.
    """

    async def listener(args: AsyncArgs) -> None:
        if checked and (errors := checked(args.body["view"])):
            await args.ack(response_action="errors", errors=errors)
            await finish(args, services)
            return
        await args.ack()
        # A failure is told here, not raised: Bolt looks for the acknowledgement every 10 ms and forgets one whose
        # listener failed before it looked, so that the person would see Slack's own error as well.
        try:
            if acted(args):
                await tell_done(args)
            else:
                await work(args, services)
        except Exception as error:  # noqa: BLE001 - `tell` logs it with its traceback
            await tell(_too_late(error) if again(args) else error, args)
        await finish(args, services)

    return listener


async def tell_done(args: AsyncArgs) -> None:
    """For a request that was carried out just before a crash: the answer it still lacks."""
    surface = surface_of(args)
    if surface is not None:
        await surface.say(said("That is done. I was restarted before I could say so; see `/peace-status list`."))


def _too_late(error: Exception) -> Exception:
    """What a person is told whose click is answered after a crash: a modal opens within 3 s of it, or not at all."""
    if isinstance(error, SlackApiError) and error.response["error"] in _TOO_LATE:
        return UserError("I was restarted just as you asked", remedy="Please ask once more")
    return error


_TOO_LATE = frozenset({"expired_trigger_id", "invalid_trigger_id", "exchanged_trigger_id", "trigger_expired"})
