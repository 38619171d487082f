"""What detection learns from and is scored on: items in stream order with what should be said of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.decision import Kind
from bot.domain.item import Item
from bot.domain.source import Tier
from bot.evaluation.archive import Label
from bot.sandbox.samples.rundown import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.sandbox.samples.rundown import Rundown, Story

_BEGIN = datetime(2025, 12, 2, tzinfo=UTC)  # any day that no labelled item was seen on


@dataclass(frozen=True, slots=True)
class Corpus:
    """Items in first-seen order, a label for each, and items of the same days that are about other things."""

    items: Sequence[Item]
    labels: Mapping[str, Label]
    background: Sequence[Item] = ()


def own_stories(rundown: Rundown | None = None) -> Corpus:
    """The demo's stories as a corpus: first headlines only, told within minutes of one another."""
    rundown = rundown or load()
    return Corpus(
        items=[_item(story, rundown) for story in rundown.stories],
        labels={story.id: _label(story) for story in rundown.stories},
    )


def _item(story: Story, rundown: Rundown) -> Item:
    outlet = rundown.outlet(story.outlet)
    seen = _BEGIN + timedelta(seconds=story.at)
    return Item(
        id=story.id,
        url=f"http://{outlet.host}/stories/{story.id}",
        outlet=outlet.name,
        publisher=outlet.host,
        first_seen=seen,
        title=story.title,
        summary=story.summary,
        tier=Tier(outlet.tier),
        language=outlet.language,
        published=seen,
        party=outlet.affiliation,
        credit=story.credit,
    )


def _label(story: Story) -> Label:
    return Label(story.id, Kind(story.kind), story.event is not None, story.event, story.tracks)
