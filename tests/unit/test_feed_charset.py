"""Bytes to text, whoever labelled them and however wrongly."""

from __future__ import annotations

import pytest

from bot.sources.charset import decode

HEADLINE = "Зеленський: переговори тривають"
POLISH = "Rozmowy trwają, mówi źródło"


def document(headline: str, codec: str, declared: str | None = None) -> bytes:
    prolog = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return f"{prolog}<rss><title>{headline}</title></rss>".encode(codec)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (document(HEADLINE, "utf-8"), None),
        (document(HEADLINE, "utf-8-sig"), "text/xml; charset=windows-1251"),
        (document(HEADLINE, "utf-16"), None),
        (document(HEADLINE, "utf-16-le", "utf-16"), None),
        (document(HEADLINE, "utf-16-be", "utf-16"), None),
        (document(HEADLINE, "utf-32"), None),
        (document(HEADLINE, "cp1251", "windows-1251"), None),
        (document(HEADLINE, "cp1251"), "text/xml; charset=windows-1251"),
        (document(HEADLINE, "koi8-u", "windows-1251"), "text/xml; charset=KOI8-U"),
        # Old servers label everything Latin-1; the document knows better.
        (document(HEADLINE, "cp1251", "windows-1251"), "text/xml; charset=ISO-8859-1"),
    ],
)
def test_the_text_is_right_and_nothing_had_to_be_guessed(body: bytes, content_type: str | None) -> None:
    decoded = decode(body, content_type)
    assert HEADLINE in decoded.text
    assert decoded.warnings == ()
    assert not decoded.text.startswith("\ufeff")


@pytest.mark.parametrize(
    ("body", "content_type", "warning"),
    [
        (
            document(HEADLINE, "utf-8", "windows-1251"),
            None,
            "It is labelled windows-1251, but is UTF-8 and was read so.",
        ),
        (
            document(HEADLINE, "utf-8", "utf-8"),
            "text/xml; charset=koi8-r",
            "It is labelled koi8-r, but is UTF-8 and was read so.",
        ),
        (
            document(HEADLINE, "cp1251", "utf-8"),
            "text/xml; charset=windows-1251",
            None,
        ),
        (
            document(HEADLINE, "cp1251", "windows-1251"),
            "text/xml; charset=utf-8",
            "It is labelled utf-8, but was read as windows-1251.",
        ),
        (
            document(HEADLINE, "cp1251"),
            None,
            "It does not say its encoding; it was read as windows-1251, a guess.",
        ),
        (
            document(HEADLINE, "cp1251", "utf-8"),
            None,
            "It is labelled utf-8, which it is not; it was read as windows-1251, a guess.",
        ),
    ],
)
def test_a_wrong_label_is_seen_through_and_told(body: bytes, content_type: str | None, warning: str | None) -> None:
    decoded = decode(body, content_type)
    assert HEADLINE in decoded.text
    assert decoded.warnings == ((warning,) if warning else ())


@pytest.mark.parametrize("codec", ["cp1250", "iso8859-2"])
def test_a_guess_heeds_the_language_the_feed_tells(codec: str) -> None:
    body = f"<rss><language>pl</language><title>{POLISH}</title></rss>".encode(codec)
    assert POLISH in decode(body, None).text


def test_a_guess_between_western_and_cyrillic() -> None:
    assert "Últimas notícias: São Paulo" in decode("<t>Últimas notícias: São Paulo</t>".encode("cp1252"), None).text


def test_one_torn_letter_does_not_change_the_encoding() -> None:
    body = document(HEADLINE * 5, "utf-8").replace("тривають</".encode(), "тривають"[:-1].encode() + b"\xd1</")
    decoded = decode(body, "text/xml; charset=utf-8")
    assert HEADLINE in decoded.text
    assert decoded.warnings == ("It is UTF-8 with one unreadable place.",)


@pytest.mark.parametrize("label", ["hex", "unicode_escape", "utf-7", "idna", "rot13", "no-such-thing", "undefined"])
def test_a_label_may_not_choose_a_codec_that_is_no_charset(label: str) -> None:
    body = document(HEADLINE, "cp1251")
    assert HEADLINE in decode(body, f"text/xml; charset={label}").text
