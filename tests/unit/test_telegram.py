"""The web preview of a Telegram channel."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.source import Fetched, FetchFailed, Problem
from bot.sources.telegram import is_channel, preview_address, read_telegram

NOW = datetime(2025, 12, 2, 18, 0, tzinfo=UTC)
CLASSES = "tgme_widget_message text_not_supported_wrap js-widget_message"


def message(
    number: int, text: str, *, before: str = "", time: str = "2025-12-02T16:00:00+00:00", edited: str = ""
) -> str:
    body = f'<div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>' if text else ""
    return f"""<div class="tgme_widget_message_wrap js-widget_message_wrap">
    <div class="{CLASSES}" data-post="sample_desk/{number}"><div class="tgme_widget_message_bubble">
    <div class="tgme_widget_message_author"><a class="tgme_widget_message_owner_name">Sample Desk</a></div>
    {before}{body}
    <div class="tgme_widget_message_footer"><span class="tgme_widget_message_views">4K</span>
    <span class="tgme_widget_message_meta">{edited}<a class="tgme_widget_message_date"
      href="https://t.me/sample_desk/{number}"><time datetime="{time}" class="time">16:00</time></a></span></div>
    </div></div></div>"""


def preview(*messages: str) -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>Sample Desk – Telegram</title></head><body>
    <div class="tgme_channel_info_header_title"><span dir="auto">Sample Desk</span></div>
    <section class="tgme_channel_history js-message_history">{"".join(messages)}</section></body></html>"""


def read(page: str) -> Fetched | FetchFailed:
    return read_telegram(page.encode(), "text/html; charset=utf-8", "https://t.me/s/sample_desk", now=NOW)


def test_messages_come_newest_first_with_sentence_rest_link_and_date() -> None:
    found = read(
        preview(
            message(7, "<b>Envoys met in Geneva.</b> They talked for <i>hours</i>.<br/><br/>More at six."),
            message(8, "Переговори тривають<br>Деталі згодом", time="2025-12-02T19:00:00+02:00"),
        )
    )
    assert isinstance(found, Fetched)
    assert [(entry.url, entry.title, entry.summary) for entry in found.entries] == [
        ("https://t.me/sample_desk/8", "Переговори тривають", "Деталі згодом"),
        ("https://t.me/sample_desk/7", "Envoys met in Geneva.", "They talked for hours. More at six."),
    ]
    assert {entry.published for entry in found.entries} == {
        datetime(2025, 12, 2, 16, tzinfo=UTC),
        datetime(2025, 12, 2, 17, tzinfo=UTC),
    }
    assert found.title == "Sample Desk"
    assert found.entries[0].outlet is None


def test_a_message_that_is_only_a_link_has_the_title_of_its_preview() -> None:
    card = '<a class="tgme_widget_message_link_preview"><div class="link_preview_title" dir="auto">Envoys met</div></a>'
    found = read(
        preview(message(7, '<a href="https://s.example/1">https://s.example/1</a>').replace("<span", card + "<span", 1))
    )
    assert isinstance(found, Fetched)
    assert [entry.title for entry in found.entries] == ["Envoys met"]


def test_an_edited_message_keeps_its_address() -> None:
    before = read(preview(message(7, "Envoys met in Geneva")))
    after = read(preview(message(7, "Envoys met in Vienna, not in Geneva", edited="edited ")))
    assert isinstance(before, Fetched)
    assert isinstance(after, Fetched)
    assert before.entries[0].url == after.entries[0].url
    assert before.entries[0].title != after.entries[0].title


def test_who_a_message_was_forwarded_from_is_credited() -> None:
    forwarded = (
        '<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from&nbsp;'
        '<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/sample_ministry/55">'
        "<span>Sample Ministry</span></a></div>"
    )
    found = read(preview(message(7, "The minister has arrived", before=forwarded)))
    assert isinstance(found, Fetched)
    (entry,) = found.entries
    assert (entry.credit, entry.outlet) == ("Sample Ministry", "Sample Ministry")


def test_the_message_it_answers_is_not_its_text_and_pictures_alone_are_left_out() -> None:
    answered = (
        '<a class="tgme_widget_message_reply"><div class="tgme_widget_message_text js-message_reply_text">'
        "What was asked</div></a>"
    )
    notice = message(5, "The name of the channel was changed").replace('js-widget_message"', 'service_message"')
    found = read(preview(notice, message(6, ""), message(7, "The answer of the envoys", before=answered)))
    assert isinstance(found, Fetched)
    assert [entry.title for entry in found.entries] == ["The answer of the envoys"]
    assert found.warnings == ("One message without text was left out.",)


@pytest.mark.parametrize(
    "page",
    [
        "<html><body><div class='tgme_page_title'>Sample Desk</div></body></html>",
        preview(message(1, "x").replace("sample_desk/1", "javascript:alert(1)")),
        "<div class='tgme_widget_message' data-post='a/b'>",
    ],
)
def test_a_page_without_messages_says_why(page: str) -> None:
    found = read(page)
    assert isinstance(found, FetchFailed)
    assert found.problem is Problem.NOT_A_FEED
    assert found.reason.startswith("shows no messages")


def test_torn_and_hostile_pages_are_read_as_far_as_they_go() -> None:
    page = preview(message(7, "Envoys met in <b>Geneva<script>alert(1)</script>"), message(8, "<div>" * 5000 + "Deep"))
    assert read("\0") == FetchFailed(Problem.NOT_A_FEED, "sent an empty page")
    nested = read("".join(f"<div class=tgme_widget_message data-post=desk_x/{n}>" for n in range(40_000)) + "deep")
    assert isinstance(nested, Fetched | FetchFailed)
    found = read(page[: page.index("views")])
    assert isinstance(found, Fetched)
    assert found.entries[0].title == "Envoys met in Geneva"
    read(page)


@pytest.mark.parametrize(
    ("address", "preview"),
    [
        ("https://t.me/sample_desk", "https://t.me/s/sample_desk"),
        ("https://t.me/s/sample_desk?before=9", "https://t.me/s/sample_desk"),
    ],
)
def test_a_channel_is_known_by_its_address(address: str, preview: str) -> None:
    assert is_channel(address)
    assert preview_address(address) == preview


def test_other_addresses_are_no_channels() -> None:
    assert not is_channel("https://t.me/joinchat/AbCdEf")
    assert not is_channel("https://t.me/+AbCdEf")
    assert not is_channel("https://elsewhere.example/s/sample_desk")
