"""What housekeeping lets go of, and what it never does, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Table, func, select, update
from support.archive import NOON, new_development

from bot.domain.alert import Feedback, Verdict
from bot.domain.decision import AlertAction, Decision, Kind, Status, Urgency
from bot.domain.delivery import Address, DeliveryState, Lane
from bot.domain.hold import Obstacle
from bot.domain.retention import Chore, Retention
from bot.domain.source_notice import Patient, SourceNews, SourceNotice, Telling
from bot.domain.subscription import Subscription
from bot.pipeline.housekeeping import HousekeepingStep
from bot.storage.catch_ups import CatchUpStore
from bot.storage.holds import HoldStore
from bot.storage.inbox import InboxStore
from bot.storage.retention import RetentionStore
from bot.storage.schema import alerts, corrections, decisions, deliveries, developments, feedback, items, reports
from bot.storage.schema import revisions as revisions_table
from bot.storage.source_notices import SourceNoticeStore

if TYPE_CHECKING:
    from datetime import datetime

    from support.archive import Archive

    from bot.domain.item import Item

YEAR = timedelta(days=365)
LATER = NOON + YEAR
CHANNEL = "C0TALKS"

both = pytest.mark.parametrize("archive", ["sqlite", "postgresql"], indirect=True)


def step(archive: Archive, retention: Retention | None = None) -> HousekeepingStep:
    return HousekeepingStep(RetentionStore(archive.database), retention or Retention())


async def settle(archive: Archive, now: datetime = LATER) -> None:
    """Run until nothing more goes."""
    while any((await step(archive).run(now)).values()):
        pass


async def ids(archive: Archive, table: Table, column: str = "id") -> set[str]:
    async with archive.database.read() as connection:
        return set((await connection.scalars(select(table.c[column]))).all())


async def background(archive: Archive, name: str, *, at: datetime = NOON) -> Item:
    item = archive.item(name, at=at)
    await archive.keep(item, at=at)
    decision = Decision(item=item.id, kind=Kind.OFFTOPIC, relevant=False)
    await archive.developments.record_decision("talks", item, decision, silent=False, now=at)
    return item


async def deliver(archive: Archive, development: str, state: DeliveryState = DeliveryState.SENT) -> None:
    """Address every alert of a development to the channel, and settle its copies."""
    for alert in await archive.alerts.unaddressed(limit=100):
        if alert.development == development:
            card = alert.action is AlertAction.POST
            wanted = [Address(CHANNEL, alert.action)] + ([] if card else [Address(CHANNEL, AlertAction.EDIT)])
            await archive.alerts.address([(alert, wanted)], now=alert.created_at)
    async with archive.database.write() as connection:
        await connection.execute(
            update(deliveries).where(deliveries.c.development == development).values(state=state, ts="1.2")
        )


async def report(archive: Archive, development: str, name: str, **changes: Any) -> None:
    item = archive.item(name, outlet=name)
    await archive.keep(item)
    told = {"development": development, "status": Status.UPDATE, "alert": AlertAction.THREAD, **changes}
    decision = replace(new_development(item), **told)
    await archive.developments.record_decision("talks", item, decision, silent=False, now=NOON)


async def fold(archive: Archive, developments_: list[str]) -> int:
    """Put a list in the place of the cards of these in the channel, nothing being delivered yet; the list's id."""
    for alert in await archive.alerts.unaddressed(limit=100):
        card = alert.action is AlertAction.POST
        wanted = [Address(CHANNEL, alert.action)] + ([] if card else [Address(CHANNEL, AlertAction.EDIT)])
        await archive.alerts.address([(alert, wanted)], now=NOON)
    store = CatchUpStore(archive.database)
    cards = [each.delivery for each in await store.backlog(CHANNEL)]
    assert len(cards) == len(developments_)
    assert await store.fold(CHANNEL, cards, since=NOON, until=NOON, obstacle=None, now=NOON)
    (waiting,) = await store.backlog(CHANNEL)
    return waiting.delivery


async def receive(inbox: InboxStore) -> bool:
    keys = [("event", "event:Ev1"), ("message", "message:C1:1.1")]
    return await inbox.receive(keys, {"event_id": "Ev1"}, now=NOON, lease=timedelta(minutes=2))


