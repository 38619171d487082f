"""Markup to plain text."""

from __future__ import annotations

import time

import pytest

from bot.sources.text import plain, shorten


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Talks  go\n\ton ", "Talks go on"),
        ("AT&amp;T, R&D &amp; more", "AT&T, R&D & more"),
        ("5 < 6 and a <b", "5 < 6 and a <b"),
        ("<p>One.</p><p>Two.<br/>Three.</p>", "One. Two. Three."),
        ("<b>W</b>ord <em>by</em> word", "Word by word"),
        ('<a href="#" title="x > y">link</a> here', "link here"),
        ("The <Ministry> said <gu-atom>so</gu-atom> <o:p>too</o:p>", "The <Ministry> said so too"),
        ("caf&eacute; &#8211; &#x27;so&#x27;&nbsp;it is", "café – 'so' it is"),
        ("before<script>var a = '<p>';</script><style>p {}</style><!-- note --> after", "before after"),
        ("before <script>never closed", "before"),
        ("<![CDATA[<p>Twice wrapped</p>]]>", "Twice wrapped"),
        ('cut in a tag <img src="http://sample.example/a', "cut in a tag"),
        # Escaped twice by the feed: what comes out of one decoding is still markup.
        ("&lt;p&gt;Twice &amp;amp; escaped&lt;/p&gt;", "Twice & escaped"),
        ("&amp;quot;Closer than ever&amp;quot;", '"Closer than ever"'),
        # Never a third time: this is text about markup.
        ("&amp;amp;amp;lt;", "&amp;lt;"),
        ("\u202eright\u202c to\u200b left\ufeff \x07bell soft\u00adhyphen \ud800", "right to left bell softhyphen"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Zeleński", "Zeleński"),
    ],
)
def test_markup_becomes_text(markup: str, text: str) -> None:
    assert plain(markup, 500) == text


def test_a_long_text_is_cut_between_words() -> None:
    assert shorten("talks went on, and on", 20) == "talks went on, and…"
    assert shorten("talks went on, and on", 21) == "talks went on, and on"
    assert shorten("talks went on, and", 16) == "talks went on…"
    assert shorten("x" * 30, 20) == "x" * 19 + "…"


@pytest.mark.parametrize(
    "piece", ["<a ", "<!--", '<a "', "<a '\"", "<script>", "<", "</", "&", "<a-", "<p /", "&#", "&amp;lt;"]
)
def test_hostile_markup_takes_no_longer_than_any_other(piece: str) -> None:
    began = time.monotonic()
    plain(piece * (1_000_000 // len(piece)), 500)
    assert time.monotonic() - began < 0.5
