"""Markup to plain text, for titles and summaries.

Not a sanitiser: what comes out is text, to be escaped by whoever shows it.
"""

from __future__ import annotations

import html
import re
import unicodedata

TITLE_LIMIT = 500
SUMMARY_LIMIT = 2000

# Only this much markup is looked at: a summary's text comes first, and some feeds carry books.
MARKUP_LIMIT = 32 * 1024

_BLOCK_NAMES = """
    address article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 head header hr html li main nav ol option p picture pre section summary table tbody td tfoot th
    thead title tr ul video
"""
_INLINE_NAMES = """
    a abbr acronym audio b bdi bdo big button cite code data del dfn em embed font i iframe img input ins kbd label
    link map mark meta noscript object param q s samp select small source span strike strong sub sup svg time track tt
    u var wbr script style template textarea
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_INLINE = frozenset(_INLINE_NAMES.split())
# An unclosed comment or script runs to the end, as in browsers; it also keeps matching linear.
_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|template|textarea)\b[^>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL
)
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_TAG = re.compile(r"""</?([a-zA-Z][\w:-]*)(?:[\s/](?:"[^"]*"|'[^']*'|[^"'<>])*)?>""")
_TORN_TAG = re.compile(r"</?([a-zA-Z][\w:-]*)[\s/][^<>]*\Z")
_ENTITY = re.compile(
    r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos|nbsp|[lr][sd]?aquo|[lrbs][sd]quo|[mn]dash|hellip);"
)
# Zero-width space, soft hyphen, word joiner, byte order mark, and the marks that reorder what is read. The zero-width
# joiners stay: Persian and emoji are spelt with them.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")


def plain(markup: str, limit: int) -> str:
    """Strip tags, decode entities, drop control and bidirectional characters, collapse white space, cut at `limit`.

    Entities are decoded once, and once more if what comes out is still markup, as it is when a feed escapes twice.
    """
    if not markup:
        return ""
    text = markup
    if "<" in text or "&" in text:
        text = _without_markup(text[:MARKUP_LIMIT])
        if _ENTITY.search(text) or any(_is_markup(tag) for tag in _TAG.finditer(text)):
            text = _without_markup(text)
    return shorten(unicodedata.normalize("NFC", tidy(text[:MARKUP_LIMIT])), limit)


def tidy(text: str) -> str:
    """Drop control and bidirectional characters and collapse white space."""
    if not text.isprintable():
        text = _CONTROL.sub("", _INVISIBLE.sub("", text))
    elif "  " not in text:  # nothing to drop, and no white space but blanks
        return text.strip()
    return " ".join(text.split())


def shorten(text: str, limit: int) -> str:
    """Cut `text` to at most `limit` characters between words, with an ellipsis where something was left out."""
    if len(text) <= limit:
        return text
    cut = text[:limit]
    at = cut.rfind(" ")
    # A text without spaces, or one enormous word, is cut where it must be.
    kept = cut[:at] if at > limit // 2 else cut[: limit - 1]
    return kept.rstrip(" ,;:–—-") + "…"


def _without_markup(text: str) -> str:
    if "<![" in text or "]]>" in text:
        text = _CDATA.sub("", text)
    text = _UNSEEN.sub(" ", text)
    text = _TAG.sub(_gap, text)
    torn = _TORN_TAG.search(text, max(text.rfind("<"), 0))
    if torn is not None and _is_markup(torn):
        text = text[: torn.start()]
    return html.unescape(text)


def _is_markup(tag: re.Match[str]) -> bool:
    # An unknown name is markup if it belongs to some vocabulary ("o:p", "gu-atom"); otherwise it is text in brackets.
    name = tag[1].lower()
    return name in _BLOCKS or name in _INLINE or ":" in name or "-" in name


def _gap(tag: re.Match[str]) -> str:
    if tag[1].lower() in _BLOCKS:
        return " "
    return "" if _is_markup(tag) else tag[0]
