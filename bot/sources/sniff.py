"""What kind a source is, where the newsroom did not say: by its address, else by the document found there."""

from __future__ import annotations

import re

from bot.domain.kind import Kind
from bot.sources import bluesky, gdelt, telegram
from bot.sources.charset import decode
from bot.sources.feed import DOCTYPE_HTML, SITEMAP_ROOTS
from bot.sources.xml_feed import EntitiesDeclaredError, root_name, strip_prolog

_HEAD = 64 * 1024
_BLANK = " \t\r\n\ufeff\0"
_TELEGRAM, _MASTODON = "tgme_widget_message", 'id="mastodon"'
# What an API's answer begins with, and has somewhere in its beginning.
_SHAPES = (
    (Kind.GDELT, re.compile(r'\{\s*"articles"\s*:.*"seendate"\s*:', re.DOTALL)),
    (Kind.BLUESKY, re.compile(r'\{\s*"(?:feed|cursor)"\s*:.*\bapp\.bsky\.feed\.', re.DOTALL)),
    (Kind.MASTODON, re.compile(r'\[\s*\{\s*"id"\s*:.*"in_reply_to_id"\s*:', re.DOTALL)),
)


def kind_of_address(url: str) -> Kind | None:
    """The kind an address alone gives away. Mastodon's are written like others', so only the page there tells."""
    if telegram.is_channel(url):
        return Kind.TELEGRAM
    if gdelt.is_search(url):
        return Kind.GDELT
    if bluesky.is_account(url):
        return Kind.BLUESKY
    return None


def kind_of_document(body: bytes, content_type: str | None) -> Kind:
    """The kind a document gives away. In doubt a feed: its reader says best what else a document is."""
    text = decode(body[:_HEAD], content_type).text
    if text.lstrip(_BLANK)[:1] in {"{", "["}:
        return next((kind for kind, shape in _SHAPES if shape.match(text.lstrip(_BLANK))), Kind.FEED)
    if DOCTYPE_HTML.match(text):
        return _kind_of_page(text)
    try:
        root = root_name(strip_prolog(text))
    except EntitiesDeclaredError:
        return Kind.FEED
    if root in SITEMAP_ROOTS:
        return Kind.SITEMAP
    return _kind_of_page(text) if root in {"html", "head", "body"} else Kind.FEED


def _kind_of_page(text: str) -> Kind:
    if _TELEGRAM in text:
        return Kind.TELEGRAM
    return Kind.MASTODON if _MASTODON in text else Kind.PAGE
