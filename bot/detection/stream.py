"""What the detector remembers of the stream: items in the window and the developments they make up."""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from bot.detection.claim import Claim
    from bot.detection.representation import Representation
    from bot.detection.slots import Slots
    from bot.domain.decision import Decision
    from bot.domain.item import Item

WINDOW = timedelta(hours=96)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROWS = 64


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


class Stacked:
    """Members row by row, with what they are compared by as arrays; grows by doubling, so that adding one is cheap.

    `titles` and `vectors` are (n, d) float32, `title_squares` and `vector_squares` (n,) the squares of their lengths;
    `stems` and `runs` are (d, n), turned, for of a report's thousands only a few dozen are not 0. `names` is (n, k) of
    0 and 1, a column an id of `columns` (people, acts and places together; `kinds` lists the columns of each) and
    perhaps some empty ones; `publishers` and `languages` are (n,) numbers by `number_of`; `developments` is (n,)
    numbers in the order they were first met, -1 for none; `seen` is (n,) microseconds since 1970.
    """

    def __init__(self, members: Iterable[Member] = ()) -> None:
        self.members: list[Member] = []
        self.columns: dict[str, int] = {}
        self.kinds: tuple[list[int], list[int], list[int]] = ([], [], [])
        self._rows: dict[str, int] = {}
        self._numbers: dict[str | None, int] = {}
        self._developments: dict[str, int] = {}
        self._arrays: dict[str, NDArray[Any]] = {}
        self._turned: dict[str, NDArray[np.float32]] = {}
        for member in members:
            self.put(member)

    def __getattr__(self, name: str) -> NDArray[Any]:
        if name in self.__dict__["_turned"]:
            return self._turned[name][:, : len(self.members)]
        try:
            array: NDArray[Any] = self.__dict__["_arrays"][name]
        except KeyError:
            raise AttributeError(name) from None
        return array[: len(self.members)]

    def row_of(self, item: str) -> int | None:
        """The row of an item, if it is remembered."""
        return self._rows.get(item)

    def number_of(self, text: str | None) -> int:
        """The number a publisher or language goes by here; -1 where no member has it."""
        return self._numbers.get(text, -1)

    def put(self, member: Member) -> None:
        """A new member's row at the end, or a known one's anew."""
        row = self._rows.setdefault(member.item.id, len(self.members))
        if row == len(self.members):
            self.members.append(member)
        else:
            self.members[row] = member
        of = member.representation
        for name, vector in (("title", of.title_seen), ("vector", of.seen)):
            self._room(f"{name}s", vector.dtype, len(vector))[row] = vector
            self._room(f"{name}_squares", np.dtype(np.float64))[row] = float(vector @ vector)
        for name, sparse in (("stems", of.stems), ("runs", of.runs)):
            self._turned_room(name, len(sparse))[:, row] = sparse
        self._put_development(row, member)
        held = [
            self._column(name, kind)
            for kind, ids in zip(self.kinds, (of.people, of.actions, of.places), strict=True)
            for name in ids
        ]
        names = self._room("names", np.dtype(np.float64), len(self.columns))
        names[row] = 0
        names[row, held] = 1
        number = np.dtype(np.int64)
        for name, text in (("publishers", member.item.publisher), ("languages", of.reading.language)):
            self._room(name, number)[row] = self._numbers.setdefault(text, len(self._numbers))
        self._room("seen", number)[row] = microseconds(member.item.first_seen)

    def drop(self, items: AbstractSet[str]) -> None:
        """Without the rows of these items; the others close up in their order."""
        kept = [row for row, member in enumerate(self.members) if member.item.id not in items]
        self.members = [self.members[row] for row in kept]
        self._rows = {member.item.id: row for row, member in enumerate(self.members)}
        self._arrays = {name: array[kept] for name, array in self._arrays.items()}
        self._turned = {name: array[:, kept] for name, array in self._turned.items()}

    def _column(self, name: str, kind: list[int]) -> int:
        column = self.columns.get(name)
        if column is None:
            column = self.columns[name] = len(self.columns)
            kind.append(column)
        return column

    def decided_anew(self, member: Member) -> None:
        """The same member with another decision."""
        row = self._rows[member.item.id]
        self.members[row] = member
        self._put_development(row, member)

    def _put_development(self, row: int, member: Member) -> None:
        of = member.decision.development
        number = -1 if of is None else self._developments.setdefault(of, len(self._developments))
        self._room("developments", np.dtype(np.int64))[row] = number

    def _turned_room(self, name: str, width: int) -> NDArray[np.float32]:
        """The turned array of this name with a column for every member; it grows by doubling."""
        array = self._turned.get(name)
        rows = len(self.members)
        if array is None or rows > array.shape[1]:
            larger = np.zeros((width, max(_ROWS, 2 * rows)), np.float32)
            if array is not None:
                larger[:, : array.shape[1]] = array
            array = self._turned[name] = larger
        return array

    def _room(self, name: str, kind: np.dtype[Any], width: int | None = None) -> NDArray[Any]:
        """The array of this name with a row for every member and at least so many columns; both grow by doubling."""
        array = self._arrays.get(name)
        rows = len(self.members)
        if array is None:
            array = np.zeros((max(_ROWS, rows), *(() if width is None else (width,))), kind)
        elif rows > len(array) or (width is not None and width > array.shape[1]):
            shape = [max(_ROWS, 2 * rows) if rows > len(array) else len(array)]
            if width is not None:
                shape.append(max(array.shape[1], 2 * width if width > array.shape[1] else 0))
            larger = np.zeros(shape, kind)
            larger[tuple(slice(size) for size in array.shape)] = array
            array = larger
        self._arrays[name] = array
        return array


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970: exact, where a float of seconds is not."""
    return (moment - _EPOCH) // timedelta(microseconds=1)
