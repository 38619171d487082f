"""Socket Mode: the app's WebSocket connections, the envelopes sent over them, and their acknowledgements.

Each payload goes to one connection, taken in turn. Nothing is sent twice here: events are redelivered by `events`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from aiohttp import WSCloseCode, WSMsgType, web

from bot.sandbox.faults import Fault
from bot.sandbox.wire import SlackError

if TYPE_CHECKING:
    from bot.sandbox.faults import Arming, Faults
    from bot.sandbox.journal import Journal
    from bot.sandbox.limits import Limits
    from bot.sandbox.pages import Pages
    from bot.sandbox.specification import SlackApp
    from bot.sandbox.tickets import Tickets
    from bot.sandbox.wire import Json

_GOODBYE = 1.0
"""Seconds an app has to answer the closing of its socket."""

_REMEMBERED = 1_000
"""Envelopes whose late acknowledgement is still recognised."""

Failure = Literal["no_connection", "connection_closed", "timeout"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one envelope: acknowledged in time with `payload`, or not, for the reason in `failure`."""

    envelope_id: str
    payload: Json
    failure: Failure | None = None

    @property
    def acked(self) -> bool:
        """Whether the app acknowledged it in time."""
        return self.failure is None


@dataclass(eq=False, slots=True)
class Connection:
    """One open socket. A retiring one has been told to reconnect and gets nothing more."""

    number: int
    socket: web.WebSocketResponse
    transport: asyncio.Transport | None = None
    retiring: bool = False
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)


