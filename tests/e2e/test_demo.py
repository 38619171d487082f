"""The demo as a newcomer uses it: alerts arrive, the status answers, a subscription brings its track and no other."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

from playwright.async_api import expect
from support.seen import cards, delivery_key, development_of

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

    from bot.sandbox.client import ControlClient
    from bot.sandbox.wire import Json

CHANNEL = "talks-ukraine-russia"
TRACKS = ("Security guarantees", "Territory", "Economy", "Politics", "Humanitarian")
PATIENCE = 90_000


def tracks_of(card: Json) -> set[str]:
    """The tracks a card names."""
    shown = str(card["blocks"])
    return {track for track in TRACKS if track in shown}


async def cards_on(desk: ControlClient, channel: str, *, tracks: int) -> list[Json]:
    """The cards of a channel once they cover so many tracks."""
    async with asyncio.timeout(PATIENCE / 1000):
        while True:
            found = cards(await desk.messages(channel))
            if len(set().union(*map(tracks_of, found))) >= tracks:
                return found
            await asyncio.sleep(0.5)


async def test_alerts_of_four_tracks_arrive_once_and_the_status_knows_them(demo: ControlClient, page: Page) -> None:
    found = await cards_on(demo, CHANNEL, tracks=4)
    assert max(Counter(development_of(delivery_key(card)) for card in found).values()) == 1

    await page.get_by_test_id(f"channel-{CHANNEL}").click()
    await expect(page.get_by_test_id("message").first).to_be_visible()
    composer = page.get_by_test_id("composer")
    await composer.fill("/peace-status")
    await composer.press("Enter")
    answer = page.get_by_test_id("ephemeral").last
    for track in TRACKS:
        await expect(answer).to_contain_text(track)

    await composer.fill("/peace-status teritory")
    await composer.press("Enter")
    await expect(page.get_by_test_id("ephemeral").last).to_contain_text("Territory")


async def test_a_subscription_made_in_the_form_brings_that_tracks_alerts_and_no_other(
    demo: ControlClient, page: Page
) -> None:
    await page.get_by_test_id(f"channel-{CHANNEL}").click()
    composer = page.get_by_test_id("composer")
    await composer.fill("/peace-status subscribe")
    await composer.press("Enter")
    modal = page.get_by_test_id("modal")
    await expect(modal).to_be_visible()
    await modal.locator("[data-action-id=tracks] .multi-trigger").click()
    await modal.get_by_label("Territory", exact=False).check()
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_be_hidden()

    await page.get_by_test_id("dm-backchannel").click()
    await expect(page.get_by_test_id("message").filter(has_text="Territory").first).to_be_visible(timeout=PATIENCE)
    direct = next(channel["id"] for channel in (await demo.state())["channels"] if channel["kind"] == "im")
    await cards_on(demo, direct, tracks=1)
    assert all("Territory" in tracks_of(card) for card in cards(await demo.messages(direct)))


async def press(button: Locator, answer: Locator, says: str) -> None:
    """Press, and as a person would press again where nothing came of it: the card may have been redrawn beneath."""
    async with asyncio.timeout(PATIENCE / 1000):
        while True:
            await button.click()
            try:
                await expect(answer).to_contain_text(says, ignore_case=True, timeout=8000)
            except AssertionError:
                continue
            return


async def test_the_buttons_of_a_card_work(demo: ControlClient, page: Page) -> None:
    await cards_on(demo, CHANNEL, tracks=1)
    await page.get_by_test_id(f"channel-{CHANNEL}").click()
    card = page.get_by_test_id("message").first

    await press(card.locator("[data-action-id=alert_timeline]"), page.get_by_test_id("ephemeral").last, "Sample")

    await press(card.locator("[data-action-id=alert_mute]"), page.get_by_test_id("modal"), "Mute a track")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("ephemeral").last).to_contain_text("Muted Politics")

    await press(card.locator("[data-action-id=alert_not_new]"), page.get_by_test_id("modal"), "The desk knew")
    await page.get_by_test_id("modal-submit").click()
    await expect(card).to_contain_text("Marked not new", timeout=PATIENCE)
