"""Posts have no headline: their first sentence is one, and the rest follows it."""

from __future__ import annotations

import re
from html import escape

from bot.sources.text import SUMMARY_LIMIT, TITLE_LIMIT, plain, shorten

# A shorter sentence ("Breaking!") is no headline yet, and takes the next one along.
_SHORTEST_TITLE = 15

# Posts have a few thousand characters at most; these bounds keep hostile ones from costing time.
_LONGEST = 32 * 1024
_MOST_ENDS = 50

_BREAK = re.compile(r"<br\b[^<>]*>|</(?:p|div|li|blockquote|h[1-6])\s*>", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]+[\"”»'’)\]]*\s+(?=[\"“„«'‘(\[]*[^\W_a-zа-яёіїєґß])")
_LAST_WORD = re.compile(r"([^\W\d_]+)\.$")
_ABBREVIATED = """
    mr mrs ms dr gen sen gov rep st lt col sgt capt prof jr sr vs no inc ltd co corp jan feb mar apr jun jul aug sep
    sept oct nov dec ст тис тыс млн млрд грн руб св ім им гр пр вул ул обл гл стр рр гг nr ul tzw tys mln mld bzw usw
"""
_ABBREVIATIONS = frozenset(_ABBREVIATED.split())
_ADDRESS = re.compile(r"\s*https?://\S+")
_LETTER = re.compile(r"[^\W\d_]")


def lines_of(markup: str) -> str:
    """Markup to plain text that keeps its lines."""
    lines = (plain(line, SUMMARY_LIMIT) for line in _BREAK.sub("\n", markup[:_LONGEST]).split("\n"))
    return "\n".join(line for line in lines if line)


def split_post(text: str) -> tuple[str, str]:
    """A post's headline and what follows it, from plain text in lines; both empty if there is nothing to read.

    Both come as markup, as entries are read from: a "<" somebody typed is no tag.
    The headline ends with the first sentence or the first line, whichever is shorter, and is never cut without a mark.
    Web addresses in it are left out, unless it is nothing else.
    """
    text = "\n".join(line for line in (" ".join(line.split()) for line in text[:_LONGEST].split("\n")) if line)
    at = 0
    for end in _ends(text)[:_MOST_ENDS]:
        at = end
        if len(_ADDRESS.sub("", text[:at]).strip()) >= _SHORTEST_TITLE and _LETTER.search(text[:at]):
            break
    title, rest = " ".join(text[:at].split()), " ".join(text[at:].split())
    bare = _ADDRESS.sub("", title).strip()
    title = bare if _LETTER.search(bare) else title
    if len(title) > TITLE_LIMIT:
        rest = " ".join(text.split())
    return escape(shorten(title, TITLE_LIMIT), quote=False), escape(rest, quote=False)


def titled(title: str, card: str) -> str:
    """A post's headline; where that is a bare web address, the title of the page it leads to, as its preview has it."""
    return card if card and _ADDRESS.fullmatch(title) else title


def _ends(text: str) -> list[int]:
    """Where sentences and lines end, in order; the text's own end is the last."""
    ends = {at for at, letter in enumerate(text) if letter == "\n"} | {len(text)}
    for match in _SENTENCE_END.finditer(text):
        word = _LAST_WORD.search(text[: match.start() + 1][-30:])
        if word is None or (len(word[1]) > 1 and word[1].lower() not in _ABBREVIATIONS):
            ends.add(match.end())
    return sorted(ends)
