"""GDELT, Mastodon, Bluesky and JSON by paths: good, odd, broken and hostile answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.kind import Kind, Layout
from bot.domain.source import Fetched, FetchFailed, Problem
from bot.sources import bluesky, gdelt, mastodon
from bot.sources.json_list import read_json_list
from bot.sources.sniff import kind_of_address

NOW = datetime(2025, 12, 2, 18, 0, tzinfo=UTC)


def good(outcome: Fetched | FetchFailed) -> Fetched:
    assert isinstance(outcome, Fetched), outcome
    return outcome


# GDELT

SEARCH = "https://api.gdeltproject.org/api/v2/doc/doc?query=peace%20talks"


def search(answer: bytes) -> Fetched | FetchFailed:
    return gdelt.read_gdelt(answer, "application/json", SEARCH, now=NOW)


def article(path: str, **changes: str) -> dict[str, str]:
    return {
        "url": f"https://www.sample.example/{path}", "url_mobile": "", "title": "Envoys meet , aides say",
        "seendate": "20251202T101500Z", "domain": "sample.example", "language": "Ukrainian", "sourcecountry": "X",
    } | changes  # fmt: skip


def test_a_search_gives_articles_by_their_own_outlets_newest_first() -> None:
    old = article("1", seendate="20251201T101500Z", domain="www.Other.example", language="Klingon")
    found = good(search(json.dumps({"articles": [old, article("2")]}).encode()))
    assert [(entry.url, entry.title, entry.outlet, entry.language) for entry in found.entries] == [
        ("https://www.sample.example/2", "Envoys meet, aides say", "sample.example", "uk"),
        ("https://www.sample.example/1", "Envoys meet, aides say", "other.example", None),
    ]
    assert found.entries[0].published == datetime(2025, 12, 2, 10, 15, tzinfo=UTC)


def test_a_search_that_finds_nothing_is_no_failure() -> None:
    for answer in (b"{}", b'{"articles": []}', b'{"articles": null}'):
        assert good(search(answer)).warnings == ("The search found nothing.",)


def test_bare_backslashes_in_headlines_are_read() -> None:
    (entry,) = good(
        search(json.dumps({"articles": [article("1", title="A @ B")]}).replace("@", r"\x \" \\").encode())
    ).entries
    assert entry.title == r'A \x " \ B'


@pytest.mark.parametrize(
    ("answer", "problem", "reason"),
    [
        (
            b"The specified phrase is too short.\n", Problem.REFUSED,
            "refused the search: “The specified phrase is too short.”; correct the query in its address",
        ),
        (b"", Problem.NOT_A_FEED, "sent an empty answer"),
        (b"<html>Busy</html>", Problem.NOT_A_FEED, "sent a page instead of articles"),
        (b'{"articles": ' + b"9" * 5000, Problem.MALFORMED, "is broken JSON (a number of thousands of digits)"),
        (b'{"articles": [', Problem.MALFORMED, "is broken JSON (Expecting value: line 1 column 15 (char 14))"),
    ],
)  # fmt: skip
def test_plain_words_from_gdelt_are_a_failure_in_its_words(answer: bytes, problem: Problem, reason: str) -> None:
    assert search(answer) == FetchFailed(problem, reason)


def test_being_asked_to_slow_down_is_told_apart() -> None:
    outcome = search(b"Please limit requests to one every 5 seconds or contact us.")
    assert isinstance(outcome, FetchFailed)
    assert (outcome.problem, outcome.retry_after) == (Problem.RATE_LIMITED, timedelta(minutes=1))


def test_a_searchs_address_asks_for_what_is_read() -> None:
    asked = parse_qs(urlsplit(gdelt.search_address(SEARCH + "&MODE=timeline&maxrecords=10")).query)
    assert asked["query"] == ["peace talks"]
    assert (asked["mode"], asked["format"], asked["maxrecords"]) == (["ArtList"], ["json"], ["10"])
    assert asked["sort"] == ["DateDesc"]


# Mastodon


def toots(*statuses: Any) -> Fetched | FetchFailed:
    return mastodon.read_mastodon(json.dumps(statuses).encode(), None, "https://social.sample.example/@desk", now=NOW)


def toot(number: int, content: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(number), "created_at": "2025-12-02T10:00:00.000Z", "in_reply_to_id": None, "spoiler_text": "",
        "language": "en", "uri": f"https://social.sample.example/users/desk/statuses/{number}",
        "url": f"https://social.sample.example/@desk/{number}", "content": content, "reblog": None,
        "account": {"acct": "desk", "display_name": "Sample Desk"},
    } | changes  # fmt: skip


def test_posts_are_read_boosts_credited_and_replies_left_out() -> None:
    theirs = toot(9, "<p>The envoys have left.</p>", url="https://elsewhere.example/@ministry/9",
                  account={"acct": "ministry@elsewhere.example", "display_name": ""})  # fmt: skip
    found = good(
        toots(
            toot(3, "", reblog=theirs, in_reply_to_id=None),
            toot(2, "<p>No, they did not.</p>", in_reply_to_id="1"),
            toot(1, "<p>Envoys met in Geneva.<br>They talked for hours.</p><p>More soon.</p>"),
            toot(4, "", media_attachments=[{}]),
        )
    )
    assert [(entry.url, entry.title, entry.summary) for entry in found.entries] == [
        ("https://elsewhere.example/@ministry/9", "The envoys have left.", ""),
        ("https://social.sample.example/@desk/1", "Envoys met in Geneva.", "They talked for hours. More soon."),
    ]
    assert [(entry.credit, entry.outlet) for entry in found.entries] == [
        ("ministry (elsewhere.example)", "ministry (elsewhere.example)"), ("Sample Desk", None),
    ]  # fmt: skip


def test_the_accounts_number_leads_to_its_posts() -> None:
    url = "https://social.sample.example/@desk"
    assert mastodon.lookup_address(url) == "https://social.sample.example/api/v1/accounts/lookup?acct=desk"
    assert mastodon.statuses_address(url, b'{"id": "109"}', None) == (
        "https://social.sample.example/api/v1/accounts/109/statuses?limit=40&exclude_replies=true"
    )
    for answer in (b"{}", b'{"id": "../../x"}', b"[]", b"<html>", b"{"):
        assert isinstance(mastodon.statuses_address(url, answer, None), FetchFailed)


@pytest.mark.parametrize("answer", ['{"error": "x"}', "null", '"x"', "", "<html>", "[" * 100_000])
def test_what_no_instance_answers_is_told(answer: str) -> None:
    assert isinstance(mastodon.read_mastodon(answer.encode(), None, "https://s.example/@x", now=NOW), FetchFailed)


def test_a_post_that_is_only_a_link_has_the_title_of_its_card() -> None:
    link = '<p><a href="https://s.example/1">https://s.example/1</a></p>'
    found = good(toots(toot(1, link, card={"title": "Envoys met"}), toot(2, link, card=None)))
    assert [entry.title for entry in found.entries] == ["Envoys met", "https://s.example/1"]


def test_odd_posts_are_left_out() -> None:
    found = good(toots(None, 5, "x", {}, {"content": 7}, {"reblog": []}, toot(1, "<p>Envoys met in Geneva</p>")))
    assert len(found.entries) == 1


# Bluesky

DID = "did:plc:abcdefghijklmnop"


def skeets(*shown: Any) -> Fetched | FetchFailed:
    return bluesky.read_bluesky(
        json.dumps({"feed": shown}).encode(), None, "https://bsky.app/profile/d.example", now=NOW
    )


def skeet(
    key: str, text: str, *, handle: str = "desk.sample.example", name: str = "Sample Desk", **record: Any
) -> dict[str, Any]:
    return {
        "uri": f"at://{DID}/app.bsky.feed.post/{key}",
        "author": {"did": DID, "handle": handle, "displayName": name},
        "record": {"text": text, "createdAt": "2025-12-02T10:00:00.000Z", "langs": ["uk"]} | record,
        "indexedAt": "2025-12-02T10:00:01.000Z",
    }


def test_posts_of_an_account_are_read_reposts_credited_and_replies_left_out() -> None:
    repost = {"$type": "app.bsky.feed.defs#reasonRepost", "by": {"handle": "desk.sample.example"}}
    card = {"external": {"uri": "https://sample.example/1", "title": "The card's title"}}
    found = good(
        skeets(
            {"post": skeet("a1", "Envoys met in Geneva. A < b & c")},
            {"post": skeet("a2", "I agree with that", reply={"root": {}, "parent": {}})},
            {
                "post": skeet("a3", "The envoys have left", handle="handle.invalid", name="Sample Ministry"),
                "reason": repost,
            },
            {"post": skeet("a4", "Envoys met in Geneva again") | {"embed": card}},
            {"post": skeet("a5", "")},
        )
    )
    assert [(entry.url, entry.title, entry.summary) for entry in found.entries] == [
        ("https://bsky.app/profile/desk.sample.example/post/a1", "Envoys met in Geneva.", "A < b & c"),
        (f"https://bsky.app/profile/{DID}/post/a3", "The envoys have left", ""),
        ("https://bsky.app/profile/desk.sample.example/post/a4", "Envoys met in Geneva again", "The card's title"),
    ]
    assert [entry.outlet for entry in found.entries] == [None, "Sample Ministry", None]
    assert [entry.credit for entry in found.entries] == ["Sample Desk", "Sample Ministry", "Sample Desk"]
    assert {entry.language for entry in found.entries} == {"uk"}


@pytest.mark.parametrize("answer", ['{"feed": {}}', "[]", "{}", "", "<html>", '{"feed": '])
def test_what_bluesky_never_answers_is_told(answer: str) -> None:
    assert isinstance(
        bluesky.read_bluesky(answer.encode(), None, "https://bsky.app/profile/d.example", now=NOW), FetchFailed
    )


def test_odd_shapes_from_bluesky_are_left_out() -> None:
    found = good(
        skeets(None, {"post": []}, {"post": {"uri": "x", "record": {"text": "y"}}}, {"post": skeet("a/../b", "y")})
    )
    assert found.entries == ()


def test_a_profile_leads_to_the_public_api() -> None:
    url = bluesky.feed_address("https://bsky.app/profile/desk.sample.example")
    assert url.startswith("https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor=desk.sample.example&")
    assert bluesky.feed_address(url) == url


def test_addresses_that_give_a_kind_away() -> None:
    assert kind_of_address("https://t.me/s/sample_desk") is Kind.TELEGRAM
    assert kind_of_address(SEARCH) is Kind.GDELT
    assert kind_of_address("https://bsky.app/profile/desk.sample.example") is Kind.BLUESKY
    assert kind_of_address("https://social.sample.example/@desk") is None
    assert kind_of_address("https://sample.example/feed") is None


# JSON by paths

PATHS = Layout(
    items="data.0.articles", title="head.line", link="links.1", summary="text", date="at", credit="by", language="lang"
)


def listed(document: Any, layout: Layout = PATHS) -> Fetched | FetchFailed:
    return read_json_list(
        json.dumps(document).encode(), "application/json", "https://sample.example/api", now=NOW, layout=layout
    )


def test_paths_lead_to_every_part() -> None:
    found = good(
        listed({"data": [{"articles": [
            {"head": {"line": "Envoys meet"}, "links": [None, "/1"], "text": "<p>They talked.</p>", "at": 1764669600,
             "by": ["A. Sample", "B. Sample"], "lang": "pl"},
            {"head": {"line": 1945}, "links": ["x"], "at": True},
            {"head": "none"}, "x", None,
        ]}]})
    )  # fmt: skip
    (entry,) = found.entries
    assert (entry.url, entry.title, entry.summary) == ("https://sample.example/1", "Envoys meet", "They talked.")
    assert (entry.published, entry.credit, entry.language) == (
        datetime(2025, 12, 2, 10, tzinfo=UTC), "A. Sample, B. Sample", "pl",
    )  # fmt: skip


def test_the_document_itself_may_be_the_list() -> None:
    found = good(listed([{"t": "Envoys meet", "u": "https://sample.example/1"}], Layout(title="t", link="u")))
    assert len(found.entries) == 1


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"data": {}}, "has no list at `data.0.articles`, but nothing"),
        ({"data": [{"articles": "none"}]}, "has no list at `data.0.articles`, but a text"),
        ({"data": [{"articles": [{}, {}]}]}, "lists 2 articles, none with a usable `head.line` and `links.1`"),
        ([], "has no list at `data.0.articles`, but nothing"),
    ],
)
def test_paths_that_lead_nowhere_say_which(document: Any, reason: str) -> None:
    assert listed(document) == FetchFailed(Problem.NOT_A_FEED, reason)


def test_an_empty_list_is_no_failure() -> None:
    assert good(listed({"data": [{"articles": []}]})).warnings == ("Its list of articles is empty.",)
