"""A Mastodon account (`https://INSTANCE/@NAME`), by its instance's API: one request names the account, one its posts.

The API and not the account's RSS (which any feed source reads): RSS leaves out what the account passed on, languages,
and which posts are replies.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from bot.domain.source import Fetched, FetchFailed, Problem
from bot.sources.entries import read_entries
from bot.sources.json_text import mapping_of, read_json, text_of
from bot.sources.posts import lines_of, split_post, titled
from bot.sources.raw import ENTRY_LIMIT, RawEntry, RawFeed

if TYPE_CHECKING:
    from datetime import datetime

_ACCOUNT = re.compile(r"/@([A-Za-z0-9_.-]+(?:@[A-Za-z0-9.-]+)?)/?")
_ID = re.compile(r"[0-9A-Za-z]{1,40}")


def is_account(url: str) -> bool:
    """Whether this looks like the address of an account. Other software writes it so as well."""
    parts = urlsplit(url)
    return bool(parts.hostname) and not parts.query and _ACCOUNT.fullmatch(parts.path) is not None


def lookup_address(url: str) -> str:
    """Where the instance says which account the address means."""
    parts = urlsplit(url)
    account = _ACCOUNT.fullmatch(parts.path)
    name = quote(account[1] if account else "", safe="@")
    return parts._replace(path="/api/v1/accounts/lookup", query=f"acct={name}", fragment="").geturl()


def statuses_address(url: str, body: bytes, content_type: str | None) -> str | FetchFailed:
    """Where the account's posts are, from the answer to the lookup."""
    account = read_json(body, content_type)
    if isinstance(account, FetchFailed):
        return account
    number = text_of(account, "id")
    if not _ID.fullmatch(number):
        return FetchFailed(Problem.NOT_A_FEED, "answered as no Mastodon instance does: it named no account")
    path = f"/api/v1/accounts/{number}/statuses"
    return urlsplit(url)._replace(path=path, query="limit=40&exclude_replies=true", fragment="").geturl()


def with_hint(failure: FetchFailed) -> FetchFailed:
    """Why the instance could not be asked, and what may be done where it answers no strangers."""
    if failure.problem is not Problem.HTTP_STATUS:
        return failure
    remedy = "if its API is closed to strangers, list the account's own feed instead (its address with .rss behind it)"
    return replace(failure, reason=f"{failure.reason}; {remedy}")


def read_mastodon(body: bytes, content_type: str | None, base_url: str, *, now: datetime) -> Fetched | FetchFailed:
    """Read an account's posts, the newest first, without replies and without posts that have no text.

    What it passed on (a boost) stands under its own address, credited to its author.
    """
    posts = read_json(body, content_type)
    if isinstance(posts, FetchFailed):
        return posts
    if not isinstance(posts, list):
        return FetchFailed(Problem.NOT_A_FEED, "answered as no Mastodon instance does: it sent no list of posts")
    raws = tuple(raw for raw in map(_entry, posts[: ENTRY_LIMIT + 1]) if raw is not None)
    return read_entries(RawFeed(raws), base_url=base_url, now=now, none="The account has no posts with text.")


def _entry(status: Any) -> RawEntry | None:
    boosted = mapping_of(status, "reblog")
    if not boosted and isinstance(status, dict) and status.get("in_reply_to_id") is not None:
        return None
    post = boosted or status
    warning, text = text_of(post, "spoiler_text"), lines_of(text_of(post, "content"))
    title, rest = split_post(f"{warning}\n{text}")
    if not title:
        return None
    author = mapping_of(post, "account")
    account, _, elsewhere = text_of(author, "acct").partition("@")
    # Written as an account is, it would pass for a mail address.
    name = text_of(author, "display_name") or (f"{account} ({elsewhere})" if elsewhere else account)
    return RawEntry(
        title=titled(title, text_of(mapping_of(post, "card"), "title")),
        links=(text_of(post, "url"), text_of(post, "uri")),
        summaries=(rest, text_of(mapping_of(post, "card"), "title")),
        guid=text_of(post, "uri") or None,
        dates=(text_of(post, "created_at"),),
        credits=(name,),
        language=text_of(post, "language") or None,
        outlet=name if boosted else None,
    )
