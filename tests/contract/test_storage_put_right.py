"""Developments put right: merged, moved between, judged by the desk; on both databases, once, whoever asks twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from support.archive import NOON, Archive, new_development

from bot.domain.alert import Feedback, Verdict
from bot.domain.correction import Act
from bot.domain.decision import AlertAction, Corroboration, StateChange, Status, Urgency
from bot.storage.database import Database
from bot.storage.desk import DeskStore

if TYPE_CHECKING:
    from bot.domain.decision import Decision
    from bot.domain.development import Development

pytestmark = pytest.mark.parametrize("archive", ["sqlite", "postgresql"], indirect=True)
LATER = NOON + timedelta(hours=1)


async def found(archive: Archive, development: str) -> Development:
    kept = await archive.developments.development(development)
    assert kept is not None
    return kept


async def report(archive: Archive, name: str, development: str, *, outlet: str, **changes: Any) -> Decision:
    """Another report of a development, decided as the detector would."""
    item = archive.item(name, outlet=outlet, at=NOON + timedelta(minutes=5))
    await archive.keep(item)
    told = {"development": development, "status": Status.REPORT, "alert": AlertAction.EDIT, **changes}
    decision = replace(new_development(item), **told)
    kept = await archive.developments.record_decision("talks", item, decision, silent=False, now=LATER)
    assert kept is not None
    return kept


async def told(archive: Archive) -> list[tuple[str, str, str | None]]:
    return [
        (alert.development, alert.action, alert.state_change) for alert in await archive.alerts.unaddressed(limit=100)
    ]


async def two(archive: Archive) -> None:
    """An older development with one report and a newer with two, on other tracks, the newer more urgent."""
    await archive.open_development("old", tracks=("politics",))
    newer = archive.item("new", outlet="ledger", at=NOON + timedelta(minutes=1))
    await archive.keep(newer)
    decision = replace(new_development(newer, tracks=("territory",)), urgency=Urgency.FLASH, people=("envoy",))
    await archive.developments.record_decision("talks", newer, decision, silent=False, now=NOON)
    await report(archive, "copy", "d-new", outlet="post", origin="wire", status=Status.COPY, urgency=None)


def same(user: str = "U1", development: str = "d-new", other: str = "d-old") -> Feedback:
    return Feedback(development, user, Verdict.SAME_AS, LATER, note="one meeting", other=other)


@pytest.mark.parametrize(("judged", "other"), [("d-new", "d-old"), ("d-old", "d-new")])
async def test_same_as_moves_the_reports_to_the_older_whichever_was_judged(
    archive: Archive, judged: str, other: str
) -> None:
    await two(archive)
    assert await archive.desk.judge(same(development=judged, other=other))

    old, new = await found(archive, "d-old"), await found(archive, "d-new")
    assert [report.item for report in old.reports] == ["old", "new", "copy"]
    assert [report.status for report in old.reports] == [Status.NEW, Status.REPORT, Status.COPY]
    assert (old.origins, old.corroboration) == (2, Corroboration.CONFIRMED)
    assert set(old.tracks) == {"politics", "territory"}
    assert (old.urgency, old.people) == (Urgency.FLASH, ("envoy",))
    assert new.reports == ()
    assert new.merger is not None
    assert (new.merger.into, new.merger.user, new.merger.why) == ("d-old", "U1", "one meeting")
    assert new.lead.item == "new"
    assert [report.item for report in new.merger.shown] == ["old", "new", "copy"]
    assert [(merger.gone, merger.lead.item) for merger in old.absorbed] == [("d-new", "new")]
    assert (await told(archive))[-2:] == [("d-new", "edit", None), ("d-old", "edit", StateChange.MERGED)]
    assert [each.id for each in await archive.developments.latest("talks")] == ["d-old"]


async def test_what_is_merged_is_remembered_as_one_and_later_reports_join_the_survivor(archive: Archive) -> None:
    await two(archive)
    follower = archive.item("after", outlet="gazette", at=NOON + timedelta(minutes=9))
    await archive.keep(follower)
    decision = replace(new_development(follower), follows="d-new")
    await archive.developments.record_decision("talks", follower, decision, silent=False, now=NOON)
    await archive.desk.judge(same())
    kept = await report(archive, "late", "d-new", outlet="gazette", origin="gazette")

    assert kept.development == "d-old"
    old = await found(archive, "d-old")
    assert [report.item for report in old.reports][-1] == "late"
    assert old.origins == 3
    past = await archive.developments.remembered("talks", since=NOON - timedelta(hours=1))
    assert {decision.item: decision.development for _, decision in past} == {
        "old": "d-old", "new": "d-old", "copy": "d-old", "after": "d-after", "late": "d-old",
    }  # fmt: skip
    assert {decision.follows for _, decision in past if decision.item == "after"} == {"d-old"}
    assert (await found(archive, "d-after")).follows == "d-old"


async def test_one_that_follows_what_was_merged_meanwhile_follows_the_survivor(archive: Archive) -> None:
    await two(archive)
    await archive.desk.judge(same())
    kept = await report(
        archive, "after", "d-after", outlet="gazette", status=Status.NEW, alert=AlertAction.POST, follows="d-new"
    )
    assert (kept.development, kept.follows) == ("d-after", "d-old")
    assert (await found(archive, "d-after")).follows == "d-old"


async def test_a_chain_of_mergers_ends_where_the_last_does(archive: Archive) -> None:
    await two(archive)
    newest = archive.item("newest", outlet="gazette", at=NOON + timedelta(minutes=2))
    await archive.keep(newest)
    await archive.developments.record_decision("talks", newest, new_development(newest), silent=False, now=NOON)
    await archive.desk.judge(same(development="d-newest", other="d-new"))
    before = len(await told(archive))
    await archive.desk.judge(same(development="d-new", other="d-old"))

    newest_now = await found(archive, "d-newest")
    assert newest_now.merger is not None
    assert newest_now.merger.into == "d-old"
    assert [report.item for report in (await found(archive, "d-old")).reports] == ["old", "new", "newest", "copy"]
    assert {development for development, *_ in (await told(archive))[before:]} == {"d-new", "d-newest", "d-old"}


async def test_the_tracks_the_desk_chose_outlast_a_merger(archive: Archive) -> None:
    await two(archive)
    await archive.desk.judge(Feedback("d-old", "U1", Verdict.WRONG_TRACK, LATER, tracks=("economy",)))
    await archive.desk.judge(same())
    assert (await found(archive, "d-old")).tracks == ("economy",)


async def test_a_report_with_the_facts_of_another_is_a_copy_once_they_are_together(archive: Archive) -> None:
    for name in ("old", "new"):
        await archive.open_development(name, at=NOON if name == "old" else LATER)
    await archive.desk.judge(same())
    old = await found(archive, "d-old")
    assert [(report.item, report.status) for report in old.reports] == [("old", Status.NEW), ("new", Status.COPY)]
    assert (old.origins, old.corroboration) == (1, Corroboration.PROVISIONAL)


async def test_a_merged_one_is_known_by_what_it_had_then_not_by_what_left_before(archive: Archive) -> None:
    await archive.open_development("old", at=NOON - timedelta(hours=1))
    await archive.open_development("new")
    await report(archive, "more", "d-new", outlet="ledger", origin="ledger")
    await revise(archive, "new", "Envoys never met", development="d-other", moved_from="d-new")
    await archive.desk.judge(replace(same(), at=LATER + timedelta(minutes=1)))

    new = await found(archive, "d-new")
    assert [report.item for report in new.former] == ["more"]
    assert new.merger is not None
    assert new.merger.lead.item == new.lead.item == "more"


async def test_judging_twice_and_from_two_processes_at_once_changes_once(archive: Archive) -> None:
    await two(archive)
    elsewhere = Database(archive.database.url.render_as_string(hide_password=False))
    stores = [archive.desk, DeskStore(elsewhere)] * 3
    swapped = [same(), same(development="d-old", other="d-new")] * 3
    answers = await asyncio.gather(*(store.judge(each) for store, each in zip(stores, swapped, strict=True)))
    await elsewhere.close()

    assert sorted(answers) == [False] * 5 + [True]
    assert [each for each in await told(archive) if each[2]] == [("d-old", "edit", StateChange.MERGED)]
    assert len(await archive.developments.corrections("talks", since=NOON)) == 1


async def test_merging_while_a_report_is_decided_loses_neither(archive: Archive) -> None:
    await two(archive)
    await asyncio.gather(
        archive.desk.judge(same()), report(archive, "late", "d-new", outlet="gazette", origin="gazette")
    )

    old, new = await found(archive, "d-old"), await found(archive, "d-new")
    assert {report.item for report in old.reports} == {"old", "new", "copy", "late"}
    assert (old.origins, new.reports) == (3, ())


async def test_detection_merges_with_the_decision_that_bridges(archive: Archive) -> None:
    await two(archive)
    bridge = {"merges": ("d-new", "d-unknown"), "merges_why": "it reports both meetings as one", "origins": 3}
    kept = await report(archive, "bridge", "d-old", outlet="gazette", origin="gazette", **bridge)

    assert kept.merges == ("d-new",)
    old, new = await found(archive, "d-old"), await found(archive, "d-new")
    assert {report.item for report in old.reports} == {"old", "new", "copy", "bridge"}
    assert (old.origins, old.people) == (3, ("envoy",))
    assert new.merger is not None
    assert (new.merger.user, new.merger.why) == (None, "it reports both meetings as one")
    *_, gone, merged, edit = await archive.alerts.unaddressed(limit=100)
    assert (gone.development, gone.action) == ("d-new", AlertAction.EDIT)
    assert (merged.development, merged.state_change, merged.broadcast) == ("d-old", StateChange.MERGED, False)
    assert merged.change == "it reports both meetings as one"
    assert (edit.development, edit.revision) == ("d-old", merged.revision + 1)


async def revise(archive: Archive, name: str, title: str, **changes: Any) -> Decision:
    """The item of that name says something else, which moves it."""
    item = replace(archive.item(name), title=title)
    await archive.keep(item)
    ((revised, _old),) = await archive.developments.undecided("talks", limit=10)
    decision = replace(new_development(revised), **changes)
    kept = await archive.developments.record_decision("talks", revised, decision, silent=False, now=LATER)
    assert kept is not None
    return kept


async def test_an_item_that_moves_leaves_its_development_weaker(archive: Archive) -> None:
    await archive.open_development("one")
    await archive.open_development("two")
    await report(
        archive, "more", "d-one", outlet="ledger", origin="ledger", origins=2, corroboration=Corroboration.CONFIRMED
    )
    await revise(
        archive,
        "one",
        "Envoys say no",
        development="d-two",
        moved_from="d-one",
        status=Status.REPORT,
        alert=AlertAction.EDIT,
    )

    one, two_now = await found(archive, "d-one"), await found(archive, "d-two")
    assert [report.item for report in one.reports] == ["more"]
    assert (one.origins, one.corroboration) == (1, Corroboration.PROVISIONAL)
    (left,) = one.former
    assert (left.title, left.now_says, left.left_at) == ("Envoys report on one", "Envoys say no", LATER)
    assert {report.item for report in two_now.reports} == {"one", "two"}
    assert (await told(archive))[-2:] == [("d-one", "thread", None), ("d-two", "edit", None)]
    assert one.is_news


async def test_one_without_reports_left_is_withdrawn_and_no_news(archive: Archive) -> None:
    await archive.open_development("one")
    await revise(archive, "one", "Envoys did not meet", development="d-other", moved_from="d-one")

    one = await found(archive, "d-one")
    assert one.withdrawn
    assert not one.is_news
    assert (one.headline, one.former[0].now_says) == ("Envoys report on one", "Envoys did not meet")
    assert (await told(archive))[-2:] == [("d-one", "edit", StateChange.WITHDRAWN), ("d-other", "post", None)]
    assert [each.id for each in await archive.developments.latest("talks")] == ["d-other"]
    assert await archive.developments.opened_by_track("talks", since=NOON) == {"politics": [NOON]}
    standing = await archive.developments.standing_by_track("talks", since=NOON)
    assert standing == {"politics": {Corroboration.PROVISIONAL: 1}}


async def test_an_item_may_move_back(archive: Archive) -> None:
    await archive.open_development("one")
    await revise(archive, "one", "Envoys did not meet", development="d-other", moved_from="d-one")
    await revise(archive, "one", "Envoys met after all", development="d-one", moved_from="d-other")

    one, other = await found(archive, "d-one"), await found(archive, "d-other")
    assert ([report.title for report in one.reports], one.former) == (["Envoys met after all"], ())
    assert one.is_news
    assert other.withdrawn


async def test_a_roundup_counts_for_no_origin_when_counted_anew(archive: Archive) -> None:
    await two(archive)
    await report(archive, "live", "d-old", outlet="live", origin=None)
    await archive.desk.judge(same())
    assert (await found(archive, "d-old")).origins == 2


async def test_not_new_is_no_news_and_never_alerts_again(archive: Archive) -> None:
    await two(archive)
    judged = Feedback("d-new", "U1", Verdict.NOT_NEW, LATER, note="had it at nine", other="d-old")
    assert await archive.desk.judge(judged)
    assert not await archive.desk.judge(judged)
    urgent = {"status": Status.UPDATE, "alert": AlertAction.THREAD, "state_change": StateChange.CONFIRMED}
    await report(archive, "more", "d-new", outlet="gazette", change="now 2 origins", **urgent)

    new = await found(archive, "d-new")
    assert new.not_new
    assert [report.item for report in new.reports] == ["new", "copy", "more"]
    (said,) = await archive.developments.feedback("d-new")
    assert said.other_lead is not None
    assert (said.user, said.at, said.other, said.other_lead.item) == ("U1", LATER, "d-old", "old")
    last = (await archive.alerts.unaddressed(limit=100))[-1]
    assert (last.development, last.action, last.change, last.speaks) == ("d-new", AlertAction.EDIT, None, False)
    assert [each.id for each in await archive.developments.latest("talks")] == ["d-old"]


async def test_wrong_track_moves_it_at_once_and_for_good(archive: Archive) -> None:
    await archive.open_development("one", tracks=("politics",))
    judged = Feedback("d-one", "U1", Verdict.WRONG_TRACK, LATER, tracks=("economy", "territory"))
    assert await archive.desk.judge(judged)
    assert not await archive.desk.judge(judged)
    kept = await report(
        archive, "more", "d-one", outlet="ledger", status=Status.UPDATE, alert=AlertAction.THREAD, tracks=("politics",)
    )

    assert kept.tracks == ("economy", "territory")
    assert (await found(archive, "d-one")).tracks == ("economy", "territory")
    assert await archive.developments.latest("talks", track="politics") == []
    past = await archive.developments.remembered("talks", since=NOON - timedelta(hours=1))
    assert {decision.tracks for _, decision in past} == {("economy", "territory")}
    (correction,) = await archive.developments.corrections("talks", since=LATER)
    assert (correction.act, correction.user, correction.tracks) == (Act.RETRACKED, "U1", ("economy", "territory"))
    assert await archive.developments.corrections("talks", since=LATER + timedelta(seconds=1)) == []


async def test_tracks_may_be_changed_there_and_back(archive: Archive) -> None:
    await archive.open_development("one", tracks=("politics",))
    for tracks in (("economy",), ("politics",), ("economy",)):
        assert await archive.desk.judge(Feedback("d-one", "U1", Verdict.WRONG_TRACK, LATER, tracks=tracks))
    assert (await found(archive, "d-one")).tracks == ("economy",)


async def test_a_judgement_of_what_was_merged_meanwhile_is_of_the_survivor(archive: Archive) -> None:
    await two(archive)
    await archive.desk.judge(same())
    await archive.desk.judge(Feedback("d-new", "U2", Verdict.WRONG_TRACK, LATER, tracks=("economy",)))
    assert (await found(archive, "d-old")).tracks == ("economy",)
    assert not await archive.desk.judge(Feedback("d-nowhere", "U2", Verdict.NOT_NEW, LATER))


async def test_what_cannot_be_carried_out_is_not_kept_either(archive: Archive) -> None:
    await archive.open_development("one")
    with pytest.raises(LookupError, match="d-nowhere"):
        await archive.desk.judge(same(development="d-one", other="d-nowhere"))
    assert await archive.developments.feedback("d-one") == []


async def test_why_is_kept_with_every_decision_of_both(archive: Archive) -> None:
    await two(archive)
    await archive.desk.judge(same())
    decided = await archive.developments.decided("d-old")
    assert [(each.decision.item, each.decision.status, each.title) for each in decided] == [
        ("old", Status.NEW, "Envoys report on old"),
        ("new", Status.NEW, "Envoys report on new"),
        ("copy", Status.COPY, "Envoys report on copy"),
    ]
