"""What faults do to calls of the Web API: before the method runs, and after it."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.faults import Fault
from bot.sandbox.wire import RateLimitedError, SlackError

if TYPE_CHECKING:
    from bot.sandbox.backend import Backend
    from bot.sandbox.faults import Arming
    from bot.sandbox.wire import Json


def met(backend: Backend, method: str, values: Json) -> Arming | None:
    """The fault this call meets, if any."""
    wanted = str(values.get("channel") or "") or None
    named = backend.workspace.named(wanted) if wanted else None
    return backend.faults.met_by_call(method, named.id if named is not None else wanted)


async def before(fault: Arming) -> web.Response | None:
    """Refuse the call, or hold it up; a response where nothing more is to be done.

    Raises:
        RateLimitedError: 429, for RATE_LIMIT.
        SlackError: the error armed, for REFUSE.
    """
    match fault.fault:
        case Fault.RATE_LIMIT:
            raise RateLimitedError(fault.retry_after)
        case Fault.REFUSE:
            raise SlackError(fault.error)
        case Fault.ERROR_BEFORE:
            return _broken()
        case Fault.SLOW_ACCEPT:
            await asyncio.sleep(fault.delay)
    return None


def after(fault: Arming, request: web.Request, backend: Backend, answer: Json) -> web.Response | None:
    """Spoil the answer of a call that was made; None where the caller gets it as it is."""
    if fault.lag and answer["ok"] and "ts" in answer:
        backend.faults.hide(answer["channel"], answer["ts"], fault.lag)
    match fault.fault:
        case Fault.ERROR_AFTER:
            return _broken()
        case Fault.DROP_REPLY:
            if request.transport is not None:
                request.transport.close()
            return web.Response()  # nobody gets it
    return None


def _broken() -> web.Response:
    return web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR, text="The sandbox was told to fail here.")
