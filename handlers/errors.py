"""One place where a failure is told: to the person where they were, and to the log, under the same number."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackClientError

from bot.domain.errors import SlackError, UserError
from bot.slack.blocks.help import failure, not_understood
from handlers.surfaces import surface_of

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.kwargs_injection.async_args import AsyncArgs

    from handlers.services import Services

log = logging.getLogger(__name__)


def register(app: AsyncApp, services: Services) -> None:
    """Whatever fails before or outside a listener of ours."""
    del services

    async def on_error(error: Exception, args: AsyncArgs) -> None:
        await tell(error, args)

    app.error(on_error)


async def tell(error: Exception, args: AsyncArgs) -> None:
    """Answer for a request that failed. A misunderstanding is explained; anything else is logged with its traceback."""
    surface = surface_of(args)
    if isinstance(error, UserError):
        message = not_understood(error)
    else:
        reference = secrets.token_hex(3)
        log.error("[%s] a listener failed on %s", reference, _about(args), exc_info=error)
        message = failure(reference)
    if surface is None:
        return
    try:
        await surface.say(message)
    except (SlackClientError, SlackError, OSError, TimeoutError):
        log.exception("the person could not be told of it on %s", type(surface).__name__)


def _about(args: AsyncArgs) -> str:
    """What kind of request it was, without what was said in it."""
    body = args.body
    kind = body.get("event", {}).get("type") or body.get("command") or body.get("type") or "a request"
    return f"{kind} from {args.context.user_id} in {args.context.channel_id}"
