"""Conditional answers: the same document is sent once, then 304 until it changes."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Mapping


def answer(
    asked: Mapping[str, str],
    body: bytes,
    *,
    content_type: str,
    changed: datetime | None,
    now: datetime,
    validators: str = "both",
) -> web.Response:
    """The document, or 304 when the caller already has it.

    Args:
        asked: The request's headers.
        body: The document as it stands.
        content_type: Sent as it is.
        changed: When the document last changed; None when it has never said anything yet.
        now: The moment of the answer.
        validators: `both`, `etag` or `last_modified`: what this server offers.
    """
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:16]}"' if validators != "last_modified" else None
    modified = _whole_second(changed, now) if validators != "etag" else None
    headers = {"Cache-Control": "no-cache", "Content-Type": content_type, "Vary": "Accept-Encoding"}
    if etag is not None:
        headers["ETag"] = etag
    if modified is not None:
        headers["Last-Modified"] = format_datetime(modified, usegmt=True)
    if _known(asked, etag, modified):
        del headers["Content-Type"]
        return web.Response(status=304, headers=headers)
    response = web.Response(body=body, headers=headers)
    response.enable_compression()  # in whatever the caller says it accepts: gzip, deflate or nothing
    return response


def _whole_second(changed: datetime | None, now: datetime) -> datetime | None:
    """The moment of change rounded up, once it is past: within that second the document could change again."""
    if changed is None:
        return None
    rounded = changed.replace(microsecond=0) + timedelta(seconds=1 if changed.microsecond else 0)
    return rounded if rounded < now else None


def _known(asked: Mapping[str, str], etag: str | None, modified: datetime | None) -> bool:
    if etag is not None and "If-None-Match" in asked:
        # RFC 9110: an entity tag decides alone, and 304 compares tags weakly.
        theirs = {tag.strip().removeprefix("W/") for tag in asked["If-None-Match"].split(",")}
        return "*" in theirs or etag.removeprefix("W/") in theirs
    if modified is None or "If-Modified-Since" not in asked:
        return False
    try:
        since = parsedate_to_datetime(asked["If-Modified-Since"])
    except ValueError:
        return False
    return modified <= (since if since.tzinfo else since.replace(tzinfo=UTC))
