"""When the desk hears of a development: at once where that is safe, else when a second independent origin has it.

A single report that may be about the talks is the commonest false alarm, and news of the talks rarely stays a single
report. So it waits: kept, counted and shown on request, but not sent.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.detection.corroboration import standing
from bot.detection.stream import speaks_for
from bot.domain.decision import AlertAction, Corroboration, Decision, Kind, Urgency
from bot.domain.source import Tier

if TYPE_CHECKING:
    from bot.detection.stream import Cluster
    from bot.domain.item import Item

_SURE = 0.8
_LIKELY = 0.5
_POSSIBLE = 0.4
_TRUSTED = frozenset({Tier.AGENCY, Tier.OFFICIAL})


def told_or_waiting(decision: Decision, item: Item, cluster: Cluster | None) -> Decision:
    """The decision with what the desk hears of it, and when.

    Args:
        decision: What the item is, and what the desk would hear of it if nothing ever waited.
        item: The item.
        cluster: Its development as remembered before it; None where it opens one.
    """
    if decision.development is None:
        return decision
    if cluster is not None and not cluster.waits:
        return replace(decision, waits=False)
    why = _at_once(decision, item) or _carried(decision, item, cluster)
    if why is None:
        waiting = "waits until a second independent origin has it"
        return replace(decision, alert=AlertAction.NONE, waits=True, why=(waiting, *decision.why))
    return replace(decision, alert=AlertAction.POST, waits=False, why=(why, *decision.why))


def _at_once(decision: Decision, item: Item) -> str | None:
    """Why one report is enough."""
    scope = _scope(decision)
    if scope >= _SURE:
        return f"told on one report: surely about the talks ({scope:.2f})"
    if scope < _LIKELY:
        return None
    if item.tier in _TRUSTED:
        return f"told on one report: from an {item.tier} source"
    return "told on one report: it is a flash" if decision.urgency is Urgency.FLASH else None


def _carried(decision: Decision, item: Item, cluster: Cluster | None) -> str | None:
    """How many independent origins have it, where that is enough; each may be about the talks by its own words."""
    reports = {item.id: (decision, item)}
    for member in cluster.members.values() if cluster is not None else ():
        reports.setdefault(member.item.id, (member.decision, member.item))
    origins: dict[str, set[str]] = {}
    for decided, report in reports.values():
        if decided.kind is Kind.DEVELOPMENT and decided.origin is not None and _scope(decided) >= _POSSIBLE:
            origins.setdefault(decided.origin, set()).update(speaks_for(report, decided.origin))
    stands = standing(origins)
    return f"told now: {stands.reason} have it" if stands.corroboration is Corroboration.CONFIRMED else None


def _scope(decision: Decision) -> float:
    return decision.evidence.scope if decision.evidence is not None else 0.0
