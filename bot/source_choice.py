"""Which source `backchannel sources test` is to look at: an address with what is said of it, or a listed source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from bot.app import listed_source
from bot.domain.errors import InputError
from config.schema import Paths, Select, SourceConfig
from config.source_kinds import bad_address, bad_path, bad_selector
from config.wording import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.domain.source import Source
    from config.schema import Newsroom

_PARTS: dict[str | None, tuple[str, type[BaseModel]]] = {"page": ("select", Select), "json": ("paths", Paths)}
KINDS = ("feed", "sitemap", "page", "telegram", "gdelt", "mastodon", "bluesky", "json")


def is_address(text: str) -> bool:
    """Whether this is a web address and not the id of a listed source."""
    return text.lower().startswith(("http://", "https://"))


def source_at(url: str, kind: str | None, parts: Sequence[str]) -> Source:
    """The source at an address, read as `kind` by `parts` (`item=li.news`, `title=h3`).

    Raises:
        InputError: Kind, parts and address do not go together.
    """
    if kind is not None and kind not in KINDS:
        raise InputError(f'"{kind}" is no kind of source', where="--kind", remedy=_remedy(did_you_mean(kind, KINDS)))
    values: dict[str, Any] = {"id": "test", "name": url, "url": url, "tier": "other", "kind": kind}
    if parts or kind == "json":
        values |= _given(kind, parts)
    try:
        listed = SourceConfig.model_validate(values)
    except ValidationError as error:
        raise InputError("is no web address", where=url) from error
    if problem := bad_address(kind, url):
        raise InputError(problem[0], where="--kind", remedy=_remedy(problem[1]))
    return listed_source(listed, "")


def listed_under(identifier: str, newsroom: Newsroom) -> Source:
    """A source of the newsroom's lists, switched off or not.

    Raises:
        InputError: There is none of that id.
    """
    groups = (*newsroom.sources, *newsroom.unpolled)
    known = {source.id: listed_source(source, group.negotiation) for group in groups for source in group.sources}
    if identifier not in known:
        remedy = _remedy(did_you_mean(identifier, known) or "give a web address, or an id from `sources list`")
        raise InputError(f'"{identifier}" is neither a web address nor the id of a listed source', remedy=remedy)
    return known[identifier]


def _given(kind: str | None, parts: Iterable[str]) -> dict[str, Any]:
    """The parts typed, as the field of the list they stand for."""
    if kind not in _PARTS:
        raise InputError("is for pages and JSON", where="--part", remedy="Add --kind page or --kind json")
    field, model = _PARTS[kind]
    said = dict(part.partition("=")[::2] for part in parts)
    for name, value in said.items():
        wrong = bad_selector(value) if field == "select" else bad_path(value)
        if name not in model.model_fields or wrong:
            known = ", ".join(model.model_fields)
            why = f"is no part of a {kind}" if not wrong else f"cannot be used ({wrong})"
            raise InputError(f'"{name}={value}" {why}', where="--part", remedy=f"Write NAME=WHERE; names are {known}")
    missing = [name for name, known in model.model_fields.items() if known.is_required() and name not in said]
    if missing:
        example = " ".join(f"--part {name}=…" for name in missing)
        raise InputError(f"nothing says where to find {' and '.join(missing)}", where="--part", remedy=f"Add {example}")
    return {field: said}


def _remedy(hint: str | None) -> str | None:
    return hint[:1].upper() + hint[1:] if hint else None
