"""Decisions, developments and the alerts they call for, in a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from support.archive import NOON, new_development

from bot.domain.decision import AlertAction, Corroboration, StateChange, Status
from bot.domain.subscription import Mute, Subscription

if TYPE_CHECKING:
    from support.archive import Archive

pytestmark = pytest.mark.parametrize("archive", ["sqlite", "postgresql"], indirect=True)


async def test_a_decision_opens_its_development_once_however_often_it_is_recorded(archive: Archive) -> None:
    item = archive.item("one")
    await archive.keep(item)
    for _ in range(2):
        await archive.developments.record_decision("talks", item, new_development(item), silent=False, now=NOON)

    assert not await archive.developments.undecided("talks", limit=10)
    (alert,) = await archive.alerts.unaddressed(limit=10)
    assert (alert.development, alert.revision, alert.action) == ("d-one", 1, AlertAction.POST)


async def test_a_report_joins_and_moves_the_development_on(archive: Archive) -> None:
    await archive.open_development("one")
    second = archive.item("two", outlet="ledger", at=NOON + timedelta(minutes=3))
    await archive.keep(second)
    decision = replace(
        new_development(second),
        development="d-one",
        status=Status.REPORT,
        alert=AlertAction.EDIT,
        origins=2,
        corroboration=Corroboration.CONFIRMED,
        change="now 2 origins",
        state_change=StateChange.CONFIRMED,
    )
    await archive.developments.record_decision("talks", second, decision, silent=False, now=NOON)

    development = await archive.developments.development("d-one")
    assert development is not None
    assert [report.outlet for report in development.reports] == ["Sample Wire", "Sample Ledger"]
    assert (development.corroboration, development.origins) == (Corroboration.CONFIRMED, 2)
    assert development.last_report_at == second.first_seen
    assert development.opened_at == NOON
    _post, edit = await archive.alerts.unaddressed(limit=10)
    assert (edit.revision, edit.change, edit.state_change) == (2, "now 2 origins", StateChange.CONFIRMED)


async def test_old_news_is_remembered_but_alerts_nobody(archive: Archive) -> None:
    item = archive.item("one")
    await archive.keep(item, old=True)
    ((kept, old),) = await archive.developments.undecided("talks", limit=10)
    await archive.developments.record_decision("talks", kept, new_development(kept), silent=old, now=NOON)

    assert old
    assert await archive.developments.development("d-one") is not None
    assert not await archive.alerts.unaddressed(limit=10)


async def test_what_was_decided_comes_back_as_it_was_decided_with_the_headline_of_then(archive: Archive) -> None:
    item = archive.item("one", title="First headline")
    await archive.keep(item)
    decision = replace(new_development(item), why=("names an envoy",), aux=("future",))
    await archive.developments.record_decision("talks", item, decision, silent=False, now=NOON)
    await archive.keep(replace(item, title="Second headline"))

    ((then, remembered),) = await archive.developments.remembered("talks", since=NOON - timedelta(hours=1))
    assert (then.title, then.revision) == ("First headline", 1)
    assert remembered == decision
    assert not await archive.developments.remembered("talks", since=NOON)


async def test_a_revised_report_shows_what_its_headline_was(archive: Archive) -> None:
    await archive.open_development("one")
    await archive.keep(replace(archive.item("one"), title="Corrected headline"))
    ((revised, _old),) = await archive.developments.undecided("talks", limit=10)
    decision = replace(
        new_development(revised), status=Status.UPDATE, alert=AlertAction.THREAD, change="headline changed"
    )
    await archive.developments.record_decision("talks", revised, decision, silent=False, now=NOON)

    development = await archive.developments.development("d-one")
    assert development is not None
    (report,) = development.reports
    assert (report.title, report.revised_from) == ("Corrected headline", "Envoys report on one")


async def test_latest_lists_a_track_newest_first_with_what_each_follows(archive: Archive) -> None:
    await archive.open_development("one", tracks=("territory",))
    item = archive.item("two", at=NOON + timedelta(hours=1))
    await archive.keep(item)
    follow_up = replace(new_development(item, tracks=("territory", "politics")), follows="d-one")
    await archive.developments.record_decision("talks", item, follow_up, silent=False, now=NOON)

    on_territory = await archive.developments.latest("talks", track="territory")
    on_politics = await archive.developments.latest("talks", track="politics")
    assert [development.id for development in on_territory] == ["d-two", "d-one"]
    assert [development.id for development in on_politics] == ["d-two"]
    assert [report.title for report in on_territory[0].follows_reports] == ["Envoys report on one"]
    assert on_territory[0].tracks == ("territory", "politics")
    opened = await archive.developments.opened_by_track("talks", since=NOON + timedelta(minutes=1))
    assert {track: len(moments) for track, moments in opened.items()} == {"territory": 1, "politics": 1}
    standing = await archive.developments.standing_by_track("talks", since=NOON)
    assert standing == {"territory": {Corroboration.PROVISIONAL: 2}, "politics": {Corroboration.PROVISIONAL: 1}}


async def test_subscribing_again_replaces_the_floor(archive: Archive) -> None:
    first = Subscription("U1", "D1", "talks", "politics", new_development(archive.item("x")).urgency, NOON)  # type: ignore[arg-type]  # a NEW decision has an urgency
    await archive.desk.subscribe([first])
    await archive.desk.subscribe([replace(first, user="U2")])

    (kept,) = await archive.desk.subscriptions(conversation="D1")
    assert kept.user == "U2"
    assert await archive.desk.unsubscribe(conversation="D1", tracks=[("talks", "politics")], user="U2", now=NOON) == 1
    assert not await archive.desk.subscriptions()


async def test_a_mute_ends_by_itself_or_when_lifted(archive: Archive) -> None:
    mute = Mute("C1", "talks", "politics", NOON + timedelta(hours=4), "U1")
    await archive.desk.mute(mute, now=NOON)

    assert await archive.desk.mutes(conversation="C1", now=NOON) == [mute]
    assert not await archive.desk.mutes(conversation="C1", now=mute.until)
    lift = {"conversation": "C1", "negotiation": "talks", "track": "politics", "user": "U1", "now": NOON}
    assert await archive.desk.unmute(**lift)
    assert not await archive.desk.unmute(**lift)
