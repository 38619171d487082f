"""What people are told in Slack when the sources do not answer: not that nothing happened."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from support.talks import OPENED, words

from bot.domain.poll import PollRecord
from bot.domain.source import Problem

if TYPE_CHECKING:
    from conftest import Floor

NAMES = ("wire", "paper", "radio", "post")


async def look(floor: Floor, *names: str, problem: Problem | None = None) -> None:
    for name in names:
        await floor.archive.sources.record_poll(
            PollRecord(
                source=floor.archive.source(name),
                at=floor.clock(),
                next_poll_at=floor.clock() + timedelta(hours=50),
                pace=timedelta(minutes=10),
                problem=problem,
                reason="did not answer" if problem else None,
                error_count=1 if problem else 0,
            )
        )


async def test_every_answer_tells_no_news_from_not_seeing(floor: Floor) -> None:
    await floor.archive.sources.list_sources([floor.archive.source(name) for name in NAMES], now=OPENED)
    await floor.open_development("one", tracks=("territory",))
    floor.clock.forward(days=2)
    await look(floor, *NAMES[:3])
    await look(floor, "post", problem=Problem.TIMEOUT)
    assert "No news for 2 days; 3 of 4 sources answer." in words((await floor.ask(""))["blocks"])
    assert "No news for 2 days; 3 of 4 sources answer." in words((await floor.ask("territory"))["blocks"])
    await floor.people.do("open-home", user="dana")
    home = await floor.wait_for_home("3 of 4 sources answer")
    assert "We cannot know" not in words(home["blocks"])

    floor.clock.forward(hours=1)
    await look(floor, "wire", "radio", problem=Problem.DNS)
    for request in ("", "territory", "sources"):
        told = await floor.ask(request)
        assert "We cannot know: 3 of 4 sources are not answering since <!date^" in words(told["blocks"]), request
        assert "We cannot know" in told["text"], request
    await floor.people.do("open-home", user="dana")
    await floor.wait_for_home("We cannot know: 3 of 4 sources are not answering since")
