"""The web preview of a public Telegram channel (`https://t.me/s/CHANNEL`): its last twenty messages or so.

A message keeps its address when it is edited, so an edit comes as a revision of the same item.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.domain.source import Fetched, FetchFailed, Problem
from bot.sources.charset import decode
from bot.sources.entries import read_entries
from bot.sources.html_page import having, markup_of, outermost, parse_html
from bot.sources.posts import lines_of, split_post, titled
from bot.sources.raw import RawEntry, RawFeed
from bot.sources.text import TITLE_LIMIT, plain

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sources.html_page import Element

# A preview has some twenty.
_MOST = 200
_HOSTS = {"t.me", "telegram.me"}
_CHANNEL = re.compile(r"/(?:s/)?([A-Za-z][A-Za-z0-9_]{3,31})/?")
_POST = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}/[0-9]{1,12}")


def is_channel(url: str) -> bool:
    """Whether this is the address of a Telegram channel, as it is linked or as its preview."""
    parts = urlsplit(url)
    return (parts.hostname or "").lower() in _HOSTS and _CHANNEL.fullmatch(parts.path) is not None


def preview_address(url: str) -> str:
    """The preview of the channel at this address; an address of another form as it is."""
    parts = urlsplit(url)
    channel = _CHANNEL.fullmatch(parts.path)
    return parts._replace(path=f"/s/{channel[1]}", query="", fragment="").geturl() if channel else url


def read_telegram(body: bytes, content_type: str | None, base_url: str, *, now: datetime) -> Fetched | FetchFailed:
    """Read a channel's messages, the newest first. Those without text (a picture, a notice) are left out and counted.

    Who a message was forwarded from is its credit and, as its words are theirs, its outlet.
    """
    page = parse_html(decode(body, content_type).text)
    if isinstance(page, FetchFailed):
        return page
    messages = outermost((one for one in having(page, "tgme_widget_message") if _post(one)), _MOST)
    if not messages:
        reason = "shows no messages: the channel is private, was renamed, or allows no preview on the web"
        return FetchFailed(Problem.NOT_A_FEED, reason)
    raws = [_entry(message) for message in messages]
    told = tuple(raw for raw in reversed(raws) if raw.title)
    silent = len(raws) - len(told)
    found = read_entries(
        RawFeed(told, title=_first(page, "tgme_channel_info_header_title")), base_url=base_url, now=now,
        none="It has no messages with text.",
    )  # fmt: skip
    left_out: tuple[str, ...] = ()
    if silent and told:
        counted = "One message without text was" if silent == 1 else f"{silent} messages without text were"
        left_out = (f"{counted} left out.",)
    return replace(found, warnings=(*left_out, *found.warnings))


def _entry(message: Element) -> RawEntry:
    title, rest = split_post(lines_of(_text(message)))
    source = _first(message, "tgme_widget_message_forwarded_from_name")
    times = [str(time.get("datetime", "")) for meta in having(message, "tgme_widget_message_date") for time in meta]
    return RawEntry(
        title=titled(title, _first(message, "link_preview_title")),
        links=(f"https://t.me/{_post(message)}",),
        summaries=(rest,),
        guid=_post(message),
        dates=tuple(times),
        credits=(source,),
        outlet=source or None,
    )


def _post(message: Element) -> str:
    if "service_message" in str(message.get("class")).split():
        return ""  # "The channel's name was changed"
    post = str(message.get("data-post", ""))
    return post if _POST.fullmatch(post) else ""


def _text(message: Element) -> str:
    """The markup of the message's own text, not of the message it answers."""
    texts = [
        text
        for text in having(message, "tgme_widget_message_text")
        if "js-message_reply_text" not in str(text.get("class")).split()
    ]
    return markup_of(texts[0]) if texts else ""


def _first(page: Element, name: str) -> str:
    found = next(iter(having(page, name)), None)
    return plain(markup_of(found), TITLE_LIMIT) if found is not None else ""
