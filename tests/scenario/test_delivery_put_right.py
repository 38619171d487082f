"""What was put right, as each conversation sees it: the cards that stand there, edited, with links to one another."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from support.archive import NOON, new_development
from support.delivering import CHANNEL, Desk, update
from support.talks import TALKS, words

from bot.app import render
from bot.domain.alert import Feedback, Verdict
from bot.domain.decision import AlertAction, Status, Urgency
from bot.domain.subscription import Subscription


@pytest.fixture
def shown(desk: Desk) -> Desk:
    """The desk with the cards people really see."""
    desk.deliver = desk.step(partial(render, {"talks": TALKS}))
    return desk


async def two_cards(desk: Desk) -> None:
    await desk.archive.open_development("old", at=NOON - timedelta(minutes=10))
    await desk.archive.open_development("new", at=NOON - timedelta(minutes=5), tracks=("territory",))
    await desk.work(rounds=4)


def said(message: dict[str, Any]) -> str:
    return words(message["blocks"])


async def test_the_newer_card_says_where_to_look_and_the_older_goes_on(shown: Desk) -> None:
    await two_cards(shown)
    judged = Feedback("d-new", "U0DANA", Verdict.SAME_AS, shown.clock(), note="one meeting", other="d-old")
    assert await shown.archive.desk.judge(judged)
    assert not await shown.archive.desk.judge(judged)
    await shown.work(rounds=6)

    old, new, reply = await shown.seen()
    link = f"/archives/{CHANNEL}/p{old['ts'].replace('.', '')}|Envoys report on old>"
    assert said(new).splitlines()[0] == "MERGED · Envoys report on new"
    assert link in said(new)
    assert "Merged by <@U0DANA>: “one meeting”" in said(new)
    assert (
        new["text"] == "Merged into “Envoys report on old”: the alert “Envoys report on new” is the same development."
    )
    assert "alert_not_new" not in str(new["blocks"])
    assert "*Sources* · 2 reports" in said(old)
    assert "Merged with: <https://wire.example/new|Envoys report on new>" in said(old)
    assert "*Territory, Politics and process*" in said(old)
    assert reply["thread_ts"] == old["ts"]
    assert not reply.get("broadcast")
    assert "*Merged:* this alert is the same development" in said(reply)


async def test_later_reports_of_the_newer_are_told_with_the_older(shown: Desk) -> None:
    await two_cards(shown)
    await shown.archive.desk.judge(Feedback("d-new", "U0DANA", Verdict.SAME_AS, shown.clock(), other="d-old"))
    await shown.work(rounds=6)
    await update(shown, "d-new", action=AlertAction.THREAD)
    await shown.work(rounds=4)
    old, new, _merged, reply = await shown.seen()
    assert reply["thread_ts"] == old["ts"]
    assert "*Sources* · 3 reports" in said(old)
    assert said(new).startswith("MERGED")


async def test_a_card_not_posted_yet_is_not_posted_only_to_say_that_it_was_merged(shown: Desk) -> None:
    await shown.archive.open_development("old", at=NOON - timedelta(minutes=10))
    await shown.archive.open_development("new", at=NOON - timedelta(minutes=5))
    await shown.alert.run(shown.clock())
    await shown.archive.desk.judge(Feedback("d-new", "U0DANA", Verdict.SAME_AS, shown.clock(), other="d-old"))
    await shown.work(rounds=6)
    card, reply = await shown.seen()
    assert "*Sources* · 2 reports" in said(card)
    assert reply["thread_ts"] == card["ts"]


async def test_what_ended_before_anybody_was_addressed_is_not_posted(shown: Desk) -> None:
    await shown.archive.open_development("old", at=NOON - timedelta(minutes=10))
    await shown.archive.open_development("new", at=NOON - timedelta(minutes=5))
    await shown.archive.desk.judge(Feedback("d-new", "U0DANA", Verdict.SAME_AS, shown.clock(), other="d-old"))
    await shown.work(rounds=6)
    assert said((await shown.seen())[0]).startswith("URGENT")
    assert not [message for message in await shown.seen() if "MERGED" in said(message)]


async def test_where_slack_tells_no_link_the_report_is_linked(shown: Desk) -> None:
    await two_cards(shown)
    shown.relay.refused["chat.getPermalink"] = "message_not_found"
    await shown.archive.desk.judge(Feedback("d-new", "U0DANA", Verdict.SAME_AS, shown.clock(), other="d-old"))
    await shown.work(rounds=6)
    _old, new, _reply = await shown.seen()
    assert "*Merged into* <https://wire.example/old|Envoys report on old> — Sample Wire" in said(new)


async def test_a_merger_told_nowhere_yet_posts_no_second_card(shown: Desk) -> None:
    direct = Subscription("U0OMAR", "C0GENERAL", "talks", "territory", Urgency.LOW, shown.clock())
    await shown.archive.desk.subscribe([direct])
    await two_cards(shown)
    await shown.archive.desk.judge(Feedback("d-new", "U0DANA", Verdict.SAME_AS, shown.clock(), other="d-old"))
    await shown.work(rounds=6)
    (theirs,) = [each for each in await shown.seen("C0GENERAL") if "report on" in str(each)]
    assert said(theirs).startswith("MERGED")
    await update(shown, "d-old", action=AlertAction.THREAD)
    await shown.work(rounds=4)
    mine = [each for each in await shown.seen("C0GENERAL") if "report on" in str(each)]
    assert [said(each).split(" ")[0] for each in mine] == ["MERGED", "URGENT"], "what is new of it is told where it was"


async def test_detection_says_why_it_merged(shown: Desk) -> None:
    await two_cards(shown)
    item = shown.archive.item("bridge", outlet="ledger", at=shown.clock())
    await shown.archive.keep(item)
    decision = replace(
        new_development(item),
        development="d-old",
        status=Status.REPORT,
        alert=AlertAction.EDIT,
        merges=("d-new",),
        merges_why="a report tells both as one",
        origins=2,
    )
    await shown.archive.developments.record_decision("talks", item, decision, silent=False, now=shown.clock())
    await shown.work(rounds=6)
    old, new, reply = await shown.seen()
    for message in (old, new, reply):
        assert "by detection: a report tells both as one" in said(message)
    assert "*Sources* · 3 reports" in said(old)


async def test_one_without_reports_says_what_was_said_and_is_said_now(shown: Desk) -> None:
    await two_cards(shown)
    item = replace(shown.archive.item("new"), title="Envoys never met")
    await shown.archive.keep(item)
    ((revised, _old),) = await shown.archive.developments.undecided("talks", limit=9)
    told = {"development": "d-old", "moved_from": "d-new", "status": Status.REPORT, "alert": AlertAction.EDIT}
    decision = replace(new_development(revised), **told)
    await shown.archive.developments.record_decision("talks", revised, decision, silent=False, now=shown.clock())
    await shown.work(rounds=6)
    old, new, reply = await shown.seen()
    words_of_it = "<https://wire.example/new|Sample Wire> said “Envoys report on new”, now says “Envoys never met”"
    assert said(new).splitlines()[0] == "WITHDRAWN · Envoys report on new"
    assert words_of_it in said(new)
    assert "*Withdrawn by its source:* " + words_of_it in said(reply)
    assert (reply["thread_ts"], reply["broadcast"]) == (new["ts"], True)
    assert "*Sources* · 2 reports" in said(old)


async def test_one_report_fewer_is_told_where_it_counted(shown: Desk) -> None:
    await two_cards(shown)
    await update(shown, "d-new", action=AlertAction.EDIT)
    item = replace(shown.archive.item("new"), title="Envoys never met")
    await shown.archive.keep(item)
    ((revised, _old),) = await shown.archive.developments.undecided("talks", limit=9)
    told = {"development": "d-old", "moved_from": "d-new", "status": Status.REPORT, "alert": AlertAction.EDIT}
    decision = replace(new_development(revised), **told)
    await shown.archive.developments.record_decision("talks", revised, decision, silent=False, now=shown.clock())
    await shown.work(rounds=6)
    (new,) = [message for message in await shown.seen() if "report on d-new" in said(message).split("\n")[0]]
    assert "No longer counted: <https://wire.example/new|Sample Wire> said “Envoys report on new”" in said(new)
    assert "*Sources* · 1 report, 1 origin" in said(new)


async def test_not_new_is_said_first_with_who_and_what_it_repeats_and_nothing_more_is_told(shown: Desk) -> None:
    await two_cards(shown)
    judged = Feedback("d-new", "U0DANA", Verdict.NOT_NEW, shown.clock(), note="had it", other="d-old")
    await shown.archive.desk.judge(judged)
    await update(shown, "d-new", action=AlertAction.THREAD, broadcast=True)
    await shown.work(rounds=6)
    old, new = await shown.seen()
    first, second, *_ = said(new).splitlines()
    assert first == "NOT NEW · Envoys report on new"
    link = f"/archives/{CHANNEL}/p{old['ts'].replace('.', '')}|Envoys report on old> — Sample Wire: “had it” · <!date"
    assert second.startswith("*Marked not new* by <@U0DANA>: repeats <")
    assert link in second
    assert "*Sources* · 2 reports" in said(new)
    assert new["text"].startswith("Not new on Territory, Politics and process: ")


async def test_subscribers_of_the_right_track_get_the_card_and_the_others_see_it_edited(shown: Desk) -> None:
    direct = Subscription("U0OMAR", "C0GENERAL", "talks", "economy", Urgency.LOW, shown.clock())
    quiet = replace(direct, conversation="G0DESK", floor=Urgency.FLASH)
    await shown.archive.desk.subscribe([direct, quiet])
    await shown.archive.open_development("one", at=shown.clock())
    await shown.work(rounds=2)
    judged = Feedback("d-one", "U0DANA", Verdict.WRONG_TRACK, shown.clock(), tracks=("economy",), note="it is money")
    await shown.archive.desk.judge(judged)
    await shown.work(rounds=4)
    (card,) = await shown.seen()
    (theirs,) = [each for each in await shown.seen("C0GENERAL") if "Envoys report on one" in str(each)]
    assert not [each for each in await shown.seen("G0DESK") if "Envoys report on one" in str(each)]
    for message in (card, theirs):
        assert "*Economy and sanctions* · " in said(message)
        assert "Put on Economy and sanctions by <@U0DANA>: “it is money”" in said(message)
