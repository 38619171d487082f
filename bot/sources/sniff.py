"""What kind a source is, where the newsroom did not say: by its address, else by the document found there."""

from __future__ import annotations

from bot.domain.kind import Kind
from bot.sources import bluesky, gdelt, telegram
from bot.sources.charset import decode
from bot.sources.feed import DOCTYPE_HTML, SITEMAP_ROOTS
from bot.sources.xml_feed import EntitiesDeclaredError, root_name, strip_prolog

_HEAD = 8192


def kind_of_address(url: str) -> Kind | None:
    """The kind an address alone gives away. Mastodon's are written like others', so that kind has to be named."""
    if telegram.is_channel(url):
        return Kind.TELEGRAM
    if gdelt.is_search(url):
        return Kind.GDELT
    if bluesky.is_account(url):
        return Kind.BLUESKY
    return None


def kind_of_document(body: bytes, content_type: str | None) -> Kind:
    """Sitemap, page, or else feed: its reader says best what else a document is."""
    text = decode(body[:_HEAD], content_type).text
    if DOCTYPE_HTML.match(text):
        return Kind.PAGE
    try:
        root = root_name(strip_prolog(text))
    except EntitiesDeclaredError:
        return Kind.FEED
    if root in SITEMAP_ROOTS:
        return Kind.SITEMAP
    return Kind.PAGE if root in {"html", "head", "body"} else Kind.FEED
