"""Any JSON that lists articles, by the dotted paths the newsroom gives: `data.articles`, `media.0.url`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.source import Fetched, FetchFailed, Problem
from bot.sources.entries import read_entries
from bot.sources.json_text import read_json
from bot.sources.raw import RawEntry, RawFeed

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.kind import Layout

_MOST = 1000


def read_json_list(
    body: bytes, content_type: str | None, base_url: str, *, now: datetime, layout: Layout
) -> Fetched | FetchFailed:
    """Read the articles `layout` points at, in the document's order."""
    document = read_json(body, content_type)
    if isinstance(document, FetchFailed):
        return document
    listed = at_path(document, layout.items)
    if not isinstance(listed, list):
        where = f"at `{layout.items}`" if layout.items else "as a whole"
        return FetchFailed(Problem.NOT_A_FEED, f"has no list {where}, but {_kind(listed)}")
    raws = tuple(_entry(item, layout) for item in listed[:_MOST])
    found = read_entries(RawFeed(raws), base_url=base_url, now=now, none="Its list of articles is empty.")
    if raws and not found.entries:
        wanted = f"`{layout.title}` and `{layout.link}`"
        return FetchFailed(Problem.NOT_A_FEED, f"lists {len(raws)} articles, none with a usable {wanted}")
    return found


def at_path(document: Any, path: str | None) -> Any:
    """What stands at a dotted path, figures counting list members from 0; None where there is nothing."""
    here = document
    for step in path.split(".") if path else ():
        if isinstance(here, list) and step.isdecimal():
            here = here[int(step)] if int(step) < len(here) else None
        elif isinstance(here, dict):
            here = here.get(step)
        else:
            return None
    return here


def _entry(item: Any, layout: Layout) -> RawEntry:
    return RawEntry(
        title=_text(item, layout.title),
        links=(_text(item, layout.link),),
        summaries=(_text(item, layout.summary),),
        dates=(_text(item, layout.date),),
        credits=tuple(_texts(item, layout.credit)),
        language=_text(item, layout.language) or None,
    )


def _text(item: Any, path: str | None) -> str:
    return next(iter(_texts(item, path)), "")


def _texts(item: Any, path: str | None) -> list[str]:
    """The texts and figures at a path; of a list, its members'."""
    found = at_path(item, path) if path else None
    listed = found if isinstance(found, list) else [found]
    plain = (str(int(one)) if isinstance(one, float) and one.is_integer() else one for one in listed)
    return [str(one) for one in plain if isinstance(one, str | int) and not isinstance(one, bool)]


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    return {dict: "a mapping", list: "a list", str: "a text", bool: "true or false"}.get(type(value), "a number")
