"""The inbox: what Slack sends is kept before it is acknowledged, done once, and taken up again after a crash.

A request is stored by a middleware, which runs before Bolt acknowledges anything; a repeat is acknowledged and nothing
else. What was stored and never finished is handed to the same listeners again when the program is back.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from slack_bolt.async_app import AsyncApp
    from slack_bolt.kwargs_injection.async_args import AsyncArgs

    from bot.domain.inbound import Unfinished
    from handlers.services import Services

# Longer than any listener takes; after that a process of another machine is given up.
LEASE = timedelta(minutes=2)
# A request that ended the process each time it was begun is left alone.
MOST_ATTEMPTS = 3
_KEY, _AGAIN, _ACTED = "backchannel_key", "backchannel_again", "backchannel_acted"

log = logging.getLogger(__name__)


class Inbox(Protocol):
    """Where requests are kept."""

    async def receive(
        self, keys: Sequence[tuple[str, str]], body: Mapping[str, Any], *, now: datetime, lease: timedelta
    ) -> bool:
        """Keep a request under the first of its (kind, key) pairs, for us to do; False if it came under any before."""
        ...

    async def finish(self, key: str) -> None:
        """What was asked for is done, and told."""
        ...

    async def take_up(self, *, now: datetime, lease: timedelta) -> Sequence[Unfinished]:
        """Requests whose process ended before it had done them, oldest first; ours to do from now on."""
        ...


def register(app: AsyncApp, services: Services) -> None:
    """Before every listener."""

    async def keep(args: AsyncArgs) -> BoltResponse | None:
        keys = inbound_keys(args.body)
        if keys and _KEY not in args.context:
            body = {name: value for name, value in args.body.items() if name != "token"}
            if not await services.inbox.receive(keys, body, now=services.clock(), lease=LEASE):
                return BoltResponse(status=200)
            args.context[_KEY] = keys[0][1]
        await args.next()
        return None

    app.use(keep)


class TakeUp:
    """Hands what was not finished to the listeners again."""

    def __init__(self, app: AsyncApp, inbox: Inbox) -> None:
        self._app = app
        self._inbox = inbox

    async def run(self, now: datetime) -> int:
        """Begin each of them; returns how many there were."""
        unfinished = await self._inbox.take_up(now=now, lease=LEASE)
        for each in unfinished:
            if each.attempts > MOST_ATTEMPTS:
                log.error("a request of %s was begun %d times and never finished: left alone", each.at, each.attempts)
                await self._inbox.finish(each.key)
                continue
            log.info("taking up a request of %s again", each.at)
            context = {_KEY: each.key, _AGAIN: True, _ACTED: each.acted}
            request = AsyncBoltRequest(body=each.body, mode="socket_mode", context=context)
            answer = await self._app.async_dispatch(request)
            if answer.status == _NO_LISTENER:
                await self._inbox.finish(each.key)
        return len(unfinished)


_NO_LISTENER = 404


async def finish(args: AsyncArgs, services: Services) -> None:
    """A request is done. Where that cannot be stored it is taken up again after the next start."""
    key = key_of(args)
    if key is not None:
        try:
            await services.inbox.finish(key)
        except Exception:
            log.exception("a request was done, which could not be stored")


def key_of(args: AsyncArgs) -> str | None:
    """What a request is kept under; None for one that is not kept."""
    key: str | None = args.context.get(_KEY)
    return key


def again(args: AsyncArgs) -> bool:
    """Whether a request is taken up after a crash."""
    return bool(args.context.get(_AGAIN))


def acted(args: AsyncArgs) -> bool:
    """Whether what a request asks for was stored before the crash."""
    return bool(args.context.get(_ACTED))


def inbound_keys(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What tells a request from others, each with its kind: the event's id and its message, or the trigger."""
    event = body.get("event")
    if event is None:
        trigger = body.get("trigger_id")
        return [("trigger", f"trigger:{trigger}")] if trigger else []
    keys = [("event", f"event:{body['event_id']}")] if body.get("event_id") else []
    if event.get("type") in {"message", "app_mention"}:
        # A mention in a direct message comes as two events about one message.
        keys.append(("message", f"message:{event['channel']}:{event['ts']}"))
    return keys
