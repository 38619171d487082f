"""What is measured with: archived news where it lies beside the project, else made-up items."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.item import Item
from bot.domain.source import Tier
from bot.evaluation.archive import Archive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.schema import Negotiation, Newsroom, Words

SOURCES = 300
A_DAY = 20
RELEVANT = 0.03
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_BETWEEN = timedelta(days=1) / (SOURCES * A_DAY)
_SEED = 20
_MADE_UP = (500, 10_000)
_SYLLABLES = tuple(c + v for c in "bdfghklmnprstvz" for v in "aeiou")


def archived(newsroom: Newsroom) -> tuple[list[Item], list[Item], str]:
    """Items on the talks, items of the same days on anything, and where they are from."""
    folder = Path(os.environ.get("BACKCHANNEL_DATA") or "../shared/data") / "talks-dev"
    talks, world = folder / "items.jsonl", folder / "background.jsonl.gz"
    if talks.exists() and world.exists():
        archive = Archive(newsroom)
        return archive.read([talks]), archive.read([world]), "archived"
    negotiation = newsroom.negotiations[0]
    few, many = _MADE_UP
    return (
        list(islice(made_up(negotiation, relevant=1.0), few)),
        list(islice(made_up(negotiation, relevant=0.0), many)),
        "made-up",
    )


def made_up(negotiation: Negotiation, *, relevant: float = RELEVANT) -> Iterator[Item]:
    """Items without end from 300 sources at 20 a day each; a share of `relevant` names people, acts and themes.

    The rest of their words is nonsense drawn with the frequencies of real words, so that no two items are alike.
    """
    chance = random.Random(_SEED)  # noqa: S311 -- news, not secrets
    words = _nonsense(chance)
    people = [actor.name for actor in negotiation.actors]
    parties = [party.name for party in negotiation.parties if party.role == "principal"]
    places = [place.name for place in negotiation.places]
    acts = [word for action in negotiation.actions for word in _english(action.words)]
    themes = [word for track in negotiation.tracks for word in _english(track.seeds)]
    talks = _english(negotiation.scope)
    number = 0
    while True:
        title = _drawn(words, chance, 8)
        if chance.random() < relevant:
            title = (
                f"{' and '.join(chance.sample(parties, 2))} {chance.choice(talks)}: {chance.choice(people)} "
                f"{chance.choice(acts)} {chance.choice(themes)} in {chance.choice(places)} {_drawn(words, chance, 3)}"
            )
        source = chance.randrange(SOURCES)
        yield Item(
            id=f"made-{number}",
            url=f"https://source-{source}.example/{number}",
            outlet=f"Sample {source}",
            publisher=f"source-{source}.example",
            first_seen=_BEGIN + number * _BETWEEN,
            title=title.capitalize(),
            summary=f"{_drawn(words, chance, 18)}. {_drawn(words, chance, 14)}.",
            tier=Tier.OTHER,
            language="en",
        )
        number += 1


def _nonsense(chance: random.Random, size: int = 50_000) -> list[str]:
    return ["".join(chance.choices(_SYLLABLES, k=chance.choice((2, 3, 3, 4)))) for _ in range(size)]


def _drawn(words: list[str], chance: random.Random, number: int) -> str:
    return " ".join(words[int(len(words) ** chance.random()) - 1] for _ in range(number))


def _english(words: Words) -> list[str]:
    return [phrase.replace("*", "").replace("#", "3") for phrase in words.get("en", ())]
