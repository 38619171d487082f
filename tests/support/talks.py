"""A small negotiation, and developments of it in few words, for what renders and what answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.decision import Corroboration, EventType, Stage, Status, Urgency
from bot.domain.development import Development, Report
from bot.domain.source import Tier
from config.schema import Actor, Negotiation, Party, Track

OPENED = datetime(2025, 12, 3, 12, 0, tzinfo=UTC)

TALKS = Negotiation(
    id="talks",
    name="Sample talks",
    channel="#talks",
    languages=("en", "uk"),
    scope={"en": ("talks",)},
    tracks=(
        Track(
            id="security_guarantees",
            name="Security guarantees",
            aliases=("nato", "гарантії"),
            covers="Safety.",
            seeds={},
        ),
        Track(id="territory", name="Territory", aliases=("land", "borders"), covers="Who holds what.", seeds={}),
        Track(id="economy", name="Economy and sanctions", aliases=("sanctions",), covers="Money.", seeds={}),
        Track(id="politics", name="Politics and process", covers="Who talks to whom.", seeds={}),
        Track(id="political_prisoners", name="Political prisoners", covers="Who comes home.", seeds={}),
    ),
    parties=(Party(id="us", name="United States"), Party(id="russia", name="Russia", role="principal")),
    actors=(
        Actor(id="envoy", name="Sam Envoy", party="us", aliases={}),
        Actor(id="minister", name="Max Minister", party="russia", aliases={}),
    ),
    actions=(),
)

OTHER_TALKS = Negotiation(
    id="river",
    name="River talks",
    channel="#river",
    languages=("en",),
    scope={"en": ("river",)},
    tracks=(
        Track(id="water", name="Water", covers="Who may draw how much.", seeds={}),
        Track(id="territory", name="Territory", covers="Which bank is whose.", seeds={}),
    ),
    parties=(),
    actors=(),
    actions=(),
)

REPORT = Report(
    item="i1",
    url="https://wire.example/1",
    outlet="Sample Wire",
    title="Envoys leave after five hours",
    summary="The envoys met for five hours on Tuesday. Both sides called it productive. Nothing was signed.",
    first_seen=OPENED,
    tier=Tier.AGENCY,
    status=Status.NEW,
    origin="wire",
    language="en",
)


def report(number: int, **changes: Any) -> Report:
    """The `number`-th report: another outlet with facts of its own, a minute after the one before."""
    fresh: dict[str, Any] = {
        "item": f"i{number}",
        "url": f"https://outlet{number}.example/{number}",
        "outlet": f"Sample Outlet {number}",
        "origin": f"outlet{number}",
        "status": Status.REPORT,
        "first_seen": OPENED + timedelta(minutes=number),
    }
    return replace(REPORT, **(fresh | changes))


def development(*reports: Report, **changes: Any) -> Development:
    """A development of these reports (REPORT alone if none is given)."""
    members = reports or (REPORT,)
    origins = len({member.origin for member in members})
    base = Development(
        id="d1",
        negotiation="talks",
        revision=1,
        opened_at=OPENED,
        last_report_at=members[-1].first_seen,
        tracks=("territory", "politics"),
        parties=("us", "russia"),
        people=("envoy", "minister"),
        plover=EventType.CONSULT,
        stage=Stage.UNDER_WAY,
        corroboration=Corroboration.PROVISIONAL if origins == 1 else Corroboration.CONFIRMED,
        origins=origins,
        urgency=Urgency.URGENT,
        urgency_reasons=("a principal acts",),
        reports=members,
    )
    return replace(base, **changes)


def words(blocks: Any) -> str:
    """Every text in blocks, a line each, as a reader meets them."""
    if isinstance(blocks, dict):
        if isinstance(blocks.get("text"), str):
            return str(blocks["text"])
        return "\n".join(filter(None, (words(value) for value in blocks.values())))
    if isinstance(blocks, list | tuple):
        return "\n".join(filter(None, (words(each) for each in blocks)))
    return ""
