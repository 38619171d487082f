"""What an editor gets wrong about a source's kind is told with its line and a way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.newsroom_files import newsroom_folder

from bot.app import readable_sources
from config.errors import ConfigurationProblem
from config.load import load_newsroom, load_sources

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
negotiation: talks
sources:
  - id: sample
    name: Sample
    tier: other
"""
GOOD = """\
negotiation: talks
sources:
  - {id: a, name: A, tier: other, url: "https://a.example/sitemap.xml", kind: sitemap}
  - {id: b, name: B, tier: other, url: "https://t.me/s/sample_desk", kind: telegram}
  - {id: c, name: C, tier: other, url: "https://social.example/@desk", kind: mastodon}
  - {id: d, name: D, tier: other, url: "https://bsky.app/profile/desk.example", kind: bluesky}
  - {id: e, name: E, tier: other, url: "https://api.gdeltproject.org/api/v2/doc/doc?query=talks", kind: gdelt}
  - {id: f, name: F, tier: other, url: "https://f.example/", kind: page, select: {item: "ul > li.news", date: time}}
  - {id: g, name: G, tier: other, url: "https://g.example/", kind: json, paths: {title: head.0, url: link}}
  - {id: h, name: H, tier: other, url: "https://h.example/", kind: page}
"""


def told(tmp_path: Path, rest: str) -> list[str]:
    file = tmp_path / "talks.yaml"
    file.write_text(HEAD + "".join(f"    {line}\n" for line in rest.splitlines()), encoding="utf-8")
    with pytest.raises(ConfigurationProblem) as problem:
        load_sources(file)
    return [str(mistake).removeprefix(f"{tmp_path}/") for mistake in problem.value.mistakes]


def test_every_kind_can_be_listed(tmp_path: Path) -> None:
    (tmp_path / "talks.yaml").write_text(GOOD, encoding="utf-8")
    listed = load_sources(tmp_path / "talks.yaml").sources
    assert [source.kind for source in listed] == [
        "sitemap", "telegram", "mastodon", "bluesky", "gdelt", "page", "json", "page",
    ]  # fmt: skip
    assert listed[5].select is not None
    assert listed[5].select.item == "ul > li.news"


def test_articles_pages_are_read_but_not_those_of_posts_nor_of_what_is_switched_off(tmp_path: Path) -> None:
    newsroom = load_newsroom(newsroom_folder(tmp_path / "config"))
    assert readable_sources(newsroom) == {"wire", "page"}


@pytest.mark.parametrize(
    ("rest", "line"),
    [
        (
            "url: https://s.example/\nkind: telegramm",
            (
                "talks.yaml:7: sources[0].kind: must be one of feed, sitemap, page, telegram, gdelt, "
                "mastodon, bluesky, json, not the text `telegramm`; did you mean `telegram`?"
            ),
        ),
        (
            "url: https://s.example/feed\nkind: telegram",
            (
                "talks.yaml:6: sources[0].url: `https://s.example/feed` is no address of the kind telegram; "
                "write it as in https://t.me/s/CHANNEL"
            ),
        ),
        (
            "kind: mastodon\nurl: https://s.example/users/desk",
            (
                "talks.yaml:7: sources[0].url: `https://s.example/users/desk` is no address of the kind mastodon; "
                "write it as in https://INSTANCE/@NAME"
            ),
        ),
        (
            "kind: bluesky\nurl: https://bsky.app/desk",
            (
                "talks.yaml:7: sources[0].url: `https://bsky.app/desk` is no address of the kind bluesky; "
                "write it as in https://bsky.app/profile/HANDLE"
            ),
        ),
        (
            "kind: gdelt\nurl: https://api.gdeltproject.org/api/v2/doc/doc?mode=ArtList",
            (
                "talks.yaml:7: sources[0].url: `https://api.gdeltproject.org/api/v2/doc/doc?mode=ArtList` "
                "asks for nothing; write https://api.gdeltproject.org/api/v2/doc/doc?query=WORDS"
            ),
        ),
        (
            "url: https://s.example/\nkind: page\nselect:\n  item: li[",
            "talks.yaml:9: sources[0].select.item: `li[` is no CSS selector (Expected ident or '*', got <EOF at 3>)",
        ),
        (
            "url: https://s.example/\nkind: page\nselect: {title: h3}",
            "talks.yaml:8: sources[0].select.item: is missing; it is a text",
        ),
        (
            "url: https://s.example/\nkind: page\nselect: {item: li, titel: h3}",
            "talks.yaml:8: sources[0].select.titel: is no field of this kind of thing; did you mean `title`?",
        ),
        (
            "url: https://s.example/\nselect: {item: li}",
            "talks.yaml:7: sources[0].select: is read for pages only; add `kind: page`, or remove it",
        ),
        (
            "url: https://s.example/\nkind: json",
            (
                "talks.yaml:7: sources[0].kind: json says nothing of where its articles are; "
                "add `paths: {items: data.articles, title: headline, url: link}` with the names of its own"
            ),
        ),
        (
            "url: https://s.example/\nkind: json\npaths: {title: a..b, url: link}",
            (
                "talks.yaml:8: sources[0].paths.title: `a..b` is no path; write names and figures with dots, "
                "as in `media.0.url`"
            ),
        ),
        (
            "url: https://s.example/\nkind: feed\npaths: {title: a, url: link}",
            "talks.yaml:8: sources[0].paths: is read for JSON only; add `kind: json`, or remove it",
        ),
    ],
)
def test_mistakes_are_told_with_line_and_way_out(tmp_path: Path, rest: str, line: str) -> None:
    assert told(tmp_path, rest) == [line]
