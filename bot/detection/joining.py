"""What a report adds to the development it seems to be of: nothing, a step, a detail, an old statement, the opposite.

A development is compared through its report nearest to the new one. Only the slots decide here, weighed by the relation
model: what is merely worded otherwise adds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.detection.relation import RelationKind
from bot.detection.stages import opposed, step_further

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.detection.relation import Relation
    from bot.detection.slots import Slots
    from bot.detection.stream import Cluster

_SURE = 0.5
# Of a known development, "new" is that something else is said of it.
_CHANGING = (RelationKind.UPDATE, RelationKind.NEW)


class Adds(StrEnum):
    """What a report adds to a known development. `ANOTHER`: it is not of this development at all."""

    NOTHING = "nothing"
    DETAIL = "detail"
    REPETITION = "repetition"
    ANOTHER = "another"


@dataclass(frozen=True, slots=True)
class Addition:
    """What is added and, in the desk's words, what changed; `change` is None where nothing did."""

    adds: Adds
    change: str | None = None


def addition(slots: Slots, cluster: Cluster, nearest: Slots, related: Callable[[], Relation]) -> Addition:
    """Weigh a report against a development of at least one report.

    Another: the same side's act goes the other way than the nearest report says, and the relation is new.
    Detail: the act has come further than any report of its type said, or the headline has a figure or a day that no
    report has given.
    Repetition: its words say that it was said before.

    Args:
        slots: The report's.
        cluster: The development.
        nearest: The slots of its report nearest to the new one.
        related: How the new one's headline stands to that report's; asked only where something hangs on it.
    """
    against, detail = opposed(slots.claim, nearest.claim), _unheard(slots, cluster, nearest)
    relation = related() if against or detail is not None or slots.claim.repeated else None
    told = relation.kind if relation is not None and relation.probability >= _SURE else None
    if told is RelationKind.NEW and against:
        return Addition(Adds.ANOTHER, "says the opposite of what was reported")
    if told is RelationKind.RESTATED and slots.claim.repeated:
        return Addition(Adds.REPETITION)
    step = step_further(slots.claim, [member.claim for member in cluster.members.values()])
    if step is not None:
        return Addition(Adds.DETAIL, step)
    if told in _CHANGING and detail is not None:
        return Addition(Adds.DETAIL, detail)
    return Addition(Adds.NOTHING)


def _unheard(slots: Slots, cluster: Cluster, nearest: Slots) -> str | None:
    """A figure in digits, or a day, that no report's headline or lead has given so far, in digits or words.

    The nearest report is asked first: with most reports that spares going through the whole development.
    """
    figures, days = slots.claim.figures - nearest.figures, slots.days - nearest.days
    members = cluster.members.values()
    if figures:
        figures -= frozenset().union(*(member.representation.figures | member.slots.figures for member in members))
    if figures:
        return f"now with the figure {', '.join(sorted(figures))}"
    if days:
        days = days.difference(*(member.slots.days for member in members))
    return f"now for {', '.join(sorted(days)).replace('_', ' ')}" if days else None
