"""What is different once a report's own page was read: perhaps where its facts come from, and so how many carry them.

A page says nothing new of the event: what it was decided to be stays.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.detection.corroboration import standing
from bot.detection.newsworthiness import weigh
from bot.detection.stream import speaks_for
from bot.domain.decision import AlertAction, Corroboration, Decision, StateChange, Status
from bot.domain.evidence import Evidence

if TYPE_CHECKING:
    from bot.detection.origins import Origin
    from bot.detection.stream import Cluster
    from bot.detection.vocabulary import Vocabulary
    from bot.domain.item import Item


def with_page(stood: Decision, item: Item, traced: Origin, cluster: Cluster, vocabulary: Vocabulary) -> Decision:
    """The decision on a known report by what its page says of its origin.

    The card is put right quietly; only where the development no longer counts as confirmed, or now does, is it said.

    Args:
        stood: What was decided on it, with its development as it stands.
        item: The report, with the text of its page.
        traced: Where its facts come from by that text.
        cluster: Its development.
        vocabulary: For weighing its urgency anew.
    """
    words = f"its page was read: {traced.words}"
    decision = replace(stood, status=Status.REPORT, alert=AlertAction.NONE, why=(words,))
    origins = cluster.origins_without(item.id)
    # Where others have their facts from this report, its origin keeps the name they know it by.
    known_as = stood.origin == item.publisher and stood.origin in origins and traced.id not in origins
    if traced.id == stood.origin or known_as:
        return decision
    copied = traced.reprint and traced.id in origins and item.id != cluster.opened_by.item.id
    origins.setdefault(traced.id, set()).update(speaks_for(item, traced.id))
    stands = standing(origins)
    tiers = [member.item.tier for member in cluster.members.values()]
    worth = weigh(cluster.opened_by.claim, vocabulary, tiers=tiers, stands=stands)
    decision = replace(
        decision,
        status=Status.COPY if copied else Status.REPORT,
        alert=AlertAction.EDIT,
        origin=traced.id,
        origins=stands.origins,
        corroboration=stands.corroboration,
        urgency=worth.urgency,
        urgency_reasons=worth.reasons,
        evidence=replace(stood.evidence or Evidence(), origin=traced.words),
    )
    if stands.corroboration is stood.corroboration:
        return decision
    if stands.corroboration is Corroboration.CONFIRMED:
        return replace(decision, change=f"confirmed: {stands.reason}", state_change=StateChange.CONFIRMED)
    left = "1 independent origin is" if stands.origins == 1 else f"{stands.origins} independent origins are"
    change = f"no longer confirmed: {left} left since the page of {item.outlet} was read ({traced.words})"
    return replace(decision, alert=AlertAction.THREAD, change=change)
