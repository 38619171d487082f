"""Where an item's facts come from: the publisher itself, or the agency or outlet it reprints or cites."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from bot.detection.attribution import Attribution
from bot.detection.identity import host_of, is_post
from bot.detection.lexicon import Sense
from bot.detection.near_duplicate import Likeness, lead_similarity, likeness, title_similarity
from bot.detection.outlets import Met, key_of
from bot.detection.text import numbers, read, tidy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bot.detection.attribution import Citation
    from bot.detection.reading import Reading
    from bot.detection.vocabulary import Vocabulary
    from bot.domain.decision import Decision
    from bot.domain.item import Item
    from config.schema import Publishers

_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "gov", "ac", "edu"})
_AGGREGATED = re.compile(r"\s*\((?:via|przez|через|über)\b.*\)\s*$", re.IGNORECASE)
_TAIL = re.compile(r"\s[-–—|]\s+([^-–—|]{2,60})$")
# Two desks' own reports in two languages have come as near as 0.80 where neither gave a figure.
_TRANSLATION, _TRANSLATION_WITH_FIGURES = 0.84, 0.8
_TRANSLATED_WITHIN = timedelta(hours=3)
_ENOUGH_TO_TRANSLATE = 60
_REMEMBERED = 4096


class Read(Protocol):
    """What of a known report's representation is looked at."""

    @property
    def reading(self) -> Reading:
        """The item as read."""
        ...

    @property
    def vector(self) -> NDArray[np.float32]:
        """The unit embedding of headline with lead."""
        ...


class Known(Protocol):
    """A report whose origin is decided: a member of the stream."""

    @property
    def item(self) -> Item:
        """The item."""
        ...

    @property
    def decision(self) -> Decision:
        """What was decided; its `origin` above all."""
        ...

    @property
    def representation(self) -> Read:
        """What it is compared by."""
        ...


class Means(StrEnum):
    """How a report came by its facts."""

    OWN = "own"
    CITES = "cites"
    CREDITED = "credited"
    SAME_TEXT = "same text"
    TRANSLATION = "translation"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a report's facts come from (an id), how, and how that is known in words."""

    id: str
    means: Means
    words: str

    @property
    def reprint(self) -> bool:
        """Whether the text itself is another's. A report that cites is its desk's text with another's facts."""
        return self.means in (Means.CREDITED, Means.SAME_TEXT, Means.TRANSLATION)


