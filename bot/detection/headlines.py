"""Single headlines, outside any stream: read, coded and seen through the lens, to be compared two by two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from bot.detection.claim import EventCoder
from bot.detection.reading import Reader
from bot.detection.slots import slots_of
from bot.detection.vocabulary import Vocabulary
from bot.domain.item import Item
from bot.domain.source import Tier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bot.detection.encoder import Encoder
    from bot.detection.lens import Lens
    from bot.detection.slots import Slots
    from config.schema import Genres, Negotiation, Publishers

_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline's slots and its meaning (d,) through the lens."""

    slots: Slots
    seen: NDArray[np.float32]


class Headlines:
    """Reads headlines by one negotiation's words."""

    def __init__(
        self, negotiation: Negotiation, publishers: Publishers, genres: Genres, encoder: Encoder, lens: Lens
    ) -> None:
        self._vocabulary = Vocabulary(negotiation, publishers, genres)
        self._reader = Reader(self._vocabulary)
        self._coder = EventCoder(self._vocabulary)
        self._encoder = encoder
        self._lens = lens

    def read(self, text: str, language: str | None) -> Headline:
        """One headline; its language is guessed where None."""
        item = Item(
            id="", url="", outlet="", publisher="", first_seen=_NO_TIME, title=text, summary="", tier=Tier.OTHER,
            language=language,
        )  # fmt: skip
        reading = self._reader.read(item)
        slots = slots_of(reading, self._coder.code(reading), self._vocabulary)
        return Headline(slots, self._lens.seen(self._encoder.encode([reading.title.plain])[0]))


def alike(one: Headline, other: Headline) -> float:
    """The cosine (-1 to 1) of two headlines' meanings through the lens."""
    return cosine(one.seen, other.seen)


def cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The cosine of two vectors; 0 where either is null."""
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / lengths if lengths else 0.0
