"""Outside text made harmless, cut, dated and counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.talks import OPENED

from bot.slack.blocks import text
from bot.slack.blocks.text import cut, lead_sentences, link, mrkdwn, plain, size


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\x00b\x1bc", "a b c"),
        ("one\n\ttwo\u2028three", "one two three"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("a\u2066b\u2069\u200bc\ufeff", "abc"),
        ("half\ud800surrogate", "halfsurrogate"),
        ("👩\u200d🚒 fire", "👩\u200d🚒 fire"),
        ("Зеленський’s їжак", "Зеленський’s їжак"),
    ],
)
def test_what_cannot_be_seen_is_taken_out(given: str, kept: str) -> None:
    assert plain(given) == kept


@pytest.mark.parametrize("mention", ["<!channel>", "<!here>", "<@U0DANA>", "<#C0TALKS>", "<https://x.example|y>"])
def test_outside_text_cannot_mention_or_link(mention: str) -> None:
    assert "<" not in mrkdwn(f"now {mention} & then")
    assert "&amp;" in mrkdwn(f"now {mention} & then")


@pytest.mark.parametrize("styled", ["*bold*", "_slanted_", "~struck~", "`code`", "```block```", ":rotating_light:"])
def test_outside_text_cannot_style(styled: str) -> None:
    shown = mrkdwn(f"a {styled} b")
    assert not set("*`~") & set(shown)
    assert "_slanted" not in shown
    assert ":rotating_light:" not in shown


def test_outside_text_cannot_start_a_quotation() -> None:
    assert mrkdwn("> said the minister").startswith("› said")
    assert mrkdwn(">>> said").startswith("› said")
    assert mrkdwn("5 > 4") == "5 &gt; 4"


def test_ordinary_text_stays_as_it_was_written() -> None:
    for headline in ("Talks at 10:30: no deal", "snake_case stays", "100% of 2+2 = 4", "«Мир» — це не пауза"):
        assert mrkdwn(headline) == headline


def test_a_cut_falls_on_a_word_and_shows() -> None:
    assert cut("one two three", 13) == "one two three"
    assert cut("one two three", 9) == "one two…"
    assert cut("one two, three", 10) == "one two…"
    assert cut("unbreakable", 5) == "unbr…"
    assert cut("👩👩👩", 4) == "👩…"


@pytest.mark.parametrize("limit", [1, 2, 7, 40, 161, 299])
@pytest.mark.parametrize(
    "given", ["&<>" * 200, "a & b < c " * 60, "👩‍🚒" * 90, "x" * 900, "слово " * 150, "`*_~" * 99, "> " * 400]
)
def test_what_is_cut_fits_after_escaping_and_breaks_no_entity(given: str, limit: int) -> None:
    shown = mrkdwn(given, limit)
    assert size(shown) <= limit
    assert shown.count("&") == sum(shown.count(entity) for entity in ("&amp;", "&lt;", "&gt;"))


def test_the_lead_is_whole_sentences_where_they_fit() -> None:
    said = "One came. Two left! “Three stayed.” Four of 3.5 billion. five."
    assert lead_sentences(said, 12) == "One came."
    assert lead_sentences(said, 22) == "One came. Two left!"
    assert lead_sentences(said, 40) == "One came. Two left! “Three stayed.”"
    assert lead_sentences(said, 500) == said
    assert lead_sentences("Угоди немає. Її не буде.", 15) == "Угоди немає."
    assert lead_sentences("A first sentence that never seems to end", 20) == "A first sentence…"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/?b=1&c=2", "<https://a.example/?b=1&amp;c=2|Label>"),
        ("https://a.example/x|y>z<w q", "<https://a.example/x%7Cy%3Ez%3Cw%20q|Label>"),
        ("javascript:alert(1)", "Label"),
        ("", "Label"),
        ("https://a.example/" + "x" * 2000, "Label"),
    ],
)
def test_a_link_goes_only_where_it_says(url: str, shown: str) -> None:
    assert link(url, "Label") == shown


def test_a_label_cannot_end_its_link() -> None:
    assert link("https://a.example", "a|b>c") == "<https://a.example|a∣b&gt;c>"
    assert link("https://a.example", " \u200b ") == "<https://a.example|untitled>"


def test_times_are_the_readers_own_with_utc_to_fall_back_on() -> None:
    assert text.when(OPENED) == "<!date^1764763200^{date_short_pretty}, {time}|3 Dec 2025, 12:00 UTC>"
    assert text.clock_time(OPENED) == "<!date^1764763200^{time}|12:00 UTC>"
    assert text.deadline(OPENED) == "<!date^1764763200^{time} on {date_short}|3 Dec 2025, 12:00 UTC>"


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ({"seconds": 20}, "just now"),
        ({"minutes": 59}, "59 min ago"),
        ({"hours": 3, "minutes": 50}, "3 h ago"),
        ({"hours": 47}, "47 h ago"),
        ({"days": 2}, "2 days ago"),
        ({"days": -1}, "just now"),
    ],
)
def test_ages(span: dict[str, float], said: str) -> None:
    assert text.ago(OPENED - timedelta(**span), OPENED) == said


def test_counting_and_rows() -> None:
    assert text.count(1, "origin") == "1 origin"
    assert text.count(0, "copy", "copies") == "0 copies"
    assert [text.ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th",
    ]  # fmt: skip
    assert text.listing(["a", "b", "c"]) == "a, b and c"
    assert text.sentence("now 2 origins") == "Now 2 origins."
    assert text.sentence("for how long?") == "For how long?"
