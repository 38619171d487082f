"""Where an item's facts come from: the publisher itself, or the agency or outlet it reprints or cites."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.detection.identity import host_of
from bot.detection.lexicon import Sense
from bot.detection.near_duplicate import near_duplicates
from bot.detection.text import tidy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.detection.reading import Reading
    from bot.detection.stream import Member
    from bot.detection.vocabulary import Vocabulary
    from config.schema import Publishers

_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "gov", "ac", "edu"})
_DATELINE = 50
_AGGREGATED = re.compile(r"\s*\((?:via|przez|через|über)\b.*\)\s*$", re.IGNORECASE)


class Origins:
    """Tells origins apart by the newsroom's list of families and agencies."""

    def __init__(self, publishers: Publishers, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._credits = [
            (agency.id, re.compile(rf"(?<!\w){re.escape(tidy(credit))}(?!\w)", re.IGNORECASE))
            for agency in publishers.agencies
            for credit in {agency.name, *agency.credits}
        ]
        self._bylines = [
            (
                agency.id,
                re.compile(rf"(?:^|[\s—–-])[(\[]?{re.escape(tidy(credit).strip('()[] '))}[)\]]?(?:\s*[—–-]\s|$|[)\]])"),
            )
            for agency in publishers.agencies
            for credit in {agency.name, *agency.credits}
        ]

    def origin(self, reading: Reading, known: Iterable[Member]) -> tuple[str, str]:
        """The origin's id and, in words, how it is known.

        In order: the credit line; a dateline or citation in the headline or lead; a near duplicate among
        `known` that came earlier; the publisher.
        """
        item = reading.item
        agency = self._credited(reading) if item.credit else None
        if agency is not None:
            return agency, f"credited to {self._vocabulary.name(agency)}"
        agency = self._dateline(reading)
        if agency is not None and agency != item.publisher:
            return agency, f"carries the dateline of {self._vocabulary.name(agency)}"
        for hit in (*reading.in_title, *reading.in_lead):
            if hit.sense == Sense.OUTLET and hit.id != item.publisher:
                return hit.id, f"cites {self._vocabulary.name(hit.id)}"
        for member in known:
            if member.item.id != item.id and near_duplicates(reading, member.representation.reading):
                origin = member.decision.origin or member.item.publisher
                return origin, f"the same text as {member.item.outlet}"
        return item.publisher, f"{item.outlet}'s own report"

    def _credited(self, reading: Reading) -> str | None:
        credit = tidy(reading.item.credit or "")
        return next((agency for agency, pattern in self._credits if pattern.search(credit)), None)

    def _dateline(self, reading: Reading) -> str | None:
        opening, ending = reading.lead.plain[:_DATELINE], reading.lead.plain[-_DATELINE:]
        return next(
            (agency for agency, pattern in self._bylines if pattern.search(opening) or pattern.search(ending)), None
        )


class PublisherIndex:
    """Which family or agency publishes an address."""

    def __init__(self, publishers: Publishers) -> None:
        self._hosts: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for agency in publishers.agencies:
            self._hosts |= {host.lower().removeprefix("www."): agency.id for host in agency.hosts}
            self._names |= {name.casefold(): agency.id for name in (agency.name, *agency.credits)}
        for family in publishers.families:
            self._hosts |= {host.lower().removeprefix("www."): family.id for host in family.hosts}
            self._names |= {name.casefold(): family.id for name in (family.name, *family.aliases)}

    def publisher(self, url: str, outlet: str) -> str:
        """The family's or agency's id, or where none is listed the registrable part of the host.

        An aggregator's address ("Sample Wire (via ...)") counts as the outlet it names.
        """
        named = _AGGREGATED.sub("", outlet).strip()
        if named != outlet.strip():
            return self.of_host(named.lower()) or self._names.get(named.casefold()) or named.casefold()
        host = host_of(url)
        return self.of_host(host) or self._names.get(outlet.casefold()) or registrable(host) or outlet.casefold()

    def of_host(self, host: str) -> str | None:
        """The family's or agency's id by the host alone, subdomains included; None where it is not listed."""
        labels = host.split(".")
        for at in range(len(labels) - 1):
            found = self._hosts.get(".".join(labels[at:]))
            if found is not None:
                return found
        return None


def registrable(host: str) -> str:
    """The part of a host somebody registered, by rule of thumb: `news.example.co.uk` is `example.co.uk`."""
    labels = host.split(".")
    keep = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else 2  # noqa: PLR2004 - labels
    return ".".join(labels[-keep:])
