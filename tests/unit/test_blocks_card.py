"""The alert card and what is said in its thread."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from support.talks import OPENED, REPORT, TALKS, development, report, words

from bot.domain.alert import Alert, Feedback, Message, Verdict
from bot.domain.decision import AlertAction, Corroboration, StateChange, Status, Urgency
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
    message = thread_update(told, TALKS, alert("i2", change="confirmed", state_change=StateChange.CONFIRMED))
    named = "(Sample Wire and Sample Outlet 2 with Sample Outlet 3 for Russia)"
    assert message.text.startswith(f"Now confirmed: 2 independent origins {named}.")


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
    arrival = replace(REPORT, title="Envoys arrive", url="https://wire.example/0")
    said = shown(card_of(follows="d0", follows_reports=(arrival,)))
    assert "Follows: <https://wire.example/0|Envoys arrive> — Sample Wire" in said
    assert "Follows: an earlier development" in shown(card_of(follows="d0"))
    assert "Follows" not in shown(card_of())


def test_why_it_is_urgent_and_who_put_it_on_its_tracks() -> None:
    judged = Feedback("d1", "U0OMAR", Verdict.WRONG_TRACK, OPENED, tracks=("economy",), note="about <money>")
    said = shown(card_of(feedback=(judged,)))
    assert "Why urgent: a principal acts" in said
    assert "Put on Economy and sanctions by <@U0OMAR>: “about &lt;money&gt;”" in said


def test_the_buttons_carry_the_development() -> None:
    (row,) = [block for block in card_of().blocks if block["type"] == "actions"]
    *buttons, menu = row["elements"]  # type: ignore[misc]  # blocks are JSON
    assert [(button["action_id"], button["value"]) for button in buttons] == [
        ("alert_timeline", "d1"),
        ("alert_mute", "d1"),
        ("alert_not_new", "d1"),
    ]
    assert menu["action_id"] == "alert_more"
    assert [(option["text"]["text"], option["value"]) for option in menu["options"]] == [
        ("Why this alert?", "why:d1"),
        ("Wrong track…", "wrong_track:d1"),
        ("Same as another alert…", "same_as:d1"),
    ]


def test_the_text_says_it_all_in_a_sentence() -> None:
    assert card_of().text == (
        "Urgent on Territory, Politics and process: Envoys leave after five hours. "
        "Reported by Sample Wire, 3 Dec 2025, 12:00 UTC; not yet confirmed."
    )
    aged = card(development(), TALKS, feedback=(), now=OPENED + timedelta(hours=2))
    assert aged.text.endswith("Reported by Sample Wire, 2 h ago; not yet confirmed.")


def alert(
    item: str,
    *,
    change: str | None = None,
    state_change: StateChange | None = None,
    action: AlertAction = AlertAction.THREAD,
) -> Alert:
    return Alert("d1", 2, action, item, OPENED + timedelta(hours=1), change, state_change)


def test_a_confirmation_is_two_lines_who_confirms_and_what_it_is_about() -> None:
    told = development(REPORT, report(2, language="ru", party="russia"), origins=2)
    confirmed = alert("i2", change="now confirmed", state_change=StateChange.CONFIRMED, action=AlertAction.EDIT)
    message = thread_update(told, TALKS, confirmed)
    assert shown(message).splitlines() == [
        "*Now confirmed:* 2 independent origins (Sample Wire and Sample Outlet 2).",
        (
            "About: <https://wire.example/1|Envoys leave after five hours> — Sample Wire · confirming report: "
            "<https://outlet2.example/2|Sample Outlet 2> (Russian, state-affiliated: Russia)"
        ),
    ]
    assert message.text == (
        "Now confirmed: 2 independent origins (Sample Wire and Sample Outlet 2). About: Envoys leave after five hours."
    )


def test_a_confirmation_that_also_brings_news_says_both() -> None:
    told = development(REPORT, report(2))
    message = thread_update(
        told, TALKS, alert("i2", change="was announced, now signed", state_change=StateChange.CONFIRMED)
    )
    assert "*Update:* Was announced, now signed." in shown(message)
    assert "*Now confirmed:*" in shown(message)


def test_a_confirmation_names_a_few_origins_and_counts_the_rest() -> None:
    told = development(REPORT, *[report(number) for number in range(2, 10)])
    message = thread_update(told, TALKS, alert("i9", state_change=StateChange.CONFIRMED))
    assert "9 independent origins (Sample Wire, " in message.text
    assert "Sample Outlet 6 and 3 more)." in message.text


@pytest.mark.parametrize(
    ("change", "label"), [(StateChange.CORRECTED, "Correction"), (StateChange.REVERSED, "Reversed")]
)
def test_a_correction_says_what_was_said_what_is_said_now_and_when(change: StateChange, label: str) -> None:
    revised = replace(REPORT, title="Envoys agree nothing", revised_from="Envoys agree")
    words = "said “Envoys agree”, now says “Envoys agree nothing”"
    message = thread_update(development(revised), TALKS, alert("i1", change=words, state_change=change))
    assert shown(message).splitlines() == [
        f"*{label}:* <https://wire.example/1|Sample Wire> {words}.",
        (
            "First seen: <!date^1764763200^{date_short_pretty}, {time}|3 Dec 2025, 12:00 UTC>"
            " · Changed: <!date^1764766800^{date_short_pretty}, {time}|3 Dec 2025, 13:00 UTC>"
        ),
    ]
    assert message.text == (
        f"{label}: Sample Wire {words}. First seen 3 Dec 2025, 12:00 UTC, changed 3 Dec 2025, 13:00 UTC. "
        "About: Envoys agree nothing."
    )


def test_a_correction_elsewhere_than_in_the_lead_says_what_it_is_about() -> None:
    revised = report(2, title="Envoys agree nothing", revised_from="Envoys agree")
    told = development(REPORT, revised)
    message = thread_update(told, TALKS, alert("i2", change="said “a”, now “b”", state_change=StateChange.CORRECTED))
    assert "About: <https://wire.example/1|Envoys leave after five hours> — Sample Wire" in shown(message)


def test_a_headline_with_more_detail_is_an_update_that_repeats_nothing() -> None:
    revised = replace(REPORT, title="Envoys leave after nine hours", revised_from="Envoys leave")
    change = "headline now says “Envoys leave after nine hours”; it said “Envoys leave”"
    said = shown(thread_update(development(revised), TALKS, alert("i1", change=change)))
    assert "*Update:* Headline now says “Envoys leave after nine hours”; it said “Envoys leave”." in said
    assert said.count("“Envoys leave”") == 1
    assert "\n> " not in said


@pytest.mark.parametrize(
    ("stand", "change", "state_change", "said"),
    [
        (Corroboration.CONFIRMED, "Moscow now says five weeks", None, "*Update:* Moscow now says five weeks."),
        (Corroboration.CONFIRMED, "confirmed by <Russia>", None, "*Update:* Confirmed by &lt;Russia&gt;."),
        (Corroboration.CONFIRMED, None, None, "*Update:* A further report came in."),
        (
            Corroboration.DISPUTED,
            "disputed by <Russia>",
            StateChange.DISPUTED,
            "*Now disputed:* Disputed by &lt;Russia&gt;.",
        ),
        (
            Corroboration.DISPUTED,
            None,
            StateChange.DISPUTED,
            "*Now disputed:* 2 origins report it, a party contradicts it.",
        ),
    ],
)
def test_what_a_change_is_called_is_decided_not_guessed_from_its_words(
    stand: Corroboration, change: str | None, state_change: StateChange | None, said: str
) -> None:
    told = development(REPORT, report(2), corroboration=stand)
    message = thread_update(told, TALKS, alert("i2", change=change, state_change=state_change))
    assert said in shown(message)
    assert ("> The envoys met" in shown(message)) is (state_change is None)
    assert ("report that disputes it: <https://outlet2" in shown(message)) is (state_change is not None)


def test_an_update_shows_the_report_that_has_it() -> None:
    newer = report(2, title="Envoys name a date")
    said = shown(thread_update(development(REPORT, newer), TALKS, alert("i2", change="was proposed, now announced")))
    assert said.splitlines()[:3] == [
        "*Update:* Was proposed, now announced.",
        "<https://outlet2.example/2|Envoys name a date>",
        "<https://outlet2.example/2|Sample Outlet 2> · news agency · <!date^1764763320^{time}|12:02 UTC>",
    ]
    assert "About: <https://wire.example/1|Envoys leave after five hours> — Sample Wire" in said


def test_an_update_whose_report_is_gone_still_says_what_changed() -> None:
    assert "*Update:* New dates." in shown(thread_update(development(), TALKS, alert("gone", change="new dates")))
