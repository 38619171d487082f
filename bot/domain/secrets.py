"""What must not be shown: tokens, passwords in addresses, keys in queries; and texts without them.

By their form, wherever they stand, and by their value where that is known. A key in the *path* of an address has no
form; nobody but its owner can tell it is one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

HIDDEN = "…"
_SHORTEST = 6  # a shorter value stands in too many innocent words
_KEY = (
    r"[\w.\-\[\]]*(?:key|token|secret|passw(?:or)?d|pwd|auth|authorization|signature|sig|ticket|credentials?|session)"
)
_FORMS = (
    (re.compile(r"\b(xox[a-z]|xapp|xoxe\.xox[a-z])-[\w\-]+"), rf"\1-{HIDDEN}"),
    (re.compile(r"(?<=://)([^\s/?#@:]*):[^\s/?#]*@"), rf"\1:{HIDDEN}@"),
    (re.compile(rf"(?<=[?&;])({_KEY})=[^&;#\s\"'<>]+", re.IGNORECASE), rf"\1={HIDDEN}"),
    # Slack's addresses to answer at, and the sockets it gives: who has one may speak.
    (re.compile(r"(https://hooks\.slack\.com/)[^\s\"'<>]+"), rf"\1{HIDDEN}"),
    (re.compile(r"\b(Bearer|Basic) +[\w.~+/\-]+=*"), rf"\1 {HIDDEN}"),
)
_NAMED = re.compile(_KEY, re.IGNORECASE)


class Redactor:
    """Takes secrets out of texts: those with a form, and the values it was given."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        known = sorted({value for value in values if len(value) >= _SHORTEST}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, text: str) -> str:
        """The text as it may be shown or logged."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        for form, instead in _FORMS:
            text = form.sub(instead, text)
        return text


shown_address = Redactor()
"""An address as it may be shown: without its password and the keys in its query."""


def without_keys_of(source: str, url: str) -> str:
    """An article's address without what only its source's address should hold: the same keys, name and password.

    A feed that links relative to itself would hand them to every reader otherwise.
    """
    keys = _keys_in(source)
    if not keys and "@" not in url:
        return url
    parts = urlsplit(url)
    if parts.username is None and not keys.intersection(parse_qsl(parts.query)):
        return url
    host = parts.netloc.rpartition("@")[2]
    query = urlencode([pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair not in keys])
    return urlunsplit((parts.scheme, host, parts.path, query, parts.fragment))


@lru_cache(maxsize=1024)
def _keys_in(address: str) -> frozenset[tuple[str, str]]:
    return frozenset(pair for pair in parse_qsl(urlsplit(address).query) if _NAMED.fullmatch(pair[0]))
