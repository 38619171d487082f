"""What is asked of the database all day long stays quick however much it has kept: no question reads a whole table."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event
from support.archive import NOON

from bot.domain.delivery import Lane
from bot.storage.catch_ups import CatchUpStore
from bot.storage.holds import HoldStore
from bot.storage.inbox import InboxStore

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from support.archive import Archive

# These stay small, or are small where the plan reads all of one: `SCAN … USING INDEX` of what is still to do.
SMALL = (
    "sources",
    "conversations",
    "leases",
    "holds",
    "ix_deliveries_open",
    "ix_alerts_unaddressed",
    "ix_items_undecided",
    "ix_inbound_unfinished",
    "VIRTUAL TABLE INDEX 1:",  # the list a question is given
    "anon_1",  # what a question within the question gave
)
SECOND, DAYS = timedelta(seconds=1), timedelta(days=4)

QUESTIONS: dict[str, Callable[[Archive], Awaitable[Any]]] = {
    "undecided": lambda archive: archive.developments.undecided("talks", limit=50),
    "remembered": lambda archive: archive.developments.remembered("talks", since=NOON - DAYS),
    "unaddressed": lambda archive: archive.alerts.unaddressed(limit=100),
    "conversations_with_card": lambda archive: archive.alerts.conversations_with_card(["d-one"]),
    "headings_of": lambda archive: archive.alerts.headings_of(["d-one"]),
    "conversations_waiting": lambda archive: archive.deliveries.conversations_waiting(
        Lane.EDITS, now=NOON, pace=SECOND
    ),
    "conversations_behind": lambda archive: CatchUpStore(archive.database).conversations_behind(before=NOON),
    "backlog": lambda archive: CatchUpStore(archive.database).backlog("C1"),
    "held": lambda archive: HoldStore(archive.database).held(),
    "conversations_listing": lambda archive: archive.alerts.conversations_listing(["d-one"]),
    "unfinished": lambda archive: InboxStore(archive.database).take_up(now=NOON, lease=SECOND),
    "head of messages": lambda archive: archive.deliveries.head("C1", Lane.MESSAGES, now=NOON),
    "head of edits": lambda archive: archive.deliveries.head("C1", Lane.EDITS, now=NOON),
    "card_ts": lambda archive: archive.deliveries.card_ts("C1", "d-one"),
    "latest": lambda archive: archive.developments.latest("talks"),
    "development": lambda archive: archive.developments.development("d-one"),
    "opened_by_track": lambda archive: archive.developments.opened_by_track("talks", since=NOON - DAYS),
    "corrections": lambda archive: archive.developments.corrections("talks", since=NOON - DAYS),
    "decided": lambda archive: archive.developments.decided("d-one"),
    "feedback": lambda archive: archive.developments.feedback("d-one"),
    "source_health": lambda archive: archive.sources.source_health("talks", now=NOON),
    "record_poll": lambda archive: archive.keep(archive.item("one"), archive.item("two"), at=NOON + DAYS),
    "claim_due": lambda archive: archive.sources.claim_due(now=NOON, lease=SECOND, limit=50),
}


@pytest.mark.parametrize("question", QUESTIONS)
async def test_no_question_reads_a_whole_table(archive: Archive, question: str) -> None:
    await archive.open_development("one")
    asked: list[tuple[str, Any]] = []
    for engine in archive.database.engines:
        event.listen(
            engine,
            "before_cursor_execute",
            lambda _connection, _cursor, statement, parameters, *_: asked.append((statement, parameters)),
        )
    await QUESTIONS[question](archive)

    selects = [(statement, parameters) for statement, parameters in asked if statement.startswith("SELECT")]
    assert selects
    async with archive.database.engine.connect() as connection:
        for statement, parameters in selects:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [row[3] for row in plan]
            assert [step for step in steps if step.startswith("SCAN") and not step.endswith(SMALL)] == []
