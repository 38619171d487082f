"""A running demo, and a browser looking at its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from get_chromium import present
from playwright.async_api import async_playwright, expect
from support.program import Program

from bot.sandbox.client import ControlClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Page

SPEED = "3"
# Started so, it makes no connection of its own: nothing leaves this machine.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """Where the page of a `backchannel demo`, hurried, is."""
    async with Program("demo", "--port", "0", "--no-browser", "--speed", SPEED) as program:
        yield (await program.said(r"(http://127\.0\.0\.1:\d+)/"))[1]


@pytest.fixture
async def demo(address: str) -> AsyncIterator[ControlClient]:
    """What a person at the demo's page does and sees, once its bot hears."""
    async with ControlClient(address) as desk:
        await desk.wait_for_connections(1, seconds=60)
        yield desk


@pytest.fixture
async def page(address: str) -> AsyncIterator[Page]:
    """The demo's page in headless Chromium, at a laptop's size. Its script errors fail the test."""
    executable = present()
    assert executable, "the browser tests need Chromium: run scripts/get_chromium.py"
    expect.set_options(timeout=20_000)  # the machine may be busy with other tests
    errors: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=FLAGS)
        page = await browser.new_page(viewport={"width": 1400, "height": 950})
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(f"{address}/")
        yield page
        await browser.close()
    assert errors == []
