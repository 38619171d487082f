"""Things that are valid for a short while: trigger ids, response URLs and tickets for sockets."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sandbox.wire import SlackError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.limits import Limits


@dataclass(slots=True)
class Trigger:
    """Who may be shown a modal, and where they were. Serves once."""

    user: str
    channel: str | None
    expires: float
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """Where the app may answer an interaction, a few times.

    `message_ts` is the message whose button was pressed; None for a slash command.
    """

    user: str
    channel: str
    message_ts: str | None
    thread_ts: str | None
    expires: float
    left: int


class Tickets:
    """Issues and redeems. `clock` gives seconds."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._triggers: dict[str, Trigger] = {}
        self._responses: dict[str, ResponseUrl] = {}
        self._sockets: dict[str, float] = {}

    def reset(self) -> None:
        """Forget triggers and response URLs; a socket just being opened keeps its ticket."""
        self._triggers.clear()
        self._responses.clear()

    def trigger(self, user: str, channel: str | None) -> str:
        """A trigger id for a modal shown to this person."""
        trigger_id = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = Trigger(user, channel, self._clock() + self._limits.trigger)
        return trigger_id

    def redeem_trigger(self, trigger_id: str) -> Trigger:
        """Use a trigger id.

        Raises:
            SlackError: it is unknown, was used before, or is older than 3 seconds.
        """
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock() > trigger.expires:
            raise SlackError("expired_trigger_id", ["`trigger_id` expired [json-pointer:/trigger_id]"])
        trigger.used = True
        return trigger

    def response_url(
        self, user: str, channel: str, *, message_ts: str | None = None, thread_ts: str | None = None
    ) -> str:
        """The secret path of a new response URL."""
        key = secrets.token_urlsafe(18)
        self._responses[key] = ResponseUrl(
            user,
            channel,
            message_ts,
            thread_ts,
            expires=self._clock() + self._limits.response_url,
            left=self._limits.response_url_uses,
        )
        return key

    def redeem_response(self, key: str) -> ResponseUrl:
        """Use a response URL once.

        Raises:
            SlackError: it is unknown or too old (`expired_url`), or was used five times (`used_url`).
        """
        found = self._responses.get(key)
        if found is None or self._clock() > found.expires:
            raise SlackError("expired_url")
        if found.left < 1:
            raise SlackError("used_url")
        found.left -= 1
        return found

    def socket(self) -> str:
        """A ticket for one WebSocket connection."""
        ticket = secrets.token_urlsafe(18)
        self._sockets[ticket] = self._clock() + self._limits.ticket
        return ticket

    def redeem_socket(self, ticket: str) -> bool:
        """Whether this ticket opens a connection now; it does so once."""
        expires = self._sockets.pop(ticket, None)
        return expires is not None and self._clock() <= expires
