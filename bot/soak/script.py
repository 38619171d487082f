"""The soak's news: made up, each report saying itself what it is, and with it what every conversation must show."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.domain.decision import (
    AlertAction,
    Corroboration,
    Decision,
    EventType,
    Kind,
    Stage,
    StateChange,
    Status,
    Urgency,
)
from config.schema import Negotiation, Party, Track

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.item import Item

TALKS = Negotiation(
    id="talks",
    name="Sample talks",
    channel="#talks-ukraine-russia",
    languages=("en",),
    scope={"en": ("talks",)},
    tracks=(
        Track(id="politics", name="Politics and process", covers="Who talks to whom.", seeds={}),
        Track(id="economy", name="Economy", covers="Money.", seeds={}),
    ),
    parties=(Party(id="us", name="United States"), Party(id="russia", name="Russia", role="principal")),
    actors=(),
    actions=(),
)
TRACKS = ("politics", "economy")
DESK, WORLD, DIRECT, ECONOMY = "C0TALKS", "C0WORLD", "D0OMAR", "D0LENA"
CONVERSATIONS = (DESK, WORLD, DIRECT, ECONOMY)
SOURCES = 3
_STILL_TOLD = 10
_TAG = re.compile(r"\[(\w+) (\d+) (\w+) (\d+)\]")


@dataclass(slots=True)
class Told:
    """A development as its reports were published: what its card must say in the end, and who hears of it."""

    number: int
    track: str
    lead: str
    reports: int = 1
    lead_title: str = ""
    settled: bool = False

    @property
    def heard_in(self) -> tuple[str, ...]:
        """The desk hears all, two conversations subscribed to all, one to the economy."""
        return CONVERSATIONS if self.track == "economy" else CONVERSATIONS[:-1]

    @property
    def source(self) -> int:
        """All reports of a development come by one source, in order."""
        return self.number % SOURCES

    def tag(self, kind: str, note: int) -> str:
        """A summary that says what its report is."""
        return f"The envoys met again. [{kind} {self.number} {self.track} {note}]"


@dataclass(slots=True)
class Article:
    """One article of a feed, as it reads now."""

    name: str
    title: str
    summary: str
    published: datetime
    source: int


@dataclass(slots=True)
class Script:
    """Writes the news. `notes` are what threads must be told: note number → (development, broadcast)."""

    chance: random.Random
    developments: dict[int, Told] = field(default_factory=dict)
    notes: dict[int, tuple[int, bool]] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)
    revisions: int = 0

    def next(self, now: datetime, *, wanted: str | None = None, heard_in: str | None = None) -> None:
        """Publish one more report: of the `wanted` kind (post, edit, thread, confirmed, corrected), or of any kind.

        With `heard_in`, on a development that conversation hears of.
        """
        kinds = ("post", "edit", "edit", "thread", "thread", "confirmed", "corrected")
        kind = wanted or self.chance.choice(kinds)
        known = [each for each in self.developments.values() if heard_in is None or heard_in in each.heard_in]
        known = known[-_STILL_TOLD:]
        if kind == "corrected":
            known = [each for each in known if each.settled]
        if kind == "post" or not known:
            self._open(now, "economy" if heard_in == ECONOMY else self.chance.choice(TRACKS))
        else:
            self._report(self.chance.choice(known), kind, now)

    def settle(self) -> None:
        """Everything published so far has been decided on: from now on its reports may be corrected."""
        for each in self.developments.values():
            each.settled = True

    def feed(self, source: int) -> list[Article]:
        """A source's articles, newest first."""
        return [article for article in reversed(self.articles.values()) if article.source == source]

    def _open(self, now: datetime, track: str) -> None:
        number = len(self.developments) + 1
        name = f"d{number}"
        told = Told(number, track, name, lead_title=f"Development {number}: envoys meet")
        self.developments[number] = told
        self.articles[name] = Article(name, told.lead_title, told.tag("post", 0), now, told.source)

    def _report(self, told: Told, kind: str, now: datetime) -> None:
        note = 0
        if kind != "edit":
            note = len(self.notes) + 1
            self.notes[note] = told.number, kind != "thread"
        if kind == "corrected":
            self.revisions += 1
            told.lead_title = f"Development {told.number}: envoys meet, as corrected {note} times over"
            told.settled = False  # two corrections before anybody looks would be one
            before = self.articles[told.lead]
            self.articles[told.lead] = replace(before, title=told.lead_title, summary=told.tag(kind, note))
            return
        told.reports += 1
        name = f"d{told.number}r{told.reports}"
        title = f"More on development number {told.number}"
        self.articles[name] = Article(name, title, told.tag(kind, note), now, told.source)


class Decider:
    """Implements the detect step's decider: reads in each report what it is. Remembers nothing."""

    def decide(self, item: Item, now: datetime) -> Decision:
        """What this report says it is."""
        del now
        tag = _TAG.search(item.summary)
        if tag is None:
            raise ValueError(f"{item.url} is not of this script: {item.summary!r}")
        kind, number, track, note = tag.groups()
        action, status, change = _KINDS[kind]
        return Decision(
            item=item.id,
            kind=Kind.DEVELOPMENT,
            relevant=True,
            status=status,
            alert=action,
            development=f"development-{number}",
            tracks=(track,),
            plover=EventType.CONSULT,
            stage=Stage.UNDER_WAY,
            actors=("us",),
            targets=("russia",),
            origin=item.url,
            origins=1,
            corroboration=Corroboration.CONFIRMED if kind == "confirmed" else Corroboration.PROVISIONAL,
            urgency=Urgency.URGENT,
            urgency_reasons=("a principal acts",),
            change=f"brings note {note}" if note != "0" else None,
            state_change=change,
        )

    def remember(self, item: Item, decision: Decision) -> None:
        """Nothing to keep."""

    def merge(self, into: str, gone: str) -> None:
        """Nothing is merged."""

    def retrack(self, development: str, tracks: Sequence[str]) -> None:
        """Nothing is put on other tracks."""

    def forget_before(self, moment: datetime) -> None:
        """Nothing to forget."""


_KINDS: dict[str, tuple[AlertAction, Status, StateChange | None]] = {
    "post": (AlertAction.POST, Status.NEW, None),
    "edit": (AlertAction.EDIT, Status.REPORT, None),
    "thread": (AlertAction.THREAD, Status.UPDATE, None),
    "confirmed": (AlertAction.THREAD, Status.UPDATE, StateChange.CONFIRMED),
    "corrected": (AlertAction.EDIT, Status.UPDATE, StateChange.CORRECTED),
}
