"""Who hears an alert, and in what form."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.archive import NOON

from bot.domain.alert import Alert
from bot.domain.decision import AlertAction, StateChange, Urgency
from bot.domain.delivery import Address
from bot.domain.development import Heading
from bot.domain.subscription import ALL_TRACKS, Mute, Subscription
from bot.pipeline.alert import addresses, is_muted, who_hears

POST, EDIT, THREAD = AlertAction.POST, AlertAction.EDIT, AlertAction.THREAD


def development(*tracks: str, urgency: Urgency = Urgency.ROUTINE) -> Heading:
    return Heading("d", "talks", tracks, urgency, is_news=True, waits=False)


def subscription(place: str, track: str, floor: Urgency = Urgency.LOW, negotiation: str = "talks") -> Subscription:
    return Subscription("U1", place, negotiation, track, floor, NOON)


def mute(track: str, place: str = "C1") -> Mute:
    return Mute(place, "talks", track, NOON + timedelta(hours=1), "U1")


def alert(action: AlertAction, *, state_change: StateChange | None = None) -> Alert:
    return Alert("d", 2, action, "item", NOON, state_change=state_change)


@pytest.mark.parametrize(
    ("wanted", "hears"),
    [
        (subscription("D1", "economy"), True),
        (subscription("D1", ALL_TRACKS), True),
        (subscription("D1", "territory"), False),
        (subscription("D1", "economy", negotiation="other"), False),
        (subscription("D1", "economy", Urgency.ROUTINE), True),
        (subscription("D1", "economy", Urgency.URGENT), False),
    ],
)
def test_a_subscription_hears_its_track_from_its_floor_up(wanted: Subscription, hears: bool) -> None:
    assert (who_hears(development("economy", "politics"), None, [wanted]) == ["D1"]) is hears


def test_a_desk_that_also_subscribed_hears_once() -> None:
    twice = [subscription("C1", "economy"), subscription("C1", "politics"), subscription("D1", "politics")]

    assert who_hears(development("economy", "politics"), "C1", twice) == ["C1", "D1"]


def test_a_conversation_is_muted_only_when_every_track_of_the_story_is() -> None:
    story = development("economy", "politics")

    assert not is_muted(story, "C1", [mute("economy")])
    assert is_muted(story, "C1", [mute("economy"), mute("politics")])
    assert is_muted(story, "C1", [mute(ALL_TRACKS)])
    assert not is_muted(story, "C1", [mute(ALL_TRACKS, place="C2")])


def test_a_new_story_is_a_card_for_everyone_who_hears_it() -> None:
    assert addresses(alert(POST), ["C1", "D1"], {"D1"}, frozenset()) == [Address("C1", POST)]


def test_one_more_source_edits_the_cards_that_stand_and_makes_no_new_ones() -> None:
    assert addresses(alert(EDIT), ["C1", "D1"], set(), frozenset({"C1"})) == [Address("C1", EDIT)]


def test_an_update_speaks_in_the_thread_and_keeps_the_card_true() -> None:
    assert addresses(alert(THREAD), ["C1"], set(), frozenset({"C1"})) == [Address("C1", THREAD), Address("C1", EDIT)]


def test_an_update_brings_the_card_to_who_has_not_seen_the_story() -> None:
    assert addresses(alert(THREAD), ["C1", "D1"], set(), frozenset({"C1"}))[0] == Address("D1", POST)


@pytest.mark.parametrize("change", [change for change in StateChange if change is not StateChange.MERGED])
def test_a_change_of_state_speaks_even_where_it_comes_as_one_more_source(change: StateChange) -> None:
    assert alert(EDIT, state_change=change).broadcast
    assert Address("C1", THREAD) in addresses(alert(EDIT, state_change=change), ["C1"], set(), frozenset({"C1"}))


def test_a_muted_conversation_gets_no_noise_but_its_card_stays_true() -> None:
    assert addresses(alert(THREAD), ["C1"], {"C1"}, frozenset({"C1"})) == [Address("C1", EDIT)]
