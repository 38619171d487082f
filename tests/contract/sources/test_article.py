"""From an article's address to its opening: what is taken, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.article import ArticleText
from bot.domain.source import FetchFailed, Problem
from bot.sources.article import ArticleReader
from bot.sources.article_text import CLOSING_LIMIT, LEAD_LIMIT, extract
from bot.sources.robots import Robots

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.sources.http import Fetcher

LEAD = "PORTO ALTO (Tidewire) - The presidents met on Monday to negotiate fishing rights, two officials said."
MORE = "No date was given for the next round of talks, which the mediators hope to hold before the end of the month."
SIGNED = "Reporting by A. Sample; Editing by B. Sample"
HEADLINE = "Presidents meet"


def page(*paragraphs: str, author: str = "") -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    meta = f'<meta name="author" content="{author}">' if author else ""
    return (
        f"<!doctype html><html lang=en><head><title>{HEADLINE}</title>{meta}</head><body><nav>News Sport Weather</nav>"
        f"<article><h1>{HEADLINE}</h1>{text}</article><div class=comments>First!</div><footer>Imprint</footer>"
        "</body></html>"
    )


@pytest.fixture
async def read(make_fetcher: Callable[..., Awaitable[Fetcher]], now: datetime) -> Callable[[str], Awaitable[Any]]:
    fetcher = await make_fetcher(deadline=60)
    return ArticleReader(fetcher, Robots(fetcher, lambda: now, deadline=60), deadline=60).read


def test_an_opening_its_last_words_and_who_signs_are_taken_and_no_more() -> None:
    filler = [f"{MORE} That was said for the {n}th time." for n in range(60)]
    found = extract(page(LEAD, *filler, SIGNED, author="Tidewire"))
    assert found is not None
    lead, closing, byline = found
    assert lead.startswith(LEAD)
    assert len(lead) <= LEAD_LIMIT
    assert closing.endswith(SIGNED)
    assert len(closing) <= CLOSING_LIMIT
    assert byline == "Tidewire"


def test_what_surrounds_an_article_is_left_out_and_nothing_is_told_twice() -> None:
    found = extract(page(LEAD, MORE))
    assert found == (f"{LEAD} {MORE}", "", "")


@pytest.mark.parametrize(
    "markup", ["", "<html></html>", "<html><body>Please wait</body></html>", "{}", "\0", "<" * 5000]
)
def test_a_page_without_an_article_has_none(markup: str) -> None:
    assert extract(markup) is None


def test_letters_that_hide_or_reorder_are_dropped() -> None:
    found = extract(
        page("The presi\u202edents\u200b met on \u0007Monday to negotiate fishing rights in the strait. " + MORE)
    )
    assert found is not None
    assert found[0].startswith("The presidents met on Monday to negotiate")


async def test_a_page_is_read_in_its_own_encoding(server: Any, read: Any) -> None:
    server.reply("/robots.txt", status="404 Not Found")
    text = (
        "Президенты встретились в понедельник, чтобы договориться о рыболовстве в проливе, сообщили два участника. " * 3
    )
    url = server.reply("/1", page(text).encode("cp1251"), content_type="text/html; charset=windows-1251")
    got = await read(url)
    assert isinstance(got, ArticleText)
    assert got.lead.startswith("Президенты встретились")
    assert got.byline is None


async def test_a_page_without_an_article_and_one_that_fails_say_so(server: Any, read: Any) -> None:
    server.reply("/robots.txt", status="404 Not Found")
    assert await read(server.reply("/1", b"<html><body>Please wait</body></html>")) == FetchFailed(
        Problem.MALFORMED, "is a page on which no article was found"
    )
    assert await read(server.reply("/2", status="404 Not Found")) == FetchFailed(
        Problem.HTTP_STATUS, "answered 404 Not Found"
    )


async def test_a_page_made_to_be_expensive_is_given_up(
    server: Any, make_fetcher: Callable[..., Awaitable[Fetcher]], now: datetime
) -> None:
    server.reply("/robots.txt", status="404 Not Found")
    fetcher = await make_fetcher(deadline=60)
    reader = ArticleReader(fetcher, Robots(fetcher, lambda: now), deadline=0.5)
    deep = "<div><p>talks " * 150_000
    got = await reader.read(server.reply("/1", deep.encode()))
    assert got == FetchFailed(
        Problem.MALFORMED, "is a page whose text cannot be taken out: that did not end within 0.5 s"
    )