@both
async def test_old_background_goes_with_all_that_hangs_on_it_and_young_stays(archive: Archive) -> None:
    await background(archive, "old")
    await background(archive, "young", at=LATER - timedelta(days=29))
    waiting = archive.item("waiting")
    await archive.keep(waiting)

    gone = await step(archive).run(LATER)

    assert gone[Chore.BACKGROUND] == 1
    assert await ids(archive, items) == {"young", "waiting"}
    assert await ids(archive, revisions_table, "item") == {"young", "waiting"}
    assert await ids(archive, decisions, "item") == {"young"}


@both
async def test_what_a_delivered_alert_rests_on_is_kept_whatever_its_age(archive: Archive) -> None:
    told = await archive.open_development("told")
    await report(archive, told, "detail")
    await report(archive, told, "reprint", status=Status.COPY, alert=AlertAction.EDIT)
    await deliver(archive, told)
    before = await archive.developments.development(told)
    decided = await archive.developments.decided(told)

    await settle(archive)

    assert await archive.developments.development(told) == before
    assert await archive.developments.decided(told) == decided
    assert len(decided) == 3
    assert await archive.deliveries.card_ts(CHANNEL, told) == "1.2"


@both
async def test_a_development_nobody_was_told_of_goes_and_its_reports_after_it(archive: Archive) -> None:
    untold = await archive.open_development("untold")
    for alert in await archive.alerts.unaddressed(limit=10):
        await archive.alerts.address([(alert, [])], now=NOON)

    assert (await step(archive).run(NOON + timedelta(days=179)))[Chore.UNTOLD] == 0
    await settle(archive)

    assert await archive.developments.development(untold) is None
    for table in (items, developments, decisions, reports, alerts):
        async with archive.database.read() as connection:
            assert await connection.scalar(select(func.count()).select_from(table)) == 0, table.name


@both
@pytest.mark.parametrize("state", [DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.SENT])
async def test_a_card_that_stands_or_will_stand_keeps_its_development(archive: Archive, state: DeliveryState) -> None:
    development = await archive.open_development("one")
    await deliver(archive, development, state)
    await settle(archive)

    assert await archive.developments.development(development) is not None


@both
async def test_a_card_that_was_held_for_half_a_year_keeps_nothing(archive: Archive) -> None:
    development = await archive.open_development("one")
    await deliver(archive, development, DeliveryState.HELD)
    await settle(archive)

    assert await archive.developments.development(development) is None
    assert not await ids(archive, deliveries)


@both
async def test_what_was_judged_corrected_followed_or_left_for_another_is_kept(archive: Archive) -> None:
    names = ("judged", "repeated", "older", "newer", "followed", "left", "came_to")
    made = {name: await archive.open_development(name) for name in names}
    await archive.open_development("forgettable")
    for verdict, one, other in (
        (Verdict.NOT_NEW, "judged", "repeated"),
        (Verdict.SAME_AS, "newer", "older"),
    ):
        said = Feedback(
            development=made[one], user="U1", verdict=verdict, at=NOON, tracks=(), note="", other=made[other]
        )
        assert await archive.desk.judge(said)
    follower = archive.item("follower")
    await archive.keep(follower)
    decision = replace(new_development(follower), follows=made["followed"])
    await archive.developments.record_decision("talks", follower, decision, silent=False, now=NOON)
    await deliver(archive, "d-follower")
    turned = replace(archive.item("left", title="Envoys say otherwise"), revision=2)
    await archive.keep(turned)
    moved = replace(new_development(turned), development=made["came_to"], moved_from=made["left"], status=Status.UPDATE)
    await archive.developments.record_decision("talks", turned, moved, silent=False, now=NOON)
    await deliver(archive, made["left"])
    for alert in await archive.alerts.unaddressed(limit=100):
        await archive.alerts.address([(alert, [])], now=NOON)

    await settle(archive)

    assert await ids(archive, developments) == {*made.values(), "d-follower"}
    assert await ids(archive, items) == {*names, "follower"}
    assert len(await ids(archive, feedback)) == 2
    assert len(await ids(archive, corrections)) == 2


