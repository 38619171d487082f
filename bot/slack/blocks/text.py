"""Words for Slack: outside text made harmless, cut, dated and counted.

Everything a source or a person wrote passes through `plain` (for plain_text) or `mrkdwn` (for mrkdwn) before it
reaches a block. Nothing here translates, summarises or adds to what was written.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

ELLIPSIS = "…"
_ESCAPED_SIZE = {"&": 5, "<": 4, ">": 4}
_BEYOND_BMP = 0xFFFF
_LONGEST_LINK = 700
_READ_FOR_EACH_SHOWN = 8
"""Characters of outside text looked at for each one shown: a whole book sent as a headline must not take time."""
_JOINERS = "\u200c\u200d"  # zero width, yet letters of Persian and parts of emoji
_DROPPED = {"Cf", "Cs"}  # bidirectional overrides, zero widths and tags; lone surrogates, which no JSON can carry
_SPACED = {"Cc", "Zl", "Zp", "Zs"}

# Slack has no escape for its own markup, so a marker that could open or close a style becomes its look-alike.
_LOOK_ALIKE = str.maketrans({"*": "∗", "`": "ˋ", "~": "∼"})
_STYLING_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_EMOJI_NAME = re.compile(r":(?=[0-9_+'-]*[a-z][a-z0-9_+'-]*:)", re.IGNORECASE)  # not the colons of 10:30:15
_QUOTE_MARKS = re.compile(r"^(?:\s*>)+\s*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[»”\"']?\s+(?=[«“„\"'(—–-]*[^\W\d_a-zа-яёіїєґ])")


def size(text: str) -> int:
    """Length as Slack may count it: UTF-16 units, where an emoji is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


class _Visible(dict[int, str | int | None]):
    """What each character becomes on one visible line, as `str.translate` wants it; worked out once a character."""

    def __missing__(self, code: int) -> str | int | None:
        category = unicodedata.category(chr(code))
        shown: str | int | None = code
        if category in _SPACED:
            shown = " "
        elif category in _DROPPED and chr(code) not in _JOINERS:
            shown = None
        self[code] = shown
        return shown


_VISIBLE = _Visible()


def plain(text: str) -> str:
    """`text` on one line without control, bidirectional and invisible characters."""
    return " ".join(text.translate(_VISIBLE).split())


def escape(text: str) -> str:
    """`& < >` as Slack wants them; for text of our own that keeps its markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mrkdwn(text: str, limit: int | None = None) -> str:
    """Outside text as it may stand inside a mrkdwn object: it can neither style, mention, link nor quote.

    `limit` is what the escaped result may measure; the cut falls on a word boundary.
    """
    if limit is not None:
        text = text[: _READ_FOR_EACH_SHOWN * limit]
    harmless = _QUOTE_MARKS.sub("› ", plain(text)).translate(_LOOK_ALIKE)
    harmless = _EMOJI_NAME.sub("∶", _STYLING_UNDERSCORE.sub("\uff3f", harmless))
    escaped = escape(harmless)
    if limit is None or size(escaped) <= limit:
        return escaped
    return escape(_cut(harmless, limit, _ESCAPED_SIZE))


def cut(text: str, limit: int) -> str:
    """`text` within `limit`, cut before a word and marked with an ellipsis when it had to be."""
    return text if size(text) <= limit else _cut(text, limit, {})


def _cut(text: str, limit: int, sizes: Mapping[str, int]) -> str:
    """The longest opening of `text` that fits `limit` with its ellipsis; `sizes` are those of unusual characters."""
    room, kept = limit - len(ELLIPSIS), 0
    if room < 0:
        return ""
    for char in text:
        room -= sizes.get(char, 2 if ord(char) > _BEYOND_BMP else 1)
        if room < 0:
            break
        kept += 1
    head = text[:kept]
    if kept < len(text) and not text[kept].isspace() and " " in head.strip():
        head = head.rsplit(" ", 1)[0]
    return head.rstrip(" ,;:–—-") + ELLIPSIS


def lead_sentences(text: str, limit: int) -> str:
    """As many whole opening sentences as fit `limit`; a first one too long is cut on a word boundary."""
    one_line = plain(text[: _READ_FOR_EACH_SHOWN * limit])
    kept = 0
    for end in (*(match.start() for match in _SENTENCE_END.finditer(one_line)), len(one_line)):
        closed = end + 1 if one_line[end : end + 1] in {"»", "”", '"', "'"} else end
        if size(one_line[:closed]) > limit:
            break
        kept = closed
    return one_line[:kept] if kept else cut(one_line, limit)


def link(url: str, label: str, limit: int = 300) -> str:
    """`label` linked to `url`; the label alone where the address is not one of the web, or is monstrous."""
    words = mrkdwn(label.replace("|", "∣"), limit) or "untitled"
    address = plain(url) if len(url) <= _LONGEST_LINK else ""
    if not re.match(r"https?://[^\s/]", address, re.IGNORECASE):
        return words
    for char, code in ((" ", "%20"), ("|", "%7C"), ("<", "%3C"), (">", "%3E"), ("&", "&amp;")):
        address = address.replace(char, code)
    if size(address) > _LONGEST_LINK:
        return words
    return f"<{address}|{words}>"


def when(at: datetime, form: str = "{date_short_pretty}, {time}") -> str:
    """A time each reader sees in their own zone; in UTC where Slack cannot say it."""
    return f"<!date^{int(at.timestamp())}^{form}|{utc(at)}>"


def deadline(at: datetime) -> str:
    """A time still to come, within a sentence: `when` would open with a capital ("until Today")."""
    return when(at, "{time} on {date_short}")


def clock_time(at: datetime) -> str:
    """The time of day alone, in the reader's zone."""
    return f"<!date^{int(at.timestamp())}^{{time}}|{at:%H:%M} UTC>"


def utc(at: datetime) -> str:
    """A time in words that need no Slack."""
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def span(length: timedelta) -> str:
    """A length of time in its largest whole unit: "4 h", "3 days", "30 min"."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:  # noqa: PLR2004 - minutes in an hour
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"  # noqa: PLR2004 - up to two days hours say more


def ago(at: datetime, now: datetime) -> str:
    """How long before `now`: "3 h ago"; a future time is just now."""
    gap = now - at
    return "just now" if gap.total_seconds() < 60 else f"{span(gap)} ago"  # noqa: PLR2004 - under a minute


def count(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: "1 origin", "3 origins"."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def ordinal(number: int) -> str:
    """A place in a row: "1st", "2nd", "11th"."""
    teens = number % 100 in {11, 12, 13}
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def listing(words: Sequence[str], joint: str = "and") -> str:
    """Words in a row: "a", "a and b", "a, b and c"."""
    if len(words) < 2:  # noqa: PLR2004 - one word is no list
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def sentence(text: str) -> str:
    """`text` with a capital and a full stop, so it reads as one."""
    stripped = text.strip()
    if not stripped:
        return ""
    closed = stripped if stripped[-1] in ".!?…" else f"{stripped}."
    return closed[0].upper() + closed[1:]