class SocketMode:
    """The app's side of the sandbox: who is connected, and sending to them."""

    def __init__(
        self, app: SlackApp, limits: Limits, tickets: Tickets, journal: Journal, pages: Pages, *, faults: Faults
    ) -> None:
        self._app = app
        self._limits = limits
        self._tickets = tickets
        self._journal = journal
        self._pages = pages
        self._faults = faults
        self._open: list[Connection] = []
        self._turn = 0
        self._opened = 0
        self._sent: dict[str, tuple[Json, float]] = {}

    @property
    def connections(self) -> int:
        """How many sockets payloads can go to."""
        return sum(not connection.retiring for connection in self._open)

    def new_ticket(self) -> str:
        """Leave to open one more socket.

        Raises:
            SlackError: ten are open already.
        """
        if len(self._open) >= self._limits.connections:
            raise SlackError("too_many_websockets")
        return self._tickets.socket()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, until it closes."""
        if not self._tickets.redeem_socket(request.query.get("ticket", "")):
            raise web.HTTPForbidden(text="This ticket is used or too old: call apps.connections.open for another.")
        socket = web.WebSocketResponse(heartbeat=self._limits.heartbeat, timeout=_GOODBYE)
        await socket.prepare(request)
        self._opened += 1
        connection = Connection(self._opened, socket, request.transport)
        self._open.append(connection)
        self._journal.add("socket", connection=connection.number, event="opened", open=len(self._open))
        self._pages.changed("state")
        try:
            await socket.send_json(self._hello())
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._received(connection, message.data)
        except ConnectionResetError:
            # The app died while the hello was on its way; the socket is closed like any other below.
            pass
        finally:
            self._open.remove(connection)
            for waiting in connection.waiting.values():
                if not waiting.done():
                    waiting.set_exception(ConnectionResetError("the app's socket closed"))
            self._journal.add("socket", connection=connection.number, event="closed", open=len(self._open))
            self._pages.changed("state")
        return socket

    async def send(
        self,
        kind: str,
        payload: Json,
        *,
        accepts_response: bool,
        retry: tuple[int, str] | None = None,
    ) -> Outcome:
        """Send one payload to one connection and wait up to 3 s for its acknowledgement.

        The app's failings are in the outcome, never raised. `retry` is (attempt, reason) of an event.
        """
        envelope_id = str(uuid.uuid4())
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": accepts_response,
        }
        if retry is not None:
            envelope["retry_attempt"], envelope["retry_reason"] = retry
        connection = self._next()
        entry = self._journal.add(
            "envelope",
            type=kind,
            envelope_id=envelope_id,
            connection=connection.number if connection else None,
            acked=False,
            ack_ms=None,
            retry_attempt=retry[0] if retry else None,
            payload=payload,
        )
        if connection is None:
            entry["failure"] = "no_connection"
            return Outcome(envelope_id, {}, "no_connection")
        fault = self._faults.met_by_payload(kind, _channel_of(payload))
        if fault is not None:
            entry["fault"] = fault.fault
            if fault.fault is Fault.DISCONNECT:
                await self._cut(connection, frame=fault.frame)
                entry["failure"] = "connection_closed"
                return Outcome(envelope_id, {}, "connection_closed")
        return await self._deliver(connection, envelope, entry, fault)

    async def _deliver(
        self, connection: Connection, envelope: Json, entry: Json, fault: Arming | None = None
    ) -> Outcome:
        loop = asyncio.get_running_loop()
        envelope_id = envelope["envelope_id"]
        answer: asyncio.Future[Json] = loop.create_future()
        connection.waiting[envelope_id] = answer
        self._remember(envelope_id, entry, loop.time())
        failure: Failure
        try:
            async with asyncio.timeout(self._limits.ack):
                await connection.socket.send_json(envelope)
                if fault is not None and fault.fault is Fault.DUPLICATE:
                    await connection.socket.send_json(envelope)
                payload = await answer
        except TimeoutError:
            failure = "timeout"
        except ConnectionError:
            failure = "connection_closed"
        else:
            if fault is None or fault.fault is not Fault.LATE_ACK:
                return Outcome(envelope_id, payload)
            entry["acked"], entry["late"] = False, True
            failure = "timeout"
        finally:
            connection.waiting.pop(envelope_id, None)
        entry["failure"] = failure
        return Outcome(envelope_id, {}, failure)

    def _received(self, connection: Connection, text: str) -> None:
        """An acknowledgement, as far as one can tell; anything else the app says is noted and ignored."""
        try:
            message: Any = json.loads(text)
        except ValueError:
            message = None
        envelope_id = str(message.get("envelope_id")) if isinstance(message, dict) else ""
        if envelope_id not in self._sent:
            self._journal.add("socket", connection=connection.number, event="not understood", text=text[:200])
            return
        payload = message.get("payload")
        entry, sent_at = self._sent[envelope_id]
        entry["ack_ms"] = round((asyncio.get_running_loop().time() - sent_at) * 1000, 1)
        answer = connection.waiting.get(envelope_id)
        if answer is None or answer.done():
            entry["late"] = "failure" in entry
            return
        entry["acked"] = True
        entry["answer"] = payload
        answer.set_result(payload if isinstance(payload, dict) else {})

    def _next(self) -> Connection | None:
        ready = [connection for connection in self._open if not connection.retiring]
        if not ready:
            return None
        self._turn += 1
        return ready[self._turn % len(ready)]

    def _remember(self, envelope_id: str, entry: Json, sent_at: float) -> None:
        self._sent[envelope_id] = entry, sent_at
        if len(self._sent) > _REMEMBERED:
            del self._sent[next(iter(self._sent))]

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": {
                "host": "sandbox",
                "build_number": 1,
                "approximate_connection_time": 18_060,
            },
            "connection_info": {"app_id": self._app.app_id},
        }

    async def disconnect(self, reason: str) -> int:
        """Tell every connection to reconnect and send it nothing more; how many were told. See `close_retired`."""
        told = [connection for connection in self._open if not connection.retiring]
        for connection in told:
            connection.retiring = True
            message = {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
            try:
                await connection.socket.send_json(message)
            except ConnectionError:
                continue  # it has gone already, which is what we asked of it
        self._journal.add("socket", event="disconnect", reason=reason, told=len(told))
        return len(told)

    async def cut(self) -> int:
        """Close every connection without a word, as a lost network does; how many there were."""
        cut = [connection for connection in self._open if not connection.retiring]
        for connection in cut:
            await self._cut(connection, frame=False)
        self._journal.add("socket", event="cut", told=0, cut=len(cut))
        return len(cut)

    async def _cut(self, connection: Connection, *, frame: bool) -> None:
        connection.retiring = True
        if frame:
            message = {"type": "disconnect", "reason": "refresh_requested", "debug_info": {"host": "sandbox"}}
            with contextlib.suppress(ConnectionError):  # it has gone already
                await connection.socket.send_json(message)
            await connection.socket.close()
        elif connection.transport is not None:
            connection.transport.abort()

    async def close_retired(self) -> None:
        """Close, after the time Slack leaves for it, the sockets that were told to reconnect."""
        retired = [connection for connection in self._open if connection.retiring]
        await asyncio.sleep(self._limits.refresh)
        await asyncio.gather(*(connection.socket.close() for connection in retired))

    async def close(self) -> None:
        """Close every socket."""
        code = WSCloseCode.GOING_AWAY
        await asyncio.gather(*(connection.socket.close(code=code) for connection in self._open))


def _channel_of(payload: Json) -> str | None:
    """The conversation a payload is about, wherever its kind says so."""
    event = payload.get("event") or {}
    channel = event.get("channel") or payload.get("channel_id") or payload.get("channel")
    return str(channel.get("id")) if isinstance(channel, dict) else channel
