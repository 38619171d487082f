"""What whoever runs this is told about the sources: once when one breaks, once when it is well again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 -- the codec looks the type up at run time
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class SourceNews(StrEnum):
    """What has become of sources.

    BROKE and HEALED are about single sources. OUTAGE: so many stopped answering together that it is hardly they; OVER:
    most answer again. MOVED: a source is polled at another address from now on.
    """

    BROKE = "broke"
    HEALED = "healed"
    OUTAGE = "outage"
    OVER = "over"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Patient:
    """A source a notice is about: what is wrong with it (or where it moved), and since when."""

    source: str
    name: str
    since: datetime
    what: str = ""
    next_try: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceNotice:
    """One thing to tell. `key` makes it the only one of its kind: what it is about, and when that began.

    `patients` are the sources it is about; of an outage that is over, those that are still away. Of `listed` sources
    `answering` answer. `ours` says that it looks like our own network.
    """

    news: SourceNews
    key: str
    patients: tuple[Patient, ...]
    since: datetime
    at: datetime
    listed: int
    answering: int
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """A notice to leave, and by source the key of the notice it is told by from now on; None: told that it is well."""

    notice: SourceNotice
    told: Mapping[str, str | None] = field(default_factory=dict)
