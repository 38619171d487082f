"""What people type, as requests."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.talks import TALKS

from bot.domain.decision import Urgency
from bot.domain.errors import UserError
from handlers.grammar import (
    ChooseTracks,
    MuteTracks,
    Place,
    Request,
    ShowHelp,
    ShowSources,
    ShowStatus,
    ShowSubscriptions,
    ShowTrack,
    Subscribe,
    UnmuteTracks,
    Unsubscribe,
    duration,
    parse,
    parse_talk,
)
from handlers.tracks import TrackIndex

INDEX = TrackIndex((TALKS,))
TERRITORY, ECONOMY = ("talks", "territory"), ("talks", "economy")


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("", ShowStatus()),
        ("  status ", ShowStatus()),
        ("all", ShowStatus()),
        ("Territory", ShowTrack(TERRITORY)),
        ("status territory", ShowTrack(TERRITORY)),
        ("territory, sanctions", ShowStatus((TERRITORY, ECONOMY))),
        ("subscribe", ChooseTracks()),
        ("subscribe here", ChooseTracks(Place.HERE)),
        ("subscribe territory", Subscribe((TERRITORY,), Place.DM, Urgency.LOW)),
        ("SUBSCRIBE Territory HERE Urgent", Subscribe((TERRITORY,), Place.HERE, Urgency.URGENT)),
        (
            "subscribe to economy and sanctions, land in here flash",
            Subscribe((ECONOMY, TERRITORY), Place.HERE, Urgency.FLASH),
        ),
        ("subscribe all dm", Subscribe((("talks", "*"),), Place.DM, Urgency.LOW)),
        ("subscribe list", ShowSubscriptions()),
        ("follow land", Subscribe((TERRITORY,), Place.DM, Urgency.LOW)),
        ("unsubscribe territory here", Unsubscribe((TERRITORY,), Place.HERE)),
        ("unsubscribe all", Unsubscribe(None, Place.DM)),
        ("unsubscribe", ShowSubscriptions()),
        ("list", ShowSubscriptions()),
        ("mute territory 4h", MuteTracks((TERRITORY,), timedelta(hours=4))),
        ("mute territory for 30 minutes", MuteTracks((TERRITORY,), timedelta(minutes=30))),
        ("mute 2d land", MuteTracks((TERRITORY,), timedelta(days=2))),
        ("mute all 1w", MuteTracks(INDEX.keys, timedelta(weeks=1))),
        ("unmute land", UnmuteTracks((TERRITORY,))),
        ("unmute", UnmuteTracks(None)),
        ("sources", ShowSources()),
        ("help", ShowHelp()),
        ("?", ShowStatus()),
    ],
)
def test_a_command_means(text: str, request_: Request) -> None:
    assert parse(text, INDEX) == request_


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        ("mute territory", "For how long?", "Try `/peace-status mute territory 4h`; also `30m`, `2d`"),
        ("mute 4h", "Which track should be silent here?", "Try `/peace-status mute security 4h`"),
        (
            "mute land 400d",
            "A track can be muted for a minute up to 90 days, not for “400d”",
            "Try `/peace-status mute security 2d`, or `/peace-status unsubscribe security`",
        ),
        ("mute land 0h", "A track can be muted for a minute up to 90 days, not for “0h”", None),
        ("subcribe land", "I do not know “subcribe”", "Did you mean subscribe? Try `/peace-status subscribe security`"),
        (
            "subscribe teritory",
            "I do not know “teritory”",
            "Did you mean territory? Try `/peace-status subscribe territory`",
        ),
    ],
)
def test_a_mistake_is_told_with_what_to_type(text: str, what: str, remedy: str | None) -> None:
    with pytest.raises(UserError) as refused:
        parse(text, INDEX)
    assert refused.value.what == what
    if remedy is not None:
        assert refused.value.remedy == remedy


def test_what_slack_escaped_is_read_as_it_was_typed() -> None:
    with pytest.raises(UserError, match="“<zz>&”"):
        parse("&lt;zz&gt;&amp;", INDEX)


@pytest.mark.parametrize(
    ("said", "request_"),
    [
        ("<@U0BOT> status territory", ShowTrack(TERRITORY)),
        ("<@U0BOT>: how is the territory question going?", ShowTrack(TERRITORY)),
        ("what's new on land and on sanctions?", ShowStatus((TERRITORY, ECONOMY))),
        ("<@U0BOT>", ShowStatus()),
        ("hi", ShowHelp()),
        ("Hello there friend!", ShowHelp()),
        ("subscribe territory", Subscribe((TERRITORY,), Place.DM, Urgency.LOW)),
    ],
)
def test_running_text_is_enough_in_a_mention(said: str, request_: Request) -> None:
    answer = parse_talk(said, INDEX)
    if isinstance(request_, ShowStatus):
        assert isinstance(answer, ShowStatus)
        assert set(answer.tracks) == set(request_.tracks)
    else:
        assert answer == request_


def test_text_that_means_nothing_is_not_met_with_silence() -> None:
    with pytest.raises(UserError, match="I do not know"):
        parse_talk("<@U0BOT> lorem ipsum dolor", INDEX)


def test_a_duration_alone() -> None:
    assert duration("12h") == timedelta(hours=12)
    with pytest.raises(ValueError, match="soon"):
        duration("soon")