class Origins:
    """Tells origins apart by what items say of their sources and by their texts.

    An official's statement or post is no origin: desks that report it from the official are each their own.
    """

    def __init__(self, publishers: Publishers, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._attribution = Attribution(publishers, vocabulary.genres)
        self._index = PublisherIndex(publishers)
        self._agencies = frozenset(agency.id for agency in publishers.agencies)
        self._families = frozenset(family.id for family in publishers.families)
        self._named: OrderedDict[tuple[str, int], Origin | None] = OrderedDict()

    def trace(self, reading: Reading, known: Iterable[Known], vector: NDArray[np.float32] | None = None) -> Origin:
        """Where one item's facts come from.

        In order: the desk's own sources; the outlet the item says its facts are from; a known item with the same
        text; a known agency report it seems to translate; the publisher. Whatever `known` already calls by another
        name keeps that name, so that reports of one origin count once however they came to be known.

        Args:
            reading: The item.
            known: Reports on the same event, in the order they came.
            vector: The item's own `Representation.vector`; without it no translation is looked for.
        """
        members = [member for member in known if member.item.id != reading.item.id]
        met = self._met(members)
        source = self._source(reading, members, met)
        if source is not None and source.means is Means.OWN:
            return replace(source, id=self._as_known(reading.item, members, met))
        if source is not None and (found := self._among(source.id, members, met)) is not None:
            return replace(source, id=found)
        twin = self._twin(reading, source, members, met)
        if twin is not None:
            member, alike = twin
            words = "the same text as" if alike is Likeness.TEXT else "by its headline the same text as"
            more = f"; {source.words}" if source is not None else ""
            return Origin(_origin_of(member), Means.SAME_TEXT, f"{words} {member.item.outlet}{more}")
        if source is not None:
            return source
        original = self._translated(reading, vector, members)
        if original is not None:
            words = f"probably a translation of {original.item.outlet}'s report"
            return Origin(_origin_of(original), Means.TRANSLATION, words)
        publisher = self._as_known(reading.item, members, met)
        return Origin(publisher, Means.OWN, f"{reading.item.outlet}'s own report")

    def _source(self, reading: Reading, members: Sequence[Known], met: Met) -> Origin | None:
        """Who the item names; the desk that wrote it first, then the deepest, then one already known here."""
        item = reading.item
        year, language = item.first_seen.year, reading.language
        lead = "" if _AGGREGATED.search(item.outlet) else reading.lead.plain
        credited = [] if not item.credit else self._attribution.credits(item.credit, language, line=True)
        for passage in filter(None, (item.summary, item.text) if lead else ()):
            credited += self._attribution.credits(passage, language)
        met = met | {item.publisher: _plain(item.outlet)}
        cited = self._attribution.citations(item.title, language, year=year, met=met, headline=True)
        cited += self._attribution.citations(lead, language, year=year, met=met)
        cited = [one for one in cited if one.id is not None or not self._is_person(one.name)]
        desks = {item.publisher, *(one.id for one in credited)}
        host = key_of(registrable(host_of(item.url)).split(".")[0])
        own = [one for one in cited if self._id(one) in desks or (host and key_of(one.name).startswith(host))]
        credited = [one for one in credited if one.id != item.publisher]
        if any(not one.edge and one.id not in {other.id for other in credited} for one in own):
            return Origin(item.publisher, Means.OWN, f"{item.outlet}'s own sources")
        others = [one for one in cited if one not in own]
        if others and not any(not one.edge for one in own):
            deepest = max(one.manner for one in others)
            chosen = self._preferred([one for one in others if one.manner is deepest], members, met)
            identifier = self._id(chosen)
            return Origin(identifier, Means.CITES, f"cites {self._name(identifier, chosen)}")
        return self._credit(credited, members, met)

    def _credit(self, credited: Sequence[Citation], members: Sequence[Known], met: Met) -> Origin | None:
        if not credited:
            return None
        chosen = self._preferred(credited, members, met)
        identifier = self._id(chosen)
        return Origin(identifier, Means.CREDITED, f"credited to {self._name(identifier, chosen)}")

    def _preferred(self, named: Sequence[Citation], members: Sequence[Known], met: Met) -> Citation:
        """Of several, one that is known here already: a report made of two agencies' adds no third."""
        return next((one for one in named if self._among(self._id(one), members, met) is not None), named[0])

    def _among(self, identifier: str, members: Sequence[Known], met: Met) -> str | None:
        """What an outlet's facts are counted as here: by who names it too, or by its own report; None if new here."""
        for member in members:
            source = self._remembered(member, met)
            if source is not None and source.means is not Means.OWN and source.id == identifier:
                return _origin_of(member)
        own = [member for member in members if member.item.publisher == identifier]
        first = next((member for member in own if member.decision.origin == identifier), own[0] if own else None)
        return _origin_of(first) if first is not None else None

    def _remembered(self, member: Known, met: Met) -> Origin | None:
        key = (member.item.id, member.item.revision)
        if key not in self._named:
            self._named[key] = self._source(member.representation.reading, (), met)
            if len(self._named) > _REMEMBERED:
                self._named.popitem(last=False)
        return self._named[key]

    def _as_known(self, item: Item, members: Sequence[Known], met: Met) -> str:
        """The publisher, by the name that reports citing it, or an aggregator's copy, gave it before."""
        keys = {key_of(_plain(item.outlet)), key_of(host_of(item.url).split(".")[0])}
        for member in members:
            source = self._remembered(member, met)
            if source is not None and source.means is not Means.OWN:
                if source.id == item.publisher or key_of(source.id) in keys:
                    return _origin_of(member)
                continue
            if key_of(_plain(member.item.outlet)) in keys and member.decision.origin == member.item.publisher:
                return member.item.publisher
        return item.publisher

    def _twin(
        self, reading: Reading, source: Origin | None, members: Sequence[Known], met: Met
    ) -> tuple[Known, Likeness] | None:
        """The known item whose text this is, the likest first. Texts that name two sources are two."""
        cites = source is not None and source.means is Means.CITES
        compared: dict[tuple[str, str], tuple[Likeness, tuple[float, float]]] = {}  # most of a great story are reprints
        found = []
        for member in members:
            other = member.representation.reading
            text = other.title.plain, other.lead.plain
            if text not in compared:
                alike = likeness(reading, other)
                compared[text] = alike, (0.0, 0.0) if alike is Likeness.NONE else _how_alike(reading, other)
            alike, how = compared[text]
            if alike is Likeness.NONE or (cites and alike is not Likeness.TEXT):
                continue
            theirs = self._remembered(member, met)
            if source is None or theirs is None or theirs.id == source.id:
                found.append((how, member, alike))
        if not found:
            return None
        _, member, alike = max(found, key=lambda one: one[0])
        return member, alike

    def _translated(
        self, reading: Reading, vector: NDArray[np.float32] | None, members: Sequence[Known]
    ) -> Known | None:
        """The agency report that means the same in another language, with the same figures, within hours."""
        if vector is None or len(reading.lead.plain) < _ENOUGH_TO_TRANSLATE:
            return None
        figures = numbers(reading.gist)
        likely = [
            (float(vector @ member.representation.vector), at)
            for at, member in enumerate(members)
            if _origin_of(member) in self._agencies
            and member.representation.reading.language != reading.language
            and len(member.representation.reading.lead.plain) >= _ENOUGH_TO_TRANSLATE
            and numbers(member.representation.reading.gist) == figures
            and abs(reading.item.first_seen - member.item.first_seen) <= _TRANSLATED_WITHIN
        ]
        cosine, at = max(likely, default=(0.0, 0))
        return members[at] if cosine >= (_TRANSLATION_WITH_FIGURES if figures else _TRANSLATION) else None

    def _met(self, members: Sequence[Known]) -> Met:
        """The outlets that reported here, and unlisted ones that were cited."""
        origins = {_origin_of(member) for member in members} - self._vocabulary.names.keys()
        return Met(
            {origin: origin.title() for origin in origins}
            | {member.item.publisher: _plain(member.item.outlet) for member in members}
        )

    def _is_person(self, name: str) -> bool:
        return any(hit.sense is Sense.ACTOR for hit in self._vocabulary.lexicon.find(read(name), None))

    def _id(self, citation: Citation) -> str:
        return citation.id or self._index.named(citation.name)

    def _name(self, identifier: str, citation: Citation) -> str:
        """An agency goes by one name in every language; of a family's outlets, the one that is named."""
        return self._vocabulary.name(identifier) if identifier in self._agencies - self._families else citation.name


@lru_cache(_REMEMBERED)
def _plain(outlet: str) -> str:
    return _AGGREGATED.sub("", outlet).strip()


def _how_alike(one: Reading, other: Reading) -> tuple[float, float]:
    return lead_similarity(one, other) or 0.0, title_similarity(one, other)


def _origin_of(member: Known) -> str:
    return member.decision.origin or member.item.publisher


class PublisherIndex:
    """Which family or agency publishes an address: the one rule, for polled items and for archived ones."""

    def __init__(self, publishers: Publishers) -> None:
        self._hosts: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._aggregators = frozenset(publishers.aggregators)
        for agency in publishers.agencies:
            self._hosts |= {host.lower().removeprefix("www."): agency.id for host in agency.hosts}
            self._names |= {key_of(name): agency.id for name in (agency.name, *agency.credits)}
        for family in publishers.families:
            self._hosts |= {host.lower().removeprefix("www."): family.id for host in family.hosts}
            self._names |= {key_of(name): family.id for name in (family.name, *family.aliases)}
        # Few hosts publish all that is listed.
        self._owner = lru_cache(maxsize=4096)(self._owner_of)

    def publisher(self, url: str, outlet: str, title: str = "") -> str:
        """The id of the family or agency that owns the host, else the registrable part of the host.

        A feed's name never decides: what it links to elsewhere is not its own.
        What an aggregator lists ("Sample Wire (via ...)", or a host of `aggregators` with "... - Sample Wire" in its
        headline) counts as the outlet it names. A post on a platform is its account's.
        """
        if is_post(url):
            return self.named(outlet)
        host = host_of(url)
        if "(" in outlet and (named := _plain(outlet)) != outlet.strip():
            return self.named(named)
        if host in self._aggregators and (tail := _TAIL.search(tidy(title))):
            return self.named(tail.group(1))
        return self._owner(host) or self.named(outlet.strip())

    def named(self, name: str) -> str:
        """The id of the outlet people call so, or whose address the name is; the name itself where none is listed."""
        return self.of_host(name.lower()) or self._names.get(key_of(name)) or tidy(name).casefold().removeprefix("the ")

    def _owner_of(self, host: str) -> str:
        return self.of_host(host) or registrable(host)

    def of_host(self, host: str) -> str | None:
        """The family's or agency's id by the host alone, subdomains included; None where it is not listed."""
        labels = host.split(".")
        for at in range(len(labels) - 1):
            found = self._hosts.get(".".join(labels[at:]))
            if found is not None:
                return found
        return None


def registrable(host: str) -> str:
    """The part of a host somebody registered, by rule of thumb: `news.example.co.uk` is `example.co.uk`.

    An IP address is itself.
    """
    labels = host.split(".")
    if labels[-1].isdigit() or ":" in host:
        return host
    keep = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else 2  # noqa: PLR2004 - labels
    return ".".join(labels[-keep:])
