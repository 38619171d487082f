"""Counts Slack listeners at work, so that stopping can wait for them: closing the socket does not."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from slack_bolt.listener.async_listener_completion_handler import AsyncListenerCompletionHandler
from slack_bolt.listener.async_listener_start_handler import AsyncListenerStartHandler

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.request.async_request import AsyncBoltRequest
    from slack_bolt.response import BoltResponse

log = logging.getLogger(__name__)


class ListenersAtWork(AsyncListenerCompletionHandler):
    """Told by Bolt when a listener starts and ends, whether well or badly."""

    def __init__(self, app: AsyncApp) -> None:
        self._at_work = 0
        self._idle = asyncio.Event()
        self._idle.set()
        app.listener_runner.listener_start_handler = _Started(self)
        app.listener_runner.listener_completion_handler = self

    def started(self) -> None:
        """One more."""
        self._at_work += 1
        self._idle.clear()

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        """One fewer."""
        del request, response
        self._at_work -= 1
        if self._at_work == 0:
            self._idle.set()

    async def drain(self, seconds: float) -> None:
        """Wait until no listener is at work, for `seconds` at most."""
        try:
            await asyncio.wait_for(self._idle.wait(), seconds)
        except TimeoutError:
            log.warning("%d Slack listeners had not ended after %.0f s and were cut off", self._at_work, seconds)


class _Started(AsyncListenerStartHandler):
    def __init__(self, counter: ListenersAtWork) -> None:
        self._counter = counter

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        del request, response
        self._counter.started()
