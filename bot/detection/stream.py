"""What the detector remembers of the stream: items in the window and the developments they make up."""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from bot.detection.claim import Claim
    from bot.detection.representation import Representation
    from bot.detection.slots import Slots
    from bot.domain.decision import Decision
    from bot.domain.item import Item

WINDOW = timedelta(hours=96)


@dataclass(frozen=True, slots=True)
class Member:
    """One remembered item of a development."""

    item: Item
    decision: Decision
    representation: Representation
    slots: Slots

    @property
    def claim(self) -> Claim:
        """What its headline claims."""
        return self.slots.claim


@dataclass(slots=True)
class Cluster:
    """A development as remembered: its members by item id, in the order they came."""

    id: str
    members: OrderedDict[str, Member] = field(default_factory=OrderedDict)

    @property
    def opened_by(self) -> Member:
        """The member that opened it, or the oldest still remembered."""
        return next(iter(self.members.values()))

    @property
    def latest(self) -> Member:
        """The member that came last."""
        return next(reversed(self.members.values()))

    def tracks(self) -> frozenset[str]:
        """The tracks that at least half of its reports are on."""
        on = Counter(track for member in self.members.values() for track in member.decision.tracks)
        return frozenset(track for track, reports in on.items() if 2 * reports >= len(self.members))

    def origins(self) -> dict[str, set[str]]:
        """Origin ids, each with the parties its members' publishers speak for."""
        found: dict[str, set[str]] = {}
        for member in self.members.values():
            if member.decision.origin is not None:
                origin = member.decision.origin
                found.setdefault(origin, set()).update(speaks_for(member.item, origin))
        return found


def speaks_for(item: Item, origin: str) -> set[str]:
    """The parties an origin speaks for by this item: its publisher's, where the origin is the publisher itself."""
    return {item.party} if item.party and origin == item.publisher else set()


class Stream:
    """Members in arrival order with their vectors as matrices, and the developments they form."""

    def __init__(self) -> None:
        self.clusters: dict[str, Cluster] = {}
        self._members: OrderedDict[str, Member] = OrderedDict()
        self._stacked: Stacked | None = None

    def __len__(self) -> int:
        return len(self._members)

    def get(self, item: str) -> Member | None:
        """The remembered state of one item, or None."""
        return self._members.get(item)

    def add(self, member: Member) -> None:
        """Remember a member; a revision of a known item takes its place."""
        known = self._members.get(member.item.id)
        if known is not None and known.decision.development != member.decision.development:
            self._leave(known)
        self._members[member.item.id] = member
        development = member.decision.development
        if development is not None:
            self.clusters.setdefault(development, Cluster(development)).members[member.item.id] = member
        self._stacked = None

    def merge(self, into: str, gone: str) -> None:
        """What was of development `gone` is of `into`, in the order it came; again changes nothing."""
        if into == gone or gone not in self.clusters:
            return
        leaving = self.clusters.pop(gone)
        cluster = self.clusters.setdefault(into, Cluster(into))
        for member in leaving.members.values():
            cluster.members[member.item.id] = self._decided_anew(member, development=into)
        came = {item: place for place, item in enumerate(self._members)}
        cluster.members = OrderedDict(sorted(cluster.members.items(), key=lambda each: came[each[0]]))
        for member in tuple(self._members.values()):
            if member.decision.follows in {gone, into}:
                of = member.decision.development or into
                changed = self._decided_anew(member, follows=into if of != into else None)
                self.clusters[of].members[member.item.id] = changed
        self._stacked = None

    def retrack(self, development: str, tracks: Sequence[str]) -> None:
        """Every report of a development is on these tracks."""
        cluster = self.clusters.get(development)
        if cluster is None:
            return
        for member in tuple(cluster.members.values()):
            cluster.members[member.item.id] = self._decided_anew(member, tracks=tuple(tracks))
        self._stacked = None

    def _decided_anew(self, member: Member, **changes: Any) -> Member:
        changed = replace(member, decision=replace(member.decision, **changes))
        self._members[member.item.id] = changed
        return changed

    def forget_before(self, moment: datetime) -> None:
        """Drop items first seen before `moment`; a development goes with its last item."""
        old = [member for member in self._members.values() if member.item.first_seen < moment]
        for member in old:
            del self._members[member.item.id]
            self._leave(member)
        if old:
            self._stacked = None

    def _leave(self, member: Member) -> None:
        development = member.decision.development
        cluster = self.clusters.get(development) if development is not None else None
        if cluster is not None:
            cluster.members.pop(member.item.id, None)
            if not cluster.members:
                del self.clusters[cluster.id]

    def stacked(self) -> Stacked:
        """Every remembered member with its vectors row by row; made anew only after a change."""
        if self._stacked is None:
            self._stacked = Stacked(tuple(self._members.values()))
        return self._stacked

    def __iter__(self) -> Iterator[Member]:
        return iter(self._members.values())


class Stacked:
    """Members with their vectors as (n, d) matrices."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = members
        self.titles = _rows([member.representation.title_seen for member in members])
        self.vectors = _rows([member.representation.seen for member in members])
        self.stems = _rows([member.representation.stems for member in members])
        self.runs = _rows([member.representation.runs for member in members])


def _rows(vectors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    return np.stack(vectors) if vectors else np.zeros((0, 1), np.float32)
