"""The words of an article from its page, for a worker process: it imports little until it has work."""

from __future__ import annotations

from bot.sources.text import plain, tidy

LEAD_LIMIT = 600
CLOSING_LIMIT = 240
BYLINE_LIMIT = 200

# Less is no article but a caption or a notice.
_SHORTEST = 80


def extract(page: str) -> tuple[str, str, str] | None:
    """Lead, closing words and byline of the article a page holds, each plain and bounded; None if there is none.

    Menus, comments, tables and what else surrounds an article are left out.
    """
    from trafilatura import bare_extraction  # noqa: PLC0415 (only the worker pays the second for importing it)

    found = bare_extraction(
        page, include_comments=False, include_tables=False, favor_precision=True, with_metadata=True
    )
    if found is None or isinstance(found, dict):
        return None
    text = tidy(found.text or "")
    headline = tidy(found.title or "")
    if headline and text.startswith(headline):
        text = text[len(headline) :].lstrip()
    if len(text) < _SHORTEST:
        return None
    lead = plain(text, LEAD_LIMIT)
    rest = text[len(lead) :].strip()
    closing = rest[-CLOSING_LIMIT:]
    if len(rest) > CLOSING_LIMIT:
        closing = closing.partition(" ")[2]  # the first word is most likely torn
    return lead, tidy(closing), plain(found.author or "", BYLINE_LIMIT)