@both
async def test_a_notice_about_sources_goes_once_it_ended_however_it_did(archive: Archive) -> None:
    for state in DeliveryState:
        notice = SourceNotice(SourceNews.MOVED, state, (Patient("wire", "Sample Wire", NOON),), NOON, NOON, 1, 1)
        await SourceNoticeStore(archive.database).tell(Telling(notice), CHANNEL, now=NOON)
        async with archive.database.write() as connection:
            await connection.execute(update(deliveries).where(deliveries.c.key == state).values(state=state))

    assert (await step(archive).run(NOON + timedelta(days=89)))[Chore.COPIES] == 0
    await settle(archive)
    assert await ids(archive, deliveries, "key") == {DeliveryState.PENDING, DeliveryState.SENDING}


@both
async def test_copies_that_ended_go_and_cards_and_what_is_held_stay(archive: Archive) -> None:
    told = await archive.open_development("told")
    await report(archive, told, "detail")
    await deliver(archive, told)
    held = await archive.open_development("held")
    await report(archive, held, "more")
    await deliver(archive, held, DeliveryState.HELD)

    assert (await step(archive).run(NOON + timedelta(days=89)))[Chore.COPIES] == 0
    gone = await step(archive).run(NOON + timedelta(days=91))

    assert gone[Chore.COPIES] == 2
    assert {key.split(":", 1)[1] for key in await ids(archive, deliveries, "key")} == {
        "d-told:1:post", "d-held:1:post", "d-held:2:thread", "d-held:2:edit",
    }  # fmt: skip


@both
async def test_an_item_let_go_of_that_is_listed_still_is_no_news_again(archive: Archive) -> None:
    item = await background(archive, "old")
    await step(archive).run(LATER)

    for day in (0, 20, 45):  # listed now and then; longer than 30 days in all
        await archive.keep(item, at=LATER + timedelta(days=day))
        assert not await ids(archive, items)
        await step(archive).run(LATER + timedelta(days=day))
    assert (await step(archive).run(LATER + timedelta(days=76)))[Chore.FORGOTTEN] == 1

    await archive.keep(item, at=LATER + timedelta(days=80))
    assert await ids(archive, items) == {"old"}


@both
async def test_events_from_slack_are_known_for_two_days(archive: Archive) -> None:
    inbox = InboxStore(archive.database)
    assert await receive(inbox)
    await inbox.finish("event:Ev1")
    await step(archive).run(NOON + timedelta(days=1))
    assert not await receive(inbox)
    assert (await step(archive).run(NOON + timedelta(days=3)))[Chore.INBOUND] == 2
    assert await receive(inbox)


@both
async def test_a_request_that_was_not_carried_out_and_told_is_kept_until_it_is(archive: Archive) -> None:
    inbox = InboxStore(archive.database)
    await receive(inbox)
    await step(archive).run(LATER)
    wanted = Subscription("U1", "C1", "talks", "politics", Urgency.LOW, NOON)
    await archive.desk.subscribe([wanted], request="event:Ev1")
    await step(archive).run(LATER)

    (found,) = await InboxStore(archive.database).take_up(now=LATER, lease=timedelta(minutes=2))
    assert (found.key, found.acted) == ("event:Ev1", True)
    await inbox.finish(found.key)
    assert (await step(archive).run(LATER))[Chore.INBOUND] == 1


@both
async def test_what_was_told_in_a_list_is_kept_with_the_list(archive: Archive) -> None:
    listed = [await archive.open_development(name) for name in ("one", "two")]
    catch_up = await fold(archive, listed)
    waiting = await archive.deliveries.head(CHANNEL, Lane.MESSAGES, now=LATER)
    assert waiting is not None
    await archive.deliveries.settle(waiting, DeliveryState.SENT, now=NOON, ts="1.2")

    await settle(archive)

    assert await ids(archive, developments) == set(listed)
    assert catch_up in await ids(archive, deliveries)
    assert await archive.alerts.conversations_listing([listed[1]]) == {listed[1]: {CHANNEL}}


