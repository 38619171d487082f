"""An item read against the vocabulary: its words and every configured thing found in them. Cheap; no embedding."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING

from py3langid.langid import MODEL_FILE, LanguageIdentifier
from rapidfuzz import fuzz

from bot.detection.text import Text, lead_of, read, tidy

if TYPE_CHECKING:
    from bot.detection.lexicon import Hit, Lexicon, Sense
    from bot.detection.vocabulary import Vocabulary
    from bot.domain.item import Item

_TAIL = re.compile(r"\s+[-–—|]\s+(?P<outlet>[^-–—|]{2,40})$")
_SAME_OUTLET = 75

Wording = tuple[str | None, str, str]
"""All that is read of an item's words: its language, headline and lead."""


@dataclass(frozen=True)
class Reading:
    """One item's headline and lead with what the lexicon finds in each. `language` is a code or None.

    `gist` is the headline with its first two sentences: what is compared by meaning. Names are looked for a little
    further on, in `lead`. Most items are put aside on a few names, so the rest is looked up when first asked for.
    """

    item: Item
    language: str | None
    title: Text
    lead: Text
    lexicon: Lexicon = field(repr=False, compare=False)

    @property
    def wording(self) -> Wording:
        """What is the same for everybody who carries the text."""
        return self.language, self.title.plain, self.lead.plain

    @cached_property
    def gist(self) -> str:
        """The headline with the first two sentences."""
        opening = lead_of(self.item.told)
        return f"{self.title.plain}. {opening}" if opening else self.title.plain

    @cached_property
    def in_title(self) -> tuple[Hit, ...]:
        """What is found in the headline."""
        return self.lexicon.find(self.title, self.language)

    @cached_property
    def in_lead(self) -> tuple[Hit, ...]:
        """What is found in the lead."""
        return self.lexicon.find(self.lead, self.language)

    def ids(self, sense: Sense, *, lead: bool = True) -> frozenset[str]:
        """The ids found of one sense, in the headline or (unless `lead` is False) the lead."""
        hits = (*self.in_title, *self.in_lead) if lead else self.in_title
        return frozenset(hit.id for hit in hits if hit.sense == sense)

    def count(self, sense: Sense, identifier: str | None = None, *, lead: bool = True) -> int:
        """How many places mention the sense (or one id of it)."""
        hits = (*self.in_title, *self.in_lead) if lead else self.in_title
        return sum(hit.sense == sense and identifier in (None, hit.id) for hit in hits)


@cache
def _identifier() -> LanguageIdentifier:
    """The language model, read when the first item names no language: half a second, and once is enough."""
    return LanguageIdentifier.from_model_file(MODEL_FILE)


class Reader:
    """Reads items against one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._lexicon = vocabulary.lexicon

    def read(self, item: Item) -> Reading:
        """The reading of one item; its language is guessed where the source gave none."""
        headline = without_outlet(item.title, item.outlet)
        title, lead = read(headline), read(lead_of(item.told, sentences=3, characters=450))
        language = item.language[:2].lower() if item.language else self._guess(f"{title.plain} {lead.plain}")
        return Reading(item, language, title, lead, self._lexicon)

    def _guess(self, text: str) -> str | None:
        if not text.strip():
            return None
        return str(_identifier().classify(text)[0])


def without_outlet(title: str, outlet: str) -> str:
    """A headline without the publisher's name that aggregators put behind it ("... - Sample Wire")."""
    title = tidy(title)
    tail = _TAIL.search(title)
    if tail is None:
        return title
    name = tail["outlet"].casefold()
    publisher = re.sub(r"\(.*?\)", "", outlet).strip().casefold()
    if (
        fuzz.partial_ratio(name, publisher) >= _SAME_OUTLET
        or fuzz.partial_ratio(name.replace(" ", ""), publisher) >= _SAME_OUTLET
    ):
        return title[: tail.start()]
    return title
