"""The words of an article from its page, for a worker process: it imports little until it has work."""

from __future__ import annotations

from bot.sources.text import plain, shorten, tidy

LEAD_LIMIT = 600
CLOSING_LIMIT = 240
BYLINE_LIMIT = 200

# Less is no article but a caption or a notice.
_SHORTEST = 80


def extract(page: str) -> tuple[str, str, str] | None:
    """Lead, closing words and byline of the article a page holds, each plain and bounded; None if there is none.

    Menus, comments, tables and what else surrounds an article are left out.
    """
    from trafilatura import bare_extraction, load_html  # noqa: PLC0415 (only the worker pays a second for importing it)

    tree = load_html(page)
    if tree is None:
        return None
    # The library takes a name of one word for nobody's; agencies have such names.
    signed = next(iter(tree.xpath("//meta[@name='author']/@content")), "")
    found = bare_extraction(
        tree, include_comments=False, include_tables=False, favor_precision=True, with_metadata=True
    )
    if found is None or isinstance(found, dict):
        return None
    text = tidy(found.text or "")
    headline = tidy(found.title or "")
    if headline and text.startswith(headline):
        text = text[len(headline) :].lstrip()
    if len(text) < _SHORTEST:
        return None
    lead = shorten(text, LEAD_LIMIT)
    rest = text[len(lead) :].strip()
    closing = rest[-CLOSING_LIMIT:]
    if len(rest) > CLOSING_LIMIT:
        closing = closing.partition(" ")[2]  # the first word is most likely torn
    return lead, tidy(closing), plain(found.author or str(signed), BYLINE_LIMIT)
