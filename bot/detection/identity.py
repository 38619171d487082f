"""Which article an address stands for: one canonical URL, one short stable id."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

_TRACKING = re.compile(
    r"^(utm_.*|at_.*|ns_.*|mc_[ce]id|fbclid|gclid|dclid|yclid|msclkid|igshid|ocid|cmpid?|cmp|ito|ftag|icid|guccounter|"
    r"guce_.*|_ga|_hs.*|mkt_tok|ref|ref_?src|ref_?url|referrer|source|src|smid|smtyp|partner|rss|rssid|feed(type|name)?|"
    r"share.*|xtor|wt_?mc.*|sref|taid|traffic_source|campaign.*|mod|syndication|amp|outputtype|spm|rnd)$",
    re.IGNORECASE,
)
# Where an aggregator hides the address it leads to, as a parameter of its own.
_REDIRECT_PARAMETERS = ("url", "u", "q", "to", "dest", "destination", "target", "redirect", "redirect_url", "link")
_REDIRECT_PATHS = re.compile(
    r"(^|/)(url|redirect|redir|out|go|link|away|l\.php|rss|goto|click)(\.\w+)?/?$", re.IGNORECASE
)
_AMP_SUFFIX = re.compile(r"(/amp/?|\.amp(?=\.html?$)|\.amp)$", re.IGNORECASE)
_AMP_PREFIX = re.compile(r"^/amp(?=/)", re.IGNORECASE)
_MOBILE_HOST = re.compile(r"^(?:www|m|mobile|amp|wap|touch)\.(?=[^.]+\.)", re.IGNORECASE)
_AMP_CACHE = re.compile(r"^/(?:[cvi]/)?(?:s/)?(?P<rest>[^/]+\.[a-z]{2,}/.+)$", re.IGNORECASE)
# A post under its account: Telegram, Bluesky, and Mastodon on whatever host.
_POST = re.compile(
    r"https?://(?:t\.me/(?:s/)?\w+/\d+|bsky\.app/profile/[^/]+/post/\w+|[^/]+/(?:@[^/]+|users/[^/]+/statuses)/\d+)",
    re.IGNORECASE,
)
_HOPS = 3
# As most addresses are written: nothing in them to decode, to resolve, to put in order or to make safe.
_PLAIN = re.compile(
    r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)((?:/(?!\.)[\w.~-]*)*)(?:\?([\w.~-]+=[\w.~-]*(?:&[\w.~-]+=[\w.~-]*)*))?",
    re.ASCII,
)
_PLAIN_HOST = re.compile(r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?=[/?#]|\Z)")
_WRAPPERS = ("google.com", ".cdn.ampproject.org")


def canonical_url(url: str) -> str:
    """The address under which one article is known, whichever way a source linked to it.

    Unwraps aggregator redirects and AMP caches, drops tracking parameters, fragments, default ports, mobile and
    AMP forms; the scheme becomes https and `www.` goes. It opens nothing: a short link stays a short link.
    """
    scheme, place, path, pairs = _taken_apart(url)
    path = _AMP_PREFIX.sub("", _AMP_SUFFIX.sub("", path)).rstrip("/")
    query = urlencode([pair for pair in pairs if not _TRACKING.match(pair[0])])
    return urlunsplit((scheme, place, path, query, ""))


def _taken_apart(url: str) -> tuple[str, str, str, list[tuple[str, str]]]:
    """Scheme, host with port, path and query of the address a link leads to, each in its canonical form."""
    plain = _PLAIN.fullmatch(url)
    if plain is not None and not plain[1].endswith(_WRAPPERS):
        pairs = [pair.partition("=") for pair in plain[3].split("&")] if plain[3] else []
        return "https", _bare(plain[1]), plain[2], sorted((name, value) for name, _, value in pairs)
    for _ in range(_HOPS):
        inner = _unwrapped(url)
        if inner is None:
            break
        url = inner
    parts = urlsplit(canonicalize_url(url.strip(), keep_fragments=False))
    host = _bare((parts.hostname or "").rstrip("."))
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    scheme = "https" if parts.scheme in ("http", "https") else parts.scheme
    return scheme, host + port, parts.path, parse_qsl(parts.query, keep_blank_values=True)


def item_id(canonical: str) -> str:
    """A short id for a canonical URL: 80 bits of its SHA-256 in hexadecimal, the same on every machine."""
    return hashlib.sha256(canonical.encode()).hexdigest()[:20]


def host_of(url: str) -> str:
    """The host of an address, lower case, without `www.` and mobile prefixes; empty when it has none."""
    plain = _PLAIN_HOST.match(url)
    return _bare(plain[1] if plain else (urlsplit(url).hostname or "").rstrip(".").lower())


def is_post(url: str) -> bool:
    """Whether this is somebody's post on a platform, whose host therefore says nothing of who speaks."""
    return _POST.fullmatch(url.partition("#")[0].partition("?")[0].rstrip("/")) is not None


@lru_cache(maxsize=1024)
def _bare(host: str) -> str:
    while (bare := _MOBILE_HOST.sub("", host)) != host:
        host = bare
    return host


def _unwrapped(url: str) -> str | None:
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").lower()
    if host.endswith(".cdn.ampproject.org") or (host.endswith("google.com") and parts.path.startswith("/amp/")):
        path = parts.path.removeprefix("/amp") if host.endswith("google.com") else parts.path
        if cached := _AMP_CACHE.match(path):
            return f"https://{cached['rest']}" + (f"?{parts.query}" if parts.query else "")
    if _REDIRECT_PATHS.search(parts.path):
        given = dict(parse_qsl(parts.query))
        for name in _REDIRECT_PARAMETERS:
            target = unquote(given.get(name, ""))
            if target.startswith(("http://", "https://")):
                return target
    return None
