"""Why this alert, and what is wrong with it: asked on the card, answered to the person, put right for everybody."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from support.archive import new_development
from support.talks import OPENED, words

from bot.domain.alert import Feedback, Verdict
from bot.domain.decision import Status
from bot.domain.evidence import Evidence, Nearest, Weight

if TYPE_CHECKING:
    from conftest import Floor

CHANNEL = "C0TALKS"


async def press(floor: Floor, ts: str, action_id: str, **more: Any) -> dict[str, Any]:
    answer = await floor.people.do(
        "interact", channel=CHANNEL, messageTs=ts, user="dana", action={"action_id": action_id, **more}
    )
    assert answer["acked"], answer
    return answer


async def choose(floor: Floor, ts: str, what: str, name: str = "one") -> None:
    """Choose in the menu behind the dots."""
    await press(floor, ts, "alert_more", value=f"{what}:d-{name}")


def offered(view: dict[str, Any], field: str) -> list[str]:
    element = next(block["element"] for block in view["blocks"] if block.get("block_id") == field)
    return [option["value"] for option in element["options"]]


async def test_not_new_may_say_what_it_repeats_and_is_thanked_once(floor: Floor) -> None:
    await floor.open_development("earlier")
    floor.clock.forward(minutes=5)
    ts = await floor.post_card()
    await press(floor, ts, "alert_not_new")
    view = await floor.wait_for_view("Mark not new")
    assert "Envoys report on one" in words(view["blocks"])
    assert offered(view, "other") == ["d-earlier"]
    answer = await floor.submit(other="d-earlier", note="we had this at nine")
    assert answer["ephemeral_to"] == "U0DANA"
    assert "Marked not new" in answer["text"]
    (judged,) = await floor.archive.developments.feedback("d-one")
    assert judged.other_lead is not None
    assert replace(judged, other_lead=None) == Feedback(
        "d-one", "U0DANA", Verdict.NOT_NEW, floor.clock(), (), "we had this at nine", "d-earlier"
    )

    await press(floor, ts, "alert_not_new")
    await floor.wait_for_view("Mark not new")
    again = await floor.submit(other="d-earlier", note="we had this at nine")
    assert "has been said already" in again["text"]
    assert len(await floor.archive.developments.feedback("d-one")) == 1


async def test_not_new_needs_nothing_else(floor: Floor) -> None:
    ts = await floor.post_card()
    await press(floor, ts, "alert_not_new")
    view = await floor.wait_for_view("Mark not new")
    assert not [block for block in view["blocks"] if block.get("block_id") == "other"]
    await floor.submit()
    assert (await floor.ask("politics"))["text"].startswith("Politics and process: nothing yet.")


async def test_a_wrong_track_starts_with_those_it_is_on_and_needs_others(floor: Floor) -> None:
    ts = await floor.post_card(tracks=("politics",))
    await choose(floor, ts, "wrong_track")
    view = await floor.wait_for_view("Change tracks")
    tracks = next(block["element"] for block in view["blocks"] if block.get("block_id") == "tracks")
    assert [option["value"] for option in tracks["initial_options"]] == ["politics"]
    refused = await floor.people.do("submit", user="dana", values={"tracks": ["politics"]})
    assert refused["errors"] == {"tracks": "It is on these tracks now. Choose the right ones."}

    answer = await floor.submit(tracks=["territory"])
    assert "It is on Territory now" in answer["text"]
    assert "Envoys report on one" in words((await floor.ask("territory"))["blocks"])
    assert (await floor.ask("politics"))["text"].startswith("Politics and process: nothing yet.")


async def test_same_as_offers_the_most_alike_first_and_merges(floor: Floor) -> None:
    await floor.open_development("unlike", tracks=("economy",), actors=(), targets=())
    await floor.open_development("alike")
    floor.clock.forward(minutes=5)
    ts = await floor.post_card()
    await choose(floor, ts, "same_as")
    view = await floor.wait_for_view("Merge")
    assert offered(view, "other") == ["d-alike", "d-unlike"]
    assert "Sample Wire · 3 Dec 2025, 12:00 UTC · 1 origin: provisional" in str(view)
    answer = await floor.submit(other="d-alike")
    assert "The two are one now" in answer["text"]
    merged = await floor.archive.developments.development("d-one")
    assert merged is not None
    assert merged.merger is not None
    assert (merged.merger.into, merged.merger.user) == ("d-alike", "U0DANA")


async def test_same_as_with_no_other_alert_says_so(floor: Floor) -> None:
    ts = await floor.post_card()
    await choose(floor, ts, "same_as")
    view = await floor.wait_for_view("no other alert")
    assert view["submit"] is None


async def test_the_buttons_of_a_merged_card_are_about_the_survivor(floor: Floor) -> None:
    await floor.open_development("older")
    floor.clock.forward(minutes=5)
    ts = await floor.post_card()
    await floor.archive.desk.judge(Feedback("d-one", "U1", Verdict.SAME_AS, floor.clock(), other="d-older"))
    await press(floor, ts, "alert_timeline")
    said = words((await floor.people.wait_for_messages(CHANNEL, 2, "dana"))[-1]["blocks"])
    assert "report on older" in said
    assert "report on one" in said
    await choose(floor, ts, "why")
    assert "Merged with <https://wire.example/one|" in words((await floor.wait_for_view("Why this alert?"))["blocks"])


@pytest.mark.parametrize("what", ["why", "wrong_track", "same_as"])
async def test_the_menu_of_a_forgotten_alert_says_so(floor: Floor, what: str) -> None:
    ts = await floor.post_card()
    blocks = (await floor.people.messages(CHANNEL))[0]["blocks"]
    for option in blocks[-1]["elements"][-1]["options"]:
        option["value"] = option["value"].replace("d-one", "d-gone")
    await floor.client.chat_update(channel=CHANNEL, ts=ts, text="card", blocks=blocks)
    await choose(floor, ts, what, "gone")
    assert "no longer kept" in (await floor.people.wait_for_messages(CHANNEL, 2, "dana"))[-1]["text"]


async def test_why_answers_in_words_with_the_nearest_known_report(floor: Floor) -> None:
    nearest = Nearest(
        "d-zero", "zero", "Envoys <arrive>", "https://post.example/0", "Sample Post", 0.314, 0.6,
        (Weight("other places", -2.14), Weight("same people", 1.26)),
    )  # fmt: skip
    evidence = Evidence(nearest, (Weight("words of the talks in the headline", 1.93),), "Sample Wire's own report")
    ts = await floor.post_card(evidence=evidence, why=("no known development reports this",))
    await floor.add_report(
        "two", outlet="ledger", status=Status.UPDATE, change="was proposed, now signed", origin="ledger",
        evidence=replace(evidence, nearest=replace(nearest, score=0.87), origin="cites Sample Ledger"),
    )  # fmt: skip
    await choose(floor, ts, "why")
    said = words((await floor.wait_for_view("Why this alert?"))["blocks"])
    for line in (
        "*Why new:* 31% likely one event with the nearest known alert; 60% would have joined it.",
        "Nearest: <https://post.example/0|Envoys &lt;arrive&gt;> — Sample Post",
        "• alike: same people +1.3",
        "• apart: other places −2.1",
        "• for: words of the talks in the headline +1.9",
        "*Why urgent:* a principal acts.",
        "• <https://wire.example/one|Sample Wire>: its own report",
        "• <https://ledger.example/two|Sample Ledger>: cites Sample Ledger; counts as Sample Ledger",
        "an update: was proposed, now signed (87% likely one event)",
    ):
        assert line in said, said


async def test_why_of_a_decision_from_before_evidence_was_kept_uses_its_words(floor: Floor) -> None:
    ts = await floor.post_card(why=("no known development reports this", "wording 0.2 (-1.3)"))
    await choose(floor, ts, "why")
    said = words((await floor.wait_for_view("Why this alert?"))["blocks"])
    assert "*Why new:* No known development reports this." in said
    assert "(-1.3)" not in said
    assert new_development(floor.archive.item("x")).evidence is None
    assert floor.clock() == OPENED
