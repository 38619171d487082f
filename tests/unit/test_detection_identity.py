from __future__ import annotations

import pytest

from bot.detection.identity import canonical_url, host_of, is_post, item_id

ARTICLE = "https://post.example/world/talks-resume"


@pytest.mark.parametrize(
    "url",
    [
        "http://post.example/world/talks-resume",
        "https://www.post.example/world/talks-resume/",
        "https://m.post.example:443/world/talks-resume#comments",
        "https://amp.post.example/world/talks-resume",
        "https://post.example/world/talks-resume/amp",
        "https://post.example/amp/world/talks-resume",
        "https://post.example/world/talks-resume?utm_source=feed&utm_medium=rss&fbclid=x",
        "https://POST.example/world/talks-resume?source=rss",
        "https://post-example.cdn.ampproject.org/c/s/post.example/world/talks-resume",
        "https://www.google.com/url?sa=t&url=https%3A%2F%2Fpost.example%2Fworld%2Ftalks-resume&usg=1",
        "https://www.google.com/amp/s/post.example/world/talks-resume",
    ],
)
def test_one_article_has_one_address_however_it_is_linked(url: str) -> None:
    assert canonical_url(url) == ARTICLE


@pytest.mark.parametrize(
    "url",
    [
        "https://post.example/index.php?id=7&module=news",
        "https://post.example/search?q=https%3A%2F%2Felse.example%2Fa",
        "https://example.co.uk/mobile.html",
    ],
)
def test_what_tells_articles_apart_stays(url: str) -> None:
    assert canonical_url(url) == url


def test_canonical_addresses_are_stable_under_repetition() -> None:
    once = canonical_url("http://www.post.example/a/?b=2&a=1&utm_id=3#top")
    assert canonical_url(once) == once == "https://post.example/a?a=1&b=2"


def test_ids_are_short_and_the_same_on_every_machine() -> None:
    assert item_id(ARTICLE) == item_id(ARTICLE)
    assert len(item_id(ARTICLE)) == 20
    assert item_id(ARTICLE) != item_id(ARTICLE + "-again")


def test_hosts_lose_what_does_not_name_the_outlet() -> None:
    assert host_of("https://www.m.post.example/x") == "post.example"
    assert host_of("no address") == ""


@pytest.mark.parametrize(
    ("url", "post"),
    [
        ("https://t.me/sample_desk/712", True),
        ("https://t.me/s/sample_desk/712?single", True),
        ("https://bsky.app/profile/desk.example/post/3kabc", True),
        ("https://social.example/@desk/1123#x", True),
        ("https://social.example/@desk@other.example/1123", True),
        ("https://social.example/users/desk/statuses/1123", True),
        ("https://blog.example/@desk/talks-resume-1123", False),
        ("https://post.example/world/712", False),
        ("https://t.me/sample_desk", False),
    ],
)
def test_a_post_is_told_from_an_article(url: str, post: bool) -> None:
    assert is_post(url) is post
