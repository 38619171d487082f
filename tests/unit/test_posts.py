"""A post's first sentence stands for its headline."""

from __future__ import annotations

import pytest

from bot.sources.posts import lines_of, split_post
from bot.sources.text import TITLE_LIMIT


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("Envoys met in Geneva. They talked for hours.", "Envoys met in Geneva.", "They talked for hours."),
        ("Envoys met in Geneva\n\nThey talked. For hours.", "Envoys met in Geneva", "They talked. For hours."),
        ("Envoys met in Geneva", "Envoys met in Geneva", ""),
        ("Breaking! Envoys met in Geneva. More soon.", "Breaking! Envoys met in Geneva.", "More soon."),
        ("⚡️\nДелегації зустрілися в Женеві. Далі буде.", "⚡️ Делегації зустрілися в Женеві.", "Далі буде."),
        (
            "The U.S. delegation and Gen. Sample met at 3.30 p.m. on Tuesday. Talks go on.",
            "The U.S. delegation and Gen. Sample met at 3.30 p.m. on Tuesday.",
            "Talks go on.",
        ),
        ("Помощь составит 40 млрд. Евро она не заменит. Да.", "Помощь составит 40 млрд. Евро она не заменит.", "Да."),
        ("«Ми готові до розмови про мир!» Так сказав посол.", "«Ми готові до розмови про мир!»", "Так сказав посол."),
        ("Envoys met in Geneva https://sample.example/1?x=1 today", "Envoys met in Geneva today", ""),
        ("https://sample.example/1", "https://sample.example/1", ""),
        ("3 < 4 & <b>so</b> the envoys say", "3 &lt; 4 &amp; &lt;b&gt;so&lt;/b&gt; the envoys say", ""),
        ("", "", ""),
        (" \n \n", "", ""),
    ],
)
def test_where_the_headline_ends(text: str, title: str, rest: str) -> None:
    assert split_post(text) == (title, rest)


def test_an_endless_sentence_is_cut_with_a_mark_and_kept_whole_below() -> None:
    text = "word " * 400
    title, rest = split_post(text)
    assert len(title) <= TITLE_LIMIT
    assert title.endswith("…")
    assert rest == text.strip()


def test_markup_keeps_its_lines() -> None:
    markup = '<p>One <a href="x"><span>ha</span>lf</a><br />two</p><p>three &amp; <script>x</script></p>'
    assert lines_of(markup) == "One half\ntwo\nthree &"


@pytest.mark.parametrize(
    "text", ["! " * 50_000, "!" * 500_000, "1\n" * 50_000, "a." * 50_000, "A. " * 50_000, '"' * 500_000]
)
def test_a_hostile_post_takes_no_time(text: str) -> None:
    split_post(text)
    lines_of("<br " * 100_000 + text)