@both
async def test_what_went_into_a_list_not_sent_yet_is_kept_to_be_told_by_itself(archive: Archive) -> None:
    one = await archive.open_development("one")
    await report(archive, one, "detail")
    catch_up = await fold(archive, [one])
    gone = await step(archive).run(LATER)
    assert gone[Chore.COPIES] == 0

    waiting = await archive.deliveries.head(CHANNEL, Lane.MESSAGES, now=LATER)
    assert waiting is not None
    assert waiting.id == catch_up
    await archive.deliveries.settle(waiting, DeliveryState.HELD, now=LATER)
    async with archive.database.read() as connection:
        pending = select(deliveries.c.action).where(deliveries.c.state == DeliveryState.PENDING)
        assert set((await connection.scalars(pending)).all()) == {"post", "thread", "edit"}


@both
async def test_what_a_hold_names_is_kept_and_its_notice_goes_with_the_copies(archive: Archive) -> None:
    one = await archive.open_development("one")
    (alert,) = await archive.alerts.unaddressed(limit=10)
    await archive.alerts.address([(alert, [Address(CHANNEL, AlertAction.POST)])], now=NOON)
    met = await archive.deliveries.head(CHANNEL, Lane.MESSAGES, now=NOON)
    assert met is not None
    store = HoldStore(archive.database)
    hold, _new = await store.hold(
        CHANNEL, Obstacle.ARCHIVED, "is_archived", delivery=met, now=NOON, pause=lambda _: timedelta(minutes=1)
    )
    await archive.deliveries.settle(met, DeliveryState.SUPERSEDED, now=NOON)
    await store.tell(hold, ["D0DANA"], now=NOON)
    notice = await archive.deliveries.head("D0DANA", Lane.MESSAGES, now=NOON)
    assert notice is not None
    await archive.deliveries.settle(notice, DeliveryState.SENT, now=NOON, ts="1.2")

    await settle(archive)
    assert await ids(archive, developments) == {one}
    assert await ids(archive, deliveries) == {met.id}
    await store.tell(hold, ["D0OMAR"], now=LATER)

    assert len(await ids(archive, deliveries)) == 2


@both
async def test_what_a_run_would_do_is_what_it_does_and_then_there_is_nothing_to_do(archive: Archive) -> None:
    for number in range(3):
        await background(archive, f"item{number}")
    promised = await step(archive).due(LATER)
    assert len(await ids(archive, items)) == 3

    assert await step(archive).run(LATER) == promised
    assert sum((await step(archive).due(LATER)).values()) == 0


async def test_what_became_evidence_after_it_was_looked_up_is_not_let_go_of(archive: Archive) -> None:
    store = RetentionStore(archive.database)
    item = await background(archive, "late")
    before = Retention().before(Chore.BACKGROUND, LATER)
    due = await store.due(Chore.BACKGROUND, before=before, limit=None)
    revised = replace(item, title="Now it is about the talks", revision=2)
    await archive.keep(revised)
    await archive.developments.record_decision("talks", revised, new_development(revised), silent=False, now=LATER)

    assert list(due) == ["late"]
    assert await store.let_go(Chore.BACKGROUND, due, before=before, now=LATER) == 0
    assert await ids(archive, items) == {"late"}


async def test_space_is_given_back_to_the_disk(archive: Archive) -> None:
    many = [replace(archive.item(f"n{number}"), summary="news " * 2000) for number in range(40)]
    await archive.keep(*many)
    for item in many:
        decision = Decision(item=item.id, kind=Kind.OFFTOPIC, relevant=False)
        await archive.developments.record_decision("talks", item, decision, silent=False, now=NOON)
    full = await pages(archive)
    store = RetentionStore(archive.database)
    before = Retention().before(Chore.BACKGROUND, LATER)
    assert await store.let_go(Chore.BACKGROUND, ["n0", "n1", "n2"], before=before, now=LATER) == 3
    assert await store.give_back() >= 3 * 10_000  # all at once, not page by page
    assert await store.give_back() == 0

    assert (await step(archive).run(LATER))[Chore.BACKGROUND] == 37
    assert await pages(archive) < full / 2
    assert await RetentionStore(archive.database).free_bytes() == 0


async def pages(archive: Archive) -> int:
    async with archive.database.read() as connection:
        return int((await connection.exec_driver_sql("PRAGMA page_count")).scalar_one())
