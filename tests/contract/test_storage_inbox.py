"""Requests kept until they are done: each once, by one process, and none lost with the process that had it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from support.archive import NOON, Archive

from bot.domain.decision import Urgency
from bot.domain.subscription import Subscription
from bot.storage.inbox import InboxStore
from bot.storage.leases import this_process
from bot.storage.schema import inbound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.inbound import Unfinished

pytestmark = pytest.mark.parametrize("archive", ["sqlite", "postgresql"], indirect=True)
LEASE = timedelta(minutes=2)
KEYS = [("event", "event:Ev1"), ("message", "message:C1:1.1")]


async def receive(inbox: InboxStore, keys: Sequence[tuple[str, str]] = KEYS) -> bool:
    return await inbox.receive(keys, {"event_id": "Ev1", "text": "гарантії"}, now=NOON, lease=LEASE)


async def take_up(inbox: InboxStore, *, late: timedelta = timedelta(0)) -> Sequence[Unfinished]:
    return await inbox.take_up(now=NOON + late, lease=LEASE)


async def test_a_request_is_received_once_under_any_of_its_keys(archive: Archive) -> None:
    inbox = InboxStore(archive.database)
    assert await receive(inbox)
    assert not await receive(inbox)
    assert not await receive(inbox, [("event", "event:Ev2"), KEYS[1]])
    assert not await receive(inbox, [("event", "event:Ev2")])
    await inbox.finish(KEYS[0][1])
    assert not await receive(inbox)


async def test_what_a_process_that_ended_had_not_finished_is_taken_up_by_one_other(archive: Archive) -> None:
    ended, ours, theirs = (InboxStore(archive.database) for _ in range(3))
    assert await receive(ended)
    assert await take_up(ended) == [], "it is at work itself"

    (found,) = await take_up(ours)
    assert (found.key, found.body["text"], found.attempts, found.acted) == ("event:Ev1", "гарантії", 2, False)
    theirs.owner = f"{this_process()}#another"
    elsewhere = InboxStore(archive.database)
    elsewhere.owner = "elsewhere:1#x"
    await ours.finish(found.key)
    assert await take_up(theirs) == []
    async with archive.database.read() as connection:
        row = (await connection.execute(select(inbound).where(inbound.c.key == found.key))).one()
    assert row.body is None, "what a person wrote is not kept"


async def test_a_living_process_keeps_its_requests_and_one_of_another_machine_until_its_lease_ends(
    archive: Archive,
) -> None:
    elsewhere, here = InboxStore(archive.database), InboxStore(archive.database)
    elsewhere.owner = "elsewhere:17#x"
    assert await receive(elsewhere)
    assert await take_up(here, late=LEASE / 2) == []
    assert [each.key for each in await take_up(here, late=LEASE)] == ["event:Ev1"]


async def test_an_act_and_that_it_was_carried_out_are_stored_together(archive: Archive) -> None:
    inbox, desk = InboxStore(archive.database), archive.desk
    await receive(inbox)
    wanted = Subscription("U1", "C1", "talks", "politics", Urgency.LOW, NOON)
    impossible = replace(wanted, track=None)  # type: ignore[arg-type]  # which the table refuses
    with pytest.raises(Exception, match=r"NOT NULL|null value"):
        await desk.subscribe([wanted, impossible], request=KEYS[0][1])
    assert [each.acted for each in await take_up(InboxStore(archive.database))] == [False]
    assert await desk.subscriptions() == []

    await desk.subscribe([wanted], request=KEYS[0][1])
    assert [each.acted for each in await take_up(InboxStore(archive.database))] == [True]
