"""What happened: every API call and every payload sent to the app, for `/_control/log`."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.wire import Json

_KEPT = 2_000


class Journal:
    """The last two thousand entries, oldest first, each with a running `seq` and the time `at`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._seq = 0
        self._entries: deque[Json] = deque(maxlen=_KEPT)

    def reset(self) -> None:
        """Forget everything; `seq` goes on."""
        self._entries.clear()

    def add(self, kind: str, **facts: object) -> Json:
        """Note something. The entry is returned so that what is learnt later (an ack) can be written into it."""
        self._seq += 1
        entry: Json = {"seq": self._seq, "at": round(self._clock(), 6), "kind": kind, **facts}
        self._entries.append(entry)
        return entry

    def entries(self, *, after: int = 0, kind: str | None = None) -> list[Json]:
        """Those with a greater `seq` than `after`, of one kind if given."""
        return [e for e in self._entries if e["seq"] > after and kind in (None, e["kind"])]
