"""A correction: what was found wrong in the state, by the desk or by detection itself, and put right."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Act(StrEnum):
    """What was put right.

    MERGED: `development` ended in `other`. RETRACKED: it is on `tracks`, and on no others. NOT_NEW: it is no news; it
    repeats `other`, where somebody said which.
    """

    MERGED = "merged"
    RETRACKED = "retracked"
    NOT_NEW = "not_new"


@dataclass(frozen=True, slots=True)
class Correction:
    """The `id`-th correction. Ids grow; `user` is None where detection corrected itself, and `why` says why."""

    id: int
    act: Act
    development: str
    at: datetime
    other: str | None = None
    tracks: tuple[str, ...] = ()
    user: str | None = None
    why: str = ""
