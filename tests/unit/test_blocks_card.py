"""The alert card and what is said in its thread."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from support.talks import OPENED, REPORT, TALKS, development, report, words

from bot.domain.alert import Alert, Feedback, Message
from bot.domain.decision import AlertAction, Corroboration, Status, Urgency
from bot.domain.source import Tier
from bot.slack.blocks.card import card
from bot.slack.blocks.thread import thread_update


def shown(message: Message) -> str:
    return words(message.blocks)


def card_of(*reports: Any, feedback: tuple[Feedback, ...] = (), **changes: Any) -> Message:
    return card(development(*reports, **changes), TALKS, feedback=feedback)


@pytest.mark.parametrize("urgency", Urgency)
def test_the_urgency_is_the_first_word_and_the_headline_follows_verbatim(urgency: Urgency) -> None:
    title = "“Yes” & no: envoys’ *five* hours <again>"
    message = card_of(replace(REPORT, title=title), urgency=urgency)
    first: Any = message.blocks[0]
    assert first["type"] == "header"
    assert first["text"]["text"] == f"{urgency.upper()} · “Yes” & no: envoys’ *five* hours ‹again›"
    assert first["text"]["emoji"] is False
    assert message.text.startswith(f"{urgency.capitalize()} on Territory, Politics and process: ")


def test_a_headline_longer_than_a_header_stands_whole_below_it() -> None:
    title = "Envoys " + "and more envoys " * 12 + "meet"
    message = card_of(replace(REPORT, title=title))
    assert title not in str(message.blocks[0])
    assert f"*{title}*" in shown(message)
    assert f"*{REPORT.title}*" not in shown(card_of())


def test_who_what_and_when() -> None:
    facts = shown(card_of())
    assert "*Territory, Politics and process* · <!date^1764763200^" in facts
    assert "12:00 UTC>" in facts
    assert "Sam Envoy, Max Minister — United States, Russia" in facts


def test_the_language_is_named_where_it_is_not_english() -> None:
    foreign = card_of(replace(REPORT, language="uk", title="Посланці поїхали"))
    assert "headline in Ukrainian" in shown(foreign)
    assert "— Sample Wire, in Ukrainian" in shown(foreign)
    assert "(in Ukrainian)" in foreign.text
    assert "in English" not in shown(card_of())
    assert "headline in" not in shown(card_of(replace(REPORT, language=None)))


@pytest.mark.parametrize(
    ("origins", "stand", "said"),
    [
        (1, Corroboration.PROVISIONAL, "*1 origin: provisional*"),
        (3, Corroboration.CONFIRMED, "*3 origins: confirmed* (Sample Wire, Sample Outlet 2, Sample Outlet 3)"),
        (1, Corroboration.DISPUTED, "*Disputed: 1 origin reports it, a party contradicts it*"),
        (3, Corroboration.DISPUTED, "*Disputed: 3 origins report it, a party contradicts it*"),
    ],
)
def test_corroboration_in_plain_words(origins: int, stand: Corroboration, said: str) -> None:
    reports = [REPORT, report(2), report(3)][:origins]
    assert said in shown(card_of(*reports, corroboration=stand))


def test_outlets_of_one_party_are_one_voice_and_the_names_add_up() -> None:
    reports = [
        REPORT,
        report(2, party="russia"),
        report(3, party="russia"),
        report(4, status=Status.COPY, origin="wire"),
    ]
    told = development(*reports, origins=2)
    said = "(Sample Wire, Sample Outlet 2 with Sample Outlet 3 for Russia)"
    assert f"*2 origins: confirmed* {said}" in shown(card(told, TALKS, feedback=()))
    message = thread_update(told, TALKS, alert("i2", change="confirmed", broadcast=True))
    assert message.text.startswith(f"Now confirmed: 2 independent origins {said}.")


def test_names_that_do_not_add_up_are_left_out() -> None:
    assert "*5 origins: confirmed*\n" in shown(card_of(REPORT, report(2), origins=5))


def test_the_lead_is_quoted_with_its_outlet() -> None:
    assert "> The envoys met for five hours on Tuesday. Both sides called it productive." in shown(card_of())
    assert "\n> — Sample Wire" in shown(card_of())


@pytest.mark.parametrize("summary", ["", "   ", REPORT.title, REPORT.title.upper() + "."])
def test_nothing_is_quoted_that_says_no_more_than_the_headline(summary: str) -> None:
    assert "\n> " in shown(card_of())
    assert "\n> " not in shown(card_of(replace(REPORT, summary=summary)))


def test_each_source_says_who_it_is() -> None:
    reports = (
        replace(REPORT, party="russia", language="ru"),
        report(2, tier=Tier.OFFICIAL),
        report(3, status=Status.COPY, origin="wire"),
        report(4, status=Status.COPY, origin="sample_agency"),
        report(5, revised_from="Envoys agree *everything*"),
    )
    said = shown(card_of(*reports, origins=3))
    assert "*Sources* · 5 reports, 3 origins, 2 copies not counted" in said
    assert "• <https://wire.example/1|Sample Wire> · news agency · Russian · state-affiliated: Russia · " in said
    assert "• <https://outlet2.example/2|Sample Outlet 2> · official · " in said
    assert "Sample Outlet 3> · news agency · reprints Sample Wire" in said
    assert "Sample Outlet 4> · news agency · reprints Sample Agency" in said
    assert "changed its headline: was “Envoys agree ∗everything∗”" in said


def test_the_source_list_is_capped_and_copies_give_way() -> None:
    copies = [report(number, status=Status.COPY, origin="wire") for number in range(2, 6)]
    said = shown(card_of(REPORT, *copies, *[report(number) for number in range(6, 10)]))
    assert "+4 more: see Timeline" in said
    assert "reprints" not in said.split("*Sources*")[1]
    assert "Sample Outlet 9>" in said


def test_what_it_follows_is_linked() -> None:
    said = shown(card_of(follows="d0", follows_headline="Envoys arrive", follows_url="https://wire.example/0"))
    assert "Follows: <https://wire.example/0|Envoys arrive>" in said
    assert "Follows" not in shown(card_of())


def test_why_it_is_urgent_and_what_people_said() -> None:
    judged = (
        Feedback("d1", "U0DANA", "not_new", OPENED),
        Feedback("d1", "U0OMAR", "wrong_track", OPENED, tracks=("economy",), note="about <money>"),
    )
    said = shown(card_of(feedback=judged))
    assert "Why urgent: a principal acts" in said
    assert "Marked not new by <@U0DANA>" in said
    assert "Marked on the wrong track by <@U0OMAR>" in said
    assert "belongs to Economy and sanctions: “about &lt;money&gt;”" in said


def test_the_buttons_carry_the_development() -> None:
    (row,) = [block for block in card_of().blocks if block["type"] == "actions"]
    buttons: Any = row["elements"]
    assert [(button["action_id"], button["value"]) for button in buttons] == [
        ("alert_timeline", "d1"),
        ("alert_mute", "d1"),
        ("alert_judge", "d1"),
    ]


def test_the_text_says_it_all_in_a_sentence() -> None:
    assert card_of().text == (
        "Urgent on Territory, Politics and process: Envoys leave after five hours. "
        "Reported by Sample Wire, 3 Dec 2025, 12:00 UTC; not yet confirmed."
    )
    aged = card(development(), TALKS, feedback=(), now=OPENED + timedelta(hours=2))
    assert aged.text.endswith("Reported by Sample Wire, 2 h ago; not yet confirmed.")


def alert(item: str, *, change: str | None = None, broadcast: bool = False) -> Alert:
    return Alert("d1", 2, AlertAction.THREAD, item, OPENED + timedelta(hours=1), change, broadcast)


def test_a_confirmation_counts_and_names_the_origins() -> None:
    message = thread_update(development(REPORT, report(2)), TALKS, alert("i2", change="now confirmed", broadcast=True))
    assert "*Now confirmed:* 2 independent origins (Sample Wire, Sample Outlet 2)." in shown(message)
    assert "<https://outlet2.example/2|Sample Outlet 2>" in shown(message)
    assert message.text == (
        "Now confirmed: 2 independent origins (Sample Wire, Sample Outlet 2). About: Envoys leave after five hours."
    )


def test_a_correction_says_what_was_said_and_what_is_said_now() -> None:
    revised = replace(REPORT, title="Envoys agree nothing", revised_from="Envoys agree")
    message = thread_update(development(revised), TALKS, alert("i1", change="headline changed", broadcast=True))
    assert message.text.startswith(
        "Correction: Sample Wire said “Envoys agree” at 3 Dec 2025, 12:00 UTC; "
        "at 3 Dec 2025, 13:00 UTC it says “Envoys agree nothing”."
    )
    assert "“Envoys agree” at <!date^1764763200^" in shown(message)


@pytest.mark.parametrize(
    ("stand", "change", "broadcast", "said"),
    [
        (Corroboration.CONFIRMED, "Moscow now says five weeks", False, "*Update:* Moscow now says five weeks."),
        (Corroboration.CONFIRMED, "the offer was withdrawn", True, "*Changed:* The offer was withdrawn."),
        (Corroboration.DISPUTED, "disputed by <Russia>", True, "*Now disputed:* Disputed by &lt;Russia&gt;."),
        (Corroboration.DISPUTED, None, True, "*Now disputed:* 2 origins report it, a party contradicts it."),
        (Corroboration.CONFIRMED, None, False, "*Update:* A further report came in."),
    ],
)
def test_any_other_change_is_told_in_the_detectors_words(
    stand: Corroboration, change: str | None, broadcast: bool, said: str
) -> None:
    told = development(REPORT, report(2), corroboration=stand)
    message = thread_update(told, TALKS, alert("i2", change=change, broadcast=broadcast))
    assert said in shown(message)
    assert "> The envoys met" in shown(message)


def test_an_update_whose_report_is_gone_still_says_what_changed() -> None:
    assert "*Update:* New dates." in shown(thread_update(development(), TALKS, alert("gone", change="new dates")))
