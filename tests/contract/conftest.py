"""Sandboxes, the real Slack SDK pointed at them, and the people in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.client import ControlClient
from bot.sandbox.server import Limits, Sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from slack_bolt.async_app import AsyncApp


@pytest.fixture
async def start_sandbox() -> AsyncIterator[Callable[..., Awaitable[Sandbox]]]:
    """Start a sandbox with these arguments; it stops when the test ends."""
    started: list[Sandbox] = []

    async def start(**arguments: Any) -> Sandbox:
        sandbox = Sandbox(**arguments)
        await sandbox.start()
        started.append(sandbox)
        return sandbox

    yield start
    for sandbox in started:
        await sandbox.stop()


@pytest.fixture
def limits() -> Limits:
    """Slack's limits, except for waits no answer can shorten. A test that needs others parametrizes "limits"."""
    return Limits(event_retries=(0.0, 0.05, 0.1), refresh=0.2)


@pytest.fixture
async def sandbox(start_sandbox: Callable[..., Awaitable[Sandbox]], limits: Limits) -> Sandbox:
    """A running sandbox."""
    return await start_sandbox(limits=limits)


@pytest.fixture
def slack(sandbox: Sandbox) -> AsyncWebClient:
    """The SDK's client with the bot token; it retries nothing by itself."""
    return AsyncWebClient(token=sandbox.workspace.app.bot_token, base_url=sandbox.api_url, retry_handlers=[])


@pytest.fixture
async def people(sandbox: Sandbox) -> AsyncIterator[ControlClient]:
    """What people do and see in the sandbox."""
    async with ControlClient(sandbox.url) as client:
        yield client


@pytest.fixture
async def run_app(sandbox: Sandbox) -> AsyncIterator[Callable[[AsyncApp], Awaitable[AsyncSocketModeHandler]]]:
    """Connect a Bolt app over Socket Mode, as in production."""
    running: list[AsyncSocketModeHandler] = []

    async def run(app: AsyncApp) -> AsyncSocketModeHandler:
        app_token = sandbox.workspace.app.app_token
        handler = AsyncSocketModeHandler(
            app, app_token, web_client=AsyncWebClient(token=app_token, base_url=sandbox.api_url)
        )
        await handler.connect_async()
        running.append(handler)
        return handler

    yield run
    for handler in running:
        await handler.close_async()


@pytest.fixture
async def connect(sandbox: Sandbox) -> AsyncIterator[Callable[[], Awaitable[aiohttp.ClientWebSocketResponse]]]:
    """Open a bare Socket Mode connection, its hello already read."""
    app_client = AsyncWebClient(token=sandbox.workspace.app.app_token, base_url=sandbox.api_url)
    async with aiohttp.ClientSession() as session:

        async def open_one() -> aiohttp.ClientWebSocketResponse:
            address = (await app_client.apps_connections_open(app_token=sandbox.workspace.app.app_token))["url"]
            socket = await session.ws_connect(address)
            hello = await socket.receive_json()
            assert hello["type"] == "hello"
            return socket

        yield open_one
