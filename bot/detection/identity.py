"""Which article an address stands for: one canonical URL, one short stable id."""

from __future__ import annotations

import hashlib
import re
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


def canonical_url(url: str) -> str:
    """The address under which one article is known, whichever way a source linked to it.

    Unwraps aggregator redirects and AMP caches, drops tracking parameters, fragments, default ports, mobile and
    AMP forms; the scheme becomes https and `www.` goes. It opens nothing: a short link stays a short link.
    """
    for _ in range(_HOPS):
        inner = _unwrapped(url)
        if inner is None:
            break
        url = inner
    parts = urlsplit(canonicalize_url(url.strip(), keep_fragments=False))
    host = (parts.hostname or "").rstrip(".")
    while (bare := _MOBILE_HOST.sub("", host)) != host:
        host = bare
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    path = _AMP_PREFIX.sub("", _AMP_SUFFIX.sub("", parts.path)).rstrip("/")
    query = urlencode([pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(pair[0])])
    scheme = "https" if parts.scheme in ("http", "https") else parts.scheme
    return urlunsplit((scheme, host + port, path, query, ""))


def item_id(canonical: str) -> str:
    """A short id for a canonical URL: 80 bits of its SHA-256 in hexadecimal, the same on every machine."""
    return hashlib.sha256(canonical.encode()).hexdigest()[:20]


def host_of(url: str) -> str:
    """The host of an address, lower case, without `www.` and mobile prefixes; empty when it has none."""
    host = (urlsplit(url).hostname or "").rstrip(".").lower()
    while (bare := _MOBILE_HOST.sub("", host)) != host:
        host = bare
    return host


def is_post(url: str) -> bool:
    """Whether this is somebody's post on a platform, whose host therefore says nothing of who speaks."""
    return _POST.fullmatch(urlsplit(url)._replace(query="", fragment="").geturl().rstrip("/")) is not None


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
