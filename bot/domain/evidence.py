"""What a decision rests on, kept with it so that anybody may ask why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weight:
    """A sign by its name in words, and how strongly it moved a decision: its share of the log odds, for or against."""

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Nearest:
    """The known development an item was compared with: how likely (0 to 1) it reports that one.

    `item`, `title`, `url` and `outlet` are those of the nearest report in it; `needed` the score that makes an item a
    report of it. `weights` are the strongest signs of one event, or of two, strongest first.
    """

    development: str
    item: str
    title: str
    url: str
    outlet: str
    score: float
    needed: float
    weights: tuple[Weight, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why an item was taken for news of the talks, for new or known, and for whose report.

    `nearest` is None where nothing was known to compare with. `scope` is how likely (0 to 1) it is about the talks,
    `relevance` the signs of that, strongest first. `origin` says how it is known where its facts come from.
    """

    nearest: Nearest | None = None
    relevance: tuple[Weight, ...] = ()
    origin: str = ""
    scope: float = 0.0
