"""Raw entries to entries: text made plain, links absolute, dates aware; what cannot be used is left out and counted."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from bot.domain.source import Entry, Fetched, Hub, Validators
from bot.sources.dates import parse_date
from bot.sources.raw import ENTRY_LIMIT
from bot.sources.text import SUMMARY_LIMIT, TITLE_LIMIT, plain, tidy

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.sources.raw import RawEntry, RawFeed

# Clocks and zones are often some hours wrong; a date further ahead than this is no date at all.
_FUTURE = timedelta(hours=24)

_CREDIT_LIMIT = 200
_LONGEST_URL = 4096
_LONGEST_GUID = 1024
# Characters that no address may contain but many do, and that would end a link early wherever it is shown.
_UNSAFE = re.compile(r"""[\s<>"{}|\\^`\x00-\x20\x7f]""")
# Written as it must be written, with nothing to resolve: most are.
_PLAIN = re.compile(r"https?://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~%/:@!$'()*+,=-]*(?:\?[A-Za-z0-9._~%/:@!$'()*+,=&-]+)?)?")
_LINE_BREAKS = re.compile(r"\s*[\r\n\t]+\s*")
_MAIL_AND_NAME = re.compile(r"\s*[^\s()@]+@[^\s()@]+\s*\((.+)\)\s*")
_NAME_AND_MAIL = re.compile(r"\s*(.*?)\s*<?\s*[^\s()<>@]+@[^\s()<>@]+\s*>?\s*")
_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})(?:[-_][A-Za-z0-9-]*)?\s*")
# Written by people who take the country's code for the language's.
_COUNTRY_CODES = {"ua": "uk", "cz": "cs", "gr": "el", "se": "sv", "dk": "da", "by": "be"}


@dataclass(frozen=True, slots=True)
class _Context:
    site: str
    now: datetime


def read_entries(
    feed: RawFeed, *, base_url: str, now: datetime, none: str = "It is a feed without any entries."
) -> Fetched:
    """Judge what a format's reader found.

    `base_url` is where the document was found; `none` is the warning when nothing was. The result has no validators.
    """
    site = _absolute(feed.link or "", base_url) or base_url
    context = _Context(site=site, now=now)
    tally: Counter[str] = Counter()
    entries: dict[str, Entry] = {}
    seen: set[tuple[str | None, str]] = set()
    for raw in feed.entries[:ENTRY_LIMIT]:
        entry = _entry(raw, context, tally)
        if entry is None:
            continue
        # One guid may serve a whole feed by mistake, so it makes a repeat only together with the title.
        if entry.url in entries or (entry.guid is not None and (entry.guid, entry.title) in seen):
            tally["repeated within the document and read once"] += 1
            continue
        seen.add((entry.guid, entry.title))
        entries[entry.url] = entry
    if not feed.entries:
        warnings: tuple[str, ...] = (none,)
    else:
        warnings = tuple(f"{_counted(count)} {what}." for what, count in tally.items())
    if len(feed.entries) > ENTRY_LIMIT:
        warnings = (f"It lists more than {ENTRY_LIMIT} entries, and the rest were left out.", *warnings)
    return Fetched(
        entries=tuple(entries.values()),
        validators=Validators(),
        title=plain(feed.title, TITLE_LIMIT) or None,
        language=_language(feed.language),
        warnings=warnings,
        hub=_hub(feed, base_url),
    )


def _hub(feed: RawFeed, base_url: str) -> Hub | None:
    """The first hub named with a usable address. Without an address of its own a feed's is where it was found."""
    hub = next((url for url in (_absolute(link, base_url) for link in feed.hubs) if url), None)
    topic = _absolute(feed.itself or "", base_url) or base_url
    return Hub(hub, topic) if hub else None


def _counted(count: int) -> str:
    return "One entry was" if count == 1 else f"{count} entries were"


def _entry(raw: RawEntry, context: _Context, tally: Counter[str]) -> Entry | None:
    title = plain(raw.title, TITLE_LIMIT)
    url = _url(raw, context.site)
    if url is None or not title:
        lacking = (
            "a usable link or title" if url is None and not title else "a usable link" if url is None else "a title"
        )
        tally[f"without {lacking} and left out"] += 1
        return None
    published, ahead = _published(raw, context.now, tally)
    return Entry(
        url=url,
        title=title,
        summary=_summary(raw),
        # Strict and lenient reading must agree, or every mended article would come as a new one.
        guid=tidy(raw.guid or "").replace("&amp;", "&")[:_LONGEST_GUID] or None,
        published=published,
        dated_ahead=ahead,
        language=_language(raw.language),
        credit=_credit(raw.credits),
        outlet=plain(raw.outlet or "", _CREDIT_LIMIT) or None,
    )


def _published(raw: RawEntry, now: datetime, tally: Counter[str]) -> tuple[datetime | None, datetime | None]:
    """When it was published; and where only dates that lie in the future say so, none and the first of those."""
    ahead = None
    for moment in map(parse_date, filter(None, raw.dates)):
        if moment is not None and moment <= now + _FUTURE:
            return moment, None
        ahead = ahead or moment
    if ahead:
        tally["dated in the future, and taken as undated"] += 1
        return None, ahead
    if any(date.strip() for date in raw.dates):
        tally["dated in a way that cannot be read, and taken as undated"] += 1
    return None, None


def _url(raw: RawEntry, site: str) -> str | None:
    candidates = [*raw.links, raw.guid] if raw.guid_is_link and not any(map(str.strip, raw.links)) else raw.links
    for link in candidates:
        if link and (url := _absolute(link, site)):
            return url
    return None


def _summary(raw: RawEntry) -> str:
    for summary in raw.summaries:
        if text := plain(summary, SUMMARY_LIMIT):
            return text
    return ""


def _absolute(link: str, base: str) -> str | None:
    """Resolve a link as written in a feed; None unless it is an http(s) address with a host and without a user name."""
    if len(link) <= _LONGEST_URL and _PLAIN.fullmatch(link):
        return link
    # An "&amp;" still there was escaped twice: no address means it.
    text = _LINE_BREAKS.sub("", link.strip()).replace("&amp;", "&")
    if not text or len(text) > _LONGEST_URL:
        return None
    try:
        url = urljoin(base, text)
        parts = urlsplit(url)
        text.encode()  # half a letter (a lone surrogate) is no text, and no database takes it
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
        sound = sound and (parts.port is None or parts.port > 0) and not _UNSAFE.search(parts.netloc)
    except ValueError:
        return None  # brackets or a port that make no address
    return _UNSAFE.sub(lambda match: quote(match[0]), url) if sound else None


def _credit(credits_given: Iterable[str]) -> str | None:
    """Join the authors named; an address with a name becomes the name, one without is left out."""
    names: dict[str, None] = {}
    for given in credits_given:
        text = plain(given, _CREDIT_LIMIT)
        match = "@" in text and (_MAIL_AND_NAME.fullmatch(text) or _NAME_AND_MAIL.fullmatch(text))
        name = match[1].strip() if match else text
        if name:
            names[name] = None
    return plain(", ".join(names), _CREDIT_LIMIT) or None


def _language(code: str | None) -> str | None:
    match = _LANGUAGE.fullmatch(code or "")
    if match is None:
        return None
    primary = match[1].lower()
    return _COUNTRY_CODES.get(primary, primary)
