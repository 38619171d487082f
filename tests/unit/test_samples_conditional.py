from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.samples.conditional import answer

CHANGED = datetime(2026, 3, 1, 9, 0, 0, 400_000, tzinfo=UTC)
LATER = CHANGED + timedelta(minutes=1)
STAMP = "Sun, 01 Mar 2026 09:00:01 GMT"


def status(asked: dict[str, str], body: bytes = b"feed", validators: str = "both") -> int:
    return answer(asked, body, content_type="text/plain", changed=CHANGED, now=LATER, validators=validators).status


def headers(body: bytes = b"feed", validators: str = "both", now: datetime = LATER) -> dict[str, str]:
    response = answer({}, body, content_type="text/plain", changed=CHANGED, now=now, validators=validators)
    return dict(response.headers)


def test_the_tag_follows_the_document() -> None:
    assert headers(b"one")["ETag"] == headers(b"one")["ETag"] != headers(b"two")["ETag"]


def test_the_stamp_is_rounded_up_so_that_it_never_hides_a_later_change_in_the_same_second() -> None:
    assert headers()["Last-Modified"] == STAMP


def test_no_stamp_is_given_while_its_second_lasts() -> None:
    assert "Last-Modified" not in headers(now=CHANGED + timedelta(milliseconds=300))


@pytest.mark.parametrize(
    ("validators", "offered"),
    [("both", {"ETag", "Last-Modified"}), ("etag", {"ETag"}), ("last_modified", {"Last-Modified"})],
)
def test_a_server_offers_what_it_was_told_to(validators: str, offered: set[str]) -> None:
    assert {"ETag", "Last-Modified"} & set(headers(validators=validators)) == offered


def test_the_same_tag_is_answered_with_304_and_no_body() -> None:
    tag = headers()["ETag"]
    response = answer({"If-None-Match": tag}, b"feed", content_type="text/plain", changed=CHANGED, now=LATER)
    assert (response.status, response.body) == (304, None)
    assert response.headers["ETag"] == tag


def test_tags_are_compared_weakly_and_in_lists() -> None:
    assert status({"If-None-Match": '"other", ' + headers()["ETag"].removeprefix("W/")}) == 304
    assert status({"If-None-Match": "*"}) == 304


def test_a_tag_that_does_not_match_overrules_a_stamp_that_does() -> None:
    assert status({"If-None-Match": 'W/"old"', "If-Modified-Since": STAMP}) == 200


def test_the_stamp_decides_where_no_tag_is_asked_or_offered() -> None:
    assert status({"If-Modified-Since": STAMP}) == 304
    assert status({"If-None-Match": 'W/"old"', "If-Modified-Since": STAMP}, validators="last_modified") == 304
    assert status({"If-Modified-Since": "Sun, 01 Mar 2026 09:00:00 GMT"}) == 200
    assert status({"If-Modified-Since": STAMP}, validators="etag") == 200


def test_a_stamp_that_cannot_be_read_is_ignored() -> None:
    assert status({"If-Modified-Since": "yesterday"}) == 200
