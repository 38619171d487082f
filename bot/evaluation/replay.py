"""The real detector over archived items, in the order they were first seen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from bot.detection.stream import WINDOW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from bot.domain.decision import Decision
    from bot.domain.item import Item

_TIDY_EVERY = timedelta(hours=1)


class Decides(Protocol):
    """What replay needs of a detector."""

    def decide(self, item: Item, now: datetime) -> Decision:
        """What the item is to the stream so far."""
        ...

    def remember(self, item: Item, decision: Decision) -> None:
        """Take the decision into account from now on."""
        ...

    def forget_before(self, moment: datetime) -> None:
        """Drop what was first seen before `moment`."""
        ...


def replay(items: Iterable[Item], detector: Decides) -> Iterator[Decision]:
    """One decision an item, each made at the moment the item was first seen, with nothing known of later ones.

    `items` come in first-seen order.
    """
    tidied: datetime | None = None
    for item in items:
        now = item.first_seen
        if tidied is None or now - tidied >= _TIDY_EVERY:
            detector.forget_before(now - WINDOW)
            tidied = now
        decision = detector.decide(item, now)
        detector.remember(item, decision)
        yield decision


def as_json(decision: Decision) -> dict[str, object]:
    """One decision in the fields of the contract, ready for JSON."""
    return {
        "id": decision.item,
        "kind": decision.kind.value,
        "relevant": decision.relevant,
        "development": decision.development,
        "status": decision.status.value,
        "follows": decision.follows,
        "tracks": list(decision.tracks),
        "plover": decision.plover.value if decision.plover else None,
        "actor": list(decision.actors),
        "target": list(decision.targets),
        "aux": list(decision.aux),
        "stage": decision.stage.value if decision.stage else None,
        "origins": decision.origins,
        "corroboration": decision.corroboration.value if decision.corroboration else None,
        "urgency": decision.urgency.value if decision.urgency else None,
        "alert": decision.alert.value,
        "why": list(decision.why),
    }
