"""The stream as arrays: what an item is compared with, all at once.

A text that is reprinted is held and compared once, whoever carries it: most of a great story is one agency's words.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from bot.detection.reading import Wording
    from bot.detection.representation import Representation
    from bot.detection.stream import Member

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROWS = 64
_NUMBER = np.dtype(np.int64)


class Rows:
    """Arrays that grow by doubling, so that adding a row is cheap; each is seen as far as rows are taken.

    Those `turned` are (width, n), a column a row: of a report's thousands of numbers only a few dozen are not 0, and
    whoever multiplies looks at these alone.
    """

    def __init__(self) -> None:
        self.taken = 0
        self._arrays: dict[str, NDArray[Any]] = {}
        self._turned: dict[str, NDArray[np.float32]] = {}

    def __len__(self) -> int:
        return self.taken

    def __getattr__(self, name: str) -> NDArray[Any]:
        if name in self.__dict__["_turned"]:
            return self._turned[name][:, : self.taken]
        try:
            array: NDArray[Any] = self.__dict__["_arrays"][name]
        except KeyError:
            raise AttributeError(name) from None
        return array[: self.taken]

    def room(self, name: str, kind: np.dtype[Any], width: int | None = None) -> NDArray[Any]:
        """The array of this name with a place for every row, and at least so many columns."""
        array = self._arrays.get(name)
        if array is None:
            array = np.zeros((max(_ROWS, self.taken), *(() if width is None else (width,))), kind)
        elif self.taken > len(array) or (width is not None and width > array.shape[1]):
            shape = [max(_ROWS, 2 * self.taken) if self.taken > len(array) else len(array)]
            if width is not None:
                shape.append(max(array.shape[1], 2 * width if width > array.shape[1] else 0))
            larger = np.zeros(shape, kind)
            larger[tuple(slice(size) for size in array.shape)] = array
            array = larger
        self._arrays[name] = array
        return array

    def turned_room(self, name: str, width: int) -> NDArray[np.float32]:
        """The turned array of this name with a place for every row."""
        array = self._turned.get(name)
        if array is None or self.taken > array.shape[1]:
            larger = np.zeros((width, max(_ROWS, 2 * self.taken)), np.float32)
            if array is not None:
                larger[:, : array.shape[1]] = array
            array = self._turned[name] = larger
        return array

    def keep(self, rows: Sequence[int] | NDArray[np.int64]) -> None:
        """Only these rows, closed up in this order."""
        self._arrays = {name: array[rows] for name, array in self._arrays.items()}
        self._turned = {name: array[:, rows] for name, array in self._turned.items()}
        self.taken = len(rows)


class Texts(Rows):
    """Each text once, as it was represented when it came first.

    `titles` and `vectors` are (n, d) float32, `title_squares` and `vector_squares` (n,) the squares of their lengths;
    `stems` and `runs` are turned. `names` is (n, k) of 0 and 1, a column an id of `columns` (people, acts and places
    together; `kinds` lists the columns of each) and perhaps some empty ones. `figures` and `dates`
    are each text's.
    """

    def __init__(self) -> None:
        super().__init__()
        self.figures: list[frozenset[str]] = []
        self.dates: list[frozenset[str]] = []
        self.columns: dict[str, int] = {}
        self.kinds: tuple[list[int], list[int], list[int]] = ([], [], [])
        self._rows: dict[Wording, int] = {}

    def row_of(self, of: Representation) -> int:
        """The row of a text, added where it is new."""
        known = self._rows.get(of.reading.wording)
        if known is not None:
            return known
        row = self._rows[of.reading.wording] = self.taken
        self.taken += 1
        self.figures.append(of.figures)
        self.dates.append(of.dates)
        for name, vector in (("title", of.title_seen), ("vector", of.seen)):
            self.room(f"{name}s", vector.dtype, len(vector))[row] = vector
            self.room(f"{name}_squares", np.dtype(np.float64))[row] = float(vector @ vector)
        for name, sparse in (("stems", of.stems), ("runs", of.runs)):
            self.turned_room(name, len(sparse))[:, row] = sparse
        held = [
            self._column(name, kind)
            for kind, ids in zip(self.kinds, (of.people, of.actions, of.places), strict=True)
            for name in ids
        ]
        names = self.room("names", np.dtype(np.float64), len(self.columns))
        names[row] = 0
        names[row, held] = 1
        return row

    def keep(self, rows: Sequence[int] | NDArray[np.int64]) -> None:
        """Only these rows, closed up in this order."""
        super().keep(rows)
        self.figures = [self.figures[row] for row in rows]
        self.dates = [self.dates[row] for row in rows]
        moved = {int(row): at for at, row in enumerate(rows)}
        self._rows = {wording: moved[row] for wording, row in self._rows.items() if row in moved}

    def _column(self, name: str, kind: list[int]) -> int:
        column = self.columns.get(name)
        if column is None:
            column = self.columns[name] = len(self.columns)
            kind.append(column)
        return column


class Stacked(Rows):
    """Members row by row, in the order they came.

    `text` is (n,) the row of each one's text in `texts`; `publishers` and `languages` are (n,) numbers by `number_of`;
    `developments` is (n,) numbers in the order they were first met, -1 for none; `out` is (n,) when they came
    out, in microseconds since 1970.
    """

    def __init__(self, members: Iterable[Member] = ()) -> None:
        super().__init__()
        self.members: list[Member] = []
        self.texts = Texts()
        self._rows: dict[str, int] = {}
        self._numbers: dict[str | None, int] = {}
        self._developments: dict[str, int] = {}
        for member in members:
            self.put(member)

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
            self.taken += 1
        else:
            self.members[row] = member
        of = member.representation
        self.room("text", _NUMBER)[row] = self.texts.row_of(of)
        self._put_development(row, member)
        for name, text in (("publishers", member.item.publisher), ("languages", of.reading.language)):
            self.room(name, _NUMBER)[row] = self._numbers.setdefault(text, len(self._numbers))
        self.room("out", _NUMBER)[row] = microseconds(member.item.came_out)

    def decided_anew(self, member: Member) -> None:
        """The same member with another decision."""
        row = self._rows[member.item.id]
        self.members[row] = member
        self._put_development(row, member)

    def drop(self, items: AbstractSet[str]) -> None:
        """Without the rows of these items, and without the texts nobody else carries."""
        kept = [row for row, member in enumerate(self.members) if member.item.id not in items]
        self.members = [self.members[row] for row in kept]
        self._rows = {member.item.id: row for row, member in enumerate(self.members)}
        self.keep(kept)
        carried, self.room("text", _NUMBER)[: self.taken] = np.unique(self.text, return_inverse=True)
        if len(carried) < len(self.texts):
            self.texts.keep(carried)

    def _put_development(self, row: int, member: Member) -> None:
        of = member.decision.development
        number = -1 if of is None else self._developments.setdefault(of, len(self._developments))
        self.room("developments", _NUMBER)[row] = number


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970: exact, where a float of seconds is not."""
    return (moment - _EPOCH) // timedelta(microseconds=1)
