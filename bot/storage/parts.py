"""Long lists in parts: a statement can be given only so many values."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")
MOST = 500  # SQLite takes 32,766 and PostgreSQL 32,767; beyond some hundred it is no quicker


def in_parts(values: Iterable[T]) -> Iterator[list[T]]:
    """Up to `MOST` at a time, in order; none of them empty."""
    rest = iter(values)
    while part := list(islice(rest, MOST)):
        yield part
