"""A Bluesky account (`https://bsky.app/profile/HANDLE`), by the public API, which needs no sign-in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from bot.domain.source import Fetched, FetchFailed, Problem
from bot.sources.entries import read_entries
from bot.sources.json_text import mapping_of, read_json, text_of
from bot.sources.posts import split_post, titled
from bot.sources.raw import ENTRY_LIMIT, RawEntry, RawFeed

if TYPE_CHECKING:
    from datetime import datetime

_WEB, _API = "bsky.app", "public.api.bsky.app"
_METHOD = "/xrpc/app.bsky.feed.getAuthorFeed"
_PROFILE = re.compile(r"/profile/([A-Za-z0-9.:_-]{3,255})/?")
_POST = re.compile(r"at://(did:[a-z]+:[A-Za-z0-9._:%-]+)/app\.bsky\.feed\.post/([A-Za-z0-9._~-]{1,64})")
_REPOST = "app.bsky.feed.defs#reasonRepost"


def is_account(url: str) -> bool:
    """Whether this is the address of an account, or of its posts in the API."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    return (host == _WEB and _PROFILE.fullmatch(parts.path) is not None) or parts.path == _METHOD


def feed_address(url: str) -> str:
    """Where the account's posts are. A profile elsewhere than at bsky.app is asked for at its own host."""
    parts = urlsplit(url)
    profile = _PROFILE.fullmatch(parts.path)
    if profile is None:
        return url
    query = urlencode({"actor": profile[1], "limit": 50, "filter": "posts_no_replies"})
    place = _API if (parts.hostname or "").lower() == _WEB else parts.netloc
    return parts._replace(netloc=place, path=_METHOD, query=query, fragment="").geturl()


def read_bluesky(body: bytes, content_type: str | None, base_url: str, *, now: datetime) -> Fetched | FetchFailed:
    """Read an account's posts, the newest first, without replies and without posts that have no text.

    What it passed on (a repost) stands under its own address, credited to its author.
    """
    answer = read_json(body, content_type)
    if isinstance(answer, FetchFailed):
        return answer
    listed = answer.get("feed") if isinstance(answer, dict) else None
    if not isinstance(listed, list):
        return FetchFailed(Problem.NOT_A_FEED, "answered as Bluesky does not: it sent no list of posts")
    raws = tuple(raw for raw in map(_entry, listed[: ENTRY_LIMIT + 1]) if raw is not None)
    return read_entries(RawFeed(raws), base_url=base_url, now=now, none="The account has no posts with text.")


def _entry(shown: Any) -> RawEntry | None:
    post = mapping_of(shown, "post")
    record = mapping_of(post, "record")
    reposted = text_of(mapping_of(shown, "reason"), "$type") == _REPOST
    if not reposted and (mapping_of(record, "reply") or mapping_of(shown, "reply")):
        return None
    uri = _POST.fullmatch(text_of(post, "uri"))
    title, rest = split_post(text_of(record, "text"))
    if uri is None or not title:
        return None
    author = mapping_of(post, "author")
    handle = text_of(author, "handle")
    name = text_of(author, "displayName") or handle
    card = mapping_of(mapping_of(post, "embed"), "external")
    spoken = record.get("langs")
    # An account whose handle is broken has "handle.invalid"; its id always leads to it.
    who = handle if handle and not handle.endswith(".invalid") else uri[1]
    return RawEntry(
        title=titled(title, text_of(card, "title")),
        links=(f"https://{_WEB}/profile/{who}/post/{uri[2]}",),
        summaries=(rest, text_of(card, "title"), text_of(card, "description")),
        guid=uri[0],
        dates=(text_of(record, "createdAt"), text_of(post, "indexedAt")),
        credits=(name,),
        language=spoken[0] if isinstance(spoken, list) and spoken and isinstance(spoken[0], str) else None,
        outlet=name if reposted else None,
    )
