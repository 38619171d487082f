"""Which stories stand in an outlet's feed at a moment, and in which revision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sandbox.samples.rundown import Rundown, Story

FEED_LENGTH = 30
"""How many stories a feed holds, as real ones hold the latest few dozen."""


@dataclass(frozen=True, slots=True)
class Released:
    """A story as it reads now. `updated` is the moment of its latest revision, `published` of its first."""

    story: Story
    title: str
    summary: str
    published: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """Turns the rundown's offsets into moments of this run: `speed` 2 takes half the time.

    A story's published time is the moment this run releases it, not a day in December 2025. The desk reads ages
    ("2 min ago") and a real source's dates are recent; the stories say in their text which day they are about.
    """

    started: datetime
    speed: float = 1.0

    def __post_init__(self) -> None:
        if not self.speed > 0:
            raise ValueError(f"speed must be more than 0, not {self.speed}")

    def moment(self, offset: float) -> datetime:
        """When what stands at `offset` seconds of the rundown happens in this run."""
        return self.started + timedelta(seconds=offset / self.speed)

    def released(self, rundown: Rundown, outlet_id: str, *, now: datetime) -> tuple[Released, ...]:
        """What an outlet has published by `now`, newest first, the latest `FEED_LENGTH` of it."""
        out = [
            self._read(story, now=now)
            for story in rundown.stories
            if story.outlet == outlet_id and self.moment(story.at) <= now
        ]
        return tuple(reversed(out[-FEED_LENGTH:]))

    def read(self, rundown: Rundown, story_id: str, *, now: datetime) -> Released | None:
        """One story as it reads at `now`; None where there is no such story or it is not out yet."""
        for story in rundown.stories:
            if story.id == story_id and self.moment(story.at) <= now:
                return self._read(story, now=now)
        return None

    def _read(self, story: Story, *, now: datetime) -> Released:
        title, summary, updated = story.title, story.summary, self.moment(story.at)
        for edit in story.edits:
            if self.moment(edit.at) <= now:
                title, summary, updated = edit.title, edit.summary or summary, self.moment(edit.at)
        return Released(story, title, summary, self.moment(story.at), updated)
