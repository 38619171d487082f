"""Which track a person means."""

from __future__ import annotations

import pytest
from support.talks import OTHER_TALKS, TALKS

from bot.domain.errors import UserError
from handlers.tracks import TrackIndex

INDEX = TrackIndex((TALKS,))
BOTH = TrackIndex((TALKS, OTHER_TALKS))


def named(text: str, index: TrackIndex = INDEX) -> list[str]:
    return [track for _, track in index.named(text.split())]


@pytest.mark.parametrize(
    ("typed", "track"),
    [
        ("Security guarantees", "security_guarantees"),
        ("SECURITY GUARANTEES", "security_guarantees"),
        ("security_guarantees", "security_guarantees"),
        ("security-guarantees", "security_guarantees"),
        ("NATO", "security_guarantees"),
        ("Гарантії", "security_guarantees"),
        ("sec", "security_guarantees"),
        ("security guar", "security_guarantees"),
        ("guarantees", "security_guarantees"),
        ("land", "territory"),
        ("econ", "economy"),
        ("the economy track", "economy"),
        ("politics", "politics"),
    ],
)
def test_a_track_is_known_by_name_id_alias_or_the_start_of_a_word(typed: str, track: str) -> None:
    assert named(typed) == [track]


def test_several_tracks_stand_in_a_row_each_by_its_longest_name() -> None:
    assert named("security guarantees and land sanctions") == ["security_guarantees", "territory", "economy"]
    assert named("territory land") == ["territory"]


def test_the_start_of_several_lists_them_and_says_what_to_type() -> None:
    with pytest.raises(UserError) as refused:
        named("polit")
    assert refused.value.what == "“polit” could be politics and process or political prisoners"
    assert refused.value.remedy == "Type a little more, for example `/peace-status politics and process`"


def test_a_slip_of_the_finger_gets_the_nearest_and_an_example() -> None:
    with pytest.raises(UserError) as refused:
        INDEX.named(["secruity"], "subscribe ")
    assert refused.value.what == "I do not know “secruity”"
    assert refused.value.remedy == ("Did you mean security guarantees? Try `/peace-status subscribe security`")


def test_what_is_near_nothing_gets_every_track() -> None:
    with pytest.raises(UserError) as refused:
        named("xylophone")
    assert refused.value.remedy is not None
    assert "security guarantees, territory, economy and sanctions" in refused.value.remedy


@pytest.mark.parametrize("key", [*INDEX.keys, *BOTH.keys])
def test_what_we_tell_people_to_type_means_that_track_and_no_other(key: tuple[str, str]) -> None:
    index = BOTH if key in BOTH.keys else INDEX
    assert index.named(index.typed(key).split()) == (key,)
    assert index.named(index.name(key).split()) == (key,)


def test_tracks_of_two_negotiations_are_told_apart_by_the_negotiation() -> None:
    assert BOTH.named(["water"]) == (("river", "water"),)
    assert BOTH.named(["river", "territory"]) == (("river", "territory"),)
    assert BOTH.named(["River", "talks", "territory"]) == (("river", "territory"),)
    with pytest.raises(UserError, match="“territory” could be talks territory or river territory"):
        BOTH.named(["territory"])


def test_all_is_every_negotiation() -> None:
    assert BOTH.every == (("talks", "*"), ("river", "*"))
