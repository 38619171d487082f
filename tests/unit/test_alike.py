"""Which alerts are offered first as the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from support.talks import REPORT, development

from bot.queries.alike import likeness

if TYPE_CHECKING:
    from bot.domain.development import Development

ONE = development()
NOTHING: dict[str, Any] = {"people": (), "parties": (), "tracks": ()}


def titled(*titles: str, **changes: Any) -> Development:
    return development(*(replace(REPORT, item=title, title=title) for title in titles), **(NOTHING | changes))


def test_what_follows_or_is_followed_comes_first() -> None:
    worded = development(id="d2")
    followed, follower = titled("Else", id="d3"), titled("Else", id="d4", follows="d1")
    assert likeness(ONE, follower) > likeness(ONE, followed)
    assert likeness(replace(ONE, follows="d3"), followed) > likeness(ONE, followed) + 1
    assert likeness(ONE, worded) > likeness(ONE, followed)


def test_the_likest_of_all_headlines_counts() -> None:
    near = titled("Something else entirely", "After five hours envoys leave")
    far = titled("Something else entirely")
    assert likeness(ONE, near) > likeness(ONE, far)


def test_shared_people_and_tracks_count_where_the_headlines_are_of_two_languages() -> None:
    same = titled("Посланці поїхали", people=("envoy", "minister"), parties=("us", "russia"))
    themed = titled("Посланці поїхали", tracks=("territory", "politics"))
    strange = titled("Посланці поїхали")
    scores = [likeness(ONE, other) for other in (same, themed, strange)]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3


def test_what_has_ended_is_compared_by_what_it_said() -> None:
    ended = replace(ONE, id="d5", reports=(), former=ONE.reports)
    assert likeness(ONE, ended) == likeness(ONE, replace(ONE, id="d6"))
