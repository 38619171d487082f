"""What deciding works out about an item before it compares: kept, for a text comes again with whoever reprints it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.detection.claim import EventCoder
from bot.detection.slots import slots_of

if TYPE_CHECKING:
    from bot.detection.reading import Reading, Wording
    from bot.detection.representation import Representation, Representer
    from bot.detection.slots import Slots
    from bot.detection.vocabulary import Vocabulary
    from bot.domain.item import Item

_TEXTS = 2_048  # some 20 kB each


@dataclass(frozen=True, slots=True)
class Examined:
    """An item as read, what it is compared by, and what its headline claims."""

    reading: Reading
    representation: Representation
    slots: Slots

    @property
    def item(self) -> Item:
        """The item."""
        return self.reading.item


class Examiner:
    """Examines readings, each text once: a reprint is represented as its original was."""

    def __init__(self, representer: Representer, vocabulary: Vocabulary, *, keep: int = _TEXTS) -> None:
        """`keep`: how many texts."""
        self._representer = representer
        self._vocabulary = vocabulary
        self._coder = EventCoder(vocabulary)
        self._keep = keep
        self._known: OrderedDict[Wording, tuple[Representation, Slots]] = OrderedDict()

    def examine(self, reading: Reading) -> Examined:
        """What is worked out for this reading."""
        wording = reading.wording
        known = self._known.get(wording)
        if known is None:
            slots = slots_of(reading, self._coder.code(reading), self._vocabulary)
            known = self._known[wording] = self._representer.represent(reading), slots
            if len(self._known) > self._keep:
                self._known.popitem(last=False)
        self._known.move_to_end(wording)
        representation, slots = known
        return Examined(reading, replace(representation, reading=reading), slots)
