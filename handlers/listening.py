"""How every listener runs: acknowledge, drop what was handled before, work, and tell of a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.errors import tell

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from slack_bolt.kwargs_injection.async_args import AsyncArgs

    from handlers.services import Services

    Work = Callable[[AsyncArgs, Services], Awaitable[None]]
    Checked = Callable[[Mapping[str, Any]], dict[str, str]]


def acked(work: Work, services: Services, *, checked: Checked | None = None) -> Callable[[AsyncArgs], Awaitable[None]]:
    """A listener that does `work` once an event has been acknowledged, and once only.

    `checked` looks at a submitted modal and gives errors to show in it, by field; without any the modal closes. It
    must not take time: Slack waits three seconds.
    """

    async def listener(args: AsyncArgs) -> None:
        if checked and (errors := checked(args.body["view"])):
            await args.ack(response_action="errors", errors=errors)
            return
        await args.ack()
        # A failure is told here, not raised: Bolt looks for the acknowledgement every 10 ms and forgets one whose
        # listener failed before it looked, so that the person would see Slack's own error as well.
        try:
            if await is_new(args.body, services):
                await work(args, services)
        except Exception as error:  # noqa: BLE001 - `tell` logs it with its traceback
            await tell(error, args)

    return listener


async def is_new(body: Mapping[str, Any], services: Services) -> bool:
    """Whether none of a request's keys was handled before. All are recorded: an event comes again under either."""
    now = services.clock()
    seen = [not await services.desk.first_time(key, kind=kind, now=now) for kind, key in inbound_keys(body)]
    return not any(seen)


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
