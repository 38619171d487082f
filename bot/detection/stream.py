"""What the detector remembers of the stream: items in the window and the developments they make up."""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.detection.stacked import Stacked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

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

    @property
    def waits(self) -> bool:
        """Whether the desk was not told of it yet."""
        return all(member.decision.waits for member in self.members.values())

    def tracks(self) -> frozenset[str]:
        """The tracks that at least half of its reports are on."""
        on = Counter(track for member in self.members.values() for track in member.decision.tracks)
        return frozenset(track for track, reports in on.items() if 2 * reports >= len(self.members))

    def origins(self) -> dict[str, set[str]]:
        """Origin ids, each with the parties its members' publishers speak for."""
        return self.origins_without("")

    def origins_without(self, item: str) -> dict[str, set[str]]:
        """The same as if this item were no member."""
        found: dict[str, set[str]] = {}
        for member in self.members.values():
            if member.decision.origin is not None and member.item.id != item:
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
        self._stacked: Stacked = Stacked()

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
        self._stacked.put(member)

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

    def retrack(self, development: str, tracks: Sequence[str]) -> None:
        """Every report of a development is on these tracks."""
        cluster = self.clusters.get(development)
        if cluster is None:
            return
        for member in tuple(cluster.members.values()):
            cluster.members[member.item.id] = self._decided_anew(member, tracks=tuple(tracks))

    def _decided_anew(self, member: Member, **changes: Any) -> Member:
        changed = replace(member, decision=replace(member.decision, **changes))
        self._members[member.item.id] = changed
        self._stacked.decided_anew(changed)
        return changed

    def forget_before(self, moment: datetime) -> None:
        """Drop items first seen before `moment`; a development goes with its last item."""
        old = [member for member in self._members.values() if member.item.first_seen < moment]
        for member in old:
            del self._members[member.item.id]
            self._leave(member)
        if old:
            self._stacked.drop({member.item.id for member in old})

    def _leave(self, member: Member) -> None:
        development = member.decision.development
        cluster = self.clusters.get(development) if development is not None else None
        if cluster is not None:
            cluster.members.pop(member.item.id, None)
            if not cluster.members:
                del self.clusters[cluster.id]

    def stacked(self) -> Stacked:
        """Every remembered member with its vectors row by row, as it stands: the next change shows in it."""
        return self._stacked

    def __iter__(self) -> Iterator[Member]:
        return iter(self._members.values())
