"""The dates a report names. A wire report names its day ("MOSCOW, 2 December"), and another day's is another event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.detection.lexicon import Sense

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.detection.lexicon import Hit
    from bot.detection.reading import Reading
    from bot.detection.text import Text

MONTHS = frozenset({
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
})  # fmt: skip
_LONGEST_MONTH = 31


def dates_of(reading: Reading) -> frozenset[str]:
    """The days of a month in a headline and lead, in any configured language, each as `december 2`."""
    return frozenset((*_dates(reading.title, reading.in_title), *_dates(reading.lead, reading.in_lead)))


def _dates(text: Text, hits: Sequence[Hit]) -> Iterator[str]:
    for hit in hits:
        if hit.sense == Sense.DAY and hit.id in MONTHS:
            for word in text.words[max(0, hit.start - 1) : hit.end + 1]:
                if word.isdecimal() and 1 <= int(word) <= _LONGEST_MONTH:
                    yield f"{hit.id} {int(word)}"
                    break
