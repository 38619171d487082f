"""Whatever comes in, what goes out is within Slack's limits; and the check itself finds each breach."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from slack_sdk.models.blocks import Block
from support.talks import OPENED, REPORT, TALKS, development, report

from bot.domain.alert import Alert, Feedback, Message, Verdict
from bot.domain.condition import Condition
from bot.domain.decision import AlertAction, Corroboration, Decided, Decision, Kind, StateChange, Status, Urgency
from bot.domain.development import Development, Merger
from bot.domain.errors import UserError
from bot.domain.evidence import Evidence, Nearest, Weight
from bot.domain.source import Problem, Source, SourceHealth, Tier
from bot.domain.subscription import Mute, Subscription
from bot.queries.sources import SourcesReport, SourceStanding
from bot.queries.status import NegotiationStatus, TrackReport, TrackStatus
from bot.queries.timeline import Moment, Timeline
from bot.slack.blocks import (
    health,
    help,  # noqa: A004 - the module of that name
    home,
    judging,
    modals,
    standing,
    subscriptions,
)
from bot.slack.blocks.card import card
from bot.slack.blocks.explanation import why_modal
from bot.slack.blocks.limits import message_problems, view_problems
from bot.slack.blocks.thread import thread_update
from config.schema import Actor, Negotiation, Party, Track

MONSTERS = {
    "long": "word " * 4_000,
    "unbroken": "x" * 20_000,
    "escaped": "&<>" * 5_000,
    "mentions": "<!channel> <@U1> *b* `c` _d_ > " * 500,
    "astral": "👩‍🚒🇺🇦" * 3_000,
    "invisible": "\u202e\u200b\x00" * 3_000,
    "lines": "\n>\n* \n" * 3_000,
    "empty": "",
    "surrogates": "\ud800a" * 3_000,
}


def monstrous(text: str) -> Negotiation:
    """A negotiation whose every word is `text` (or a letter where one is needed)."""
    name = text[:200].encode(errors="ignore").decode().strip() or "n"  # files are UTF-8
    return TALKS.model_copy(
        update={
            "name": name,
            "tracks": tuple(Track(id=f"t{n}", name=name + str(n), covers=name, seeds={}) for n in range(120)),
            "parties": tuple(Party(id=f"p{n}", name=name) for n in range(60)),
            "actors": tuple(Actor(id=f"a{n}", name=name, aliases={}) for n in range(60)),
        }
    )


def development_of(text: str) -> Any:
    one = report(
        1,
        url=f"https://x.example/{text}",
        outlet=text,
        title=text,
        summary=text,
        origin=text,
        language=text,
        revised_from=text,
    )
    reports = [
        replace(
            one, item=f"i{n}", origin=f"{text}{n}", party=f"p{n % 60}", status=Status.COPY if n % 3 else Status.REPORT
        )
        for n in range(80)
    ]
    return development(
        *reports,
        tracks=tuple(f"t{n}" for n in range(120)),
        parties=tuple(f"p{n}" for n in range(60)),
        people=tuple(f"a{n}" for n in range(60)),
        urgency_reasons=(text,) * 40,
        follows="d0",
        follows_reports=(one,),
    )


@cache
def messages_of(text: str) -> dict[str, Message]:
    negotiation, told = monstrous(text), development_of(text)
    names = subscriptions.Names({negotiation.id: negotiation})
    judged = [Feedback("d1", text, verdict, OPENED, ("t1", "t2"), text, "d0", told.lead) for verdict in Verdict] * 9
    merger = Merger("d0", "d1", OPENED, text, text, told.lead, told.reports)
    left = tuple(replace(each, now_says=text, left_at=OPENED) for each in told.reports)
    righted = replace(told, former=left, absorbed=(merger,) * 60)
    counts = dict.fromkeys(Corroboration, 10**9)
    tracks = tuple(TrackStatus(track, told, (10**9,) * 7, counts) for track in negotiation.tracks)
    state = NegotiationStatus(negotiation, tracks, OPENED)
    keys = [(negotiation.id, track.id) for track in negotiation.tracks]
    subscribed = [Subscription("U1", f"C{n}", *key, Urgency.LOW, OPENED) for n, key in enumerate(keys)]
    muted = [Mute(f"C{n}", *key, OPENED, "U1") for n, key in enumerate(keys)]
    return {
        "card": card(told, negotiation, feedback=judged),
        "card put right": card(righted, negotiation, feedback=judged),
        "not new": card(replace(righted, not_new=True), negotiation, feedback=judged, elsewhere="https://x.example/1"),
        "merged": card(replace(righted, merger=merger, reports=()), negotiation, feedback=judged),
        "withdrawn": card(replace(righted, reports=()), negotiation, feedback=judged),
        "one fewer": thread_update(
            replace(righted, reports=told.reports[:1]), negotiation, Alert("d1", 2, AlertAction.THREAD, "i5", OPENED)
        ),
        **{
            f"{change}": thread_update(
                righted, negotiation, Alert("d1", 2, AlertAction.THREAD, "i5", OPENED, text, state_change=change)
            )
            for change in (*StateChange, None)
        },
        "new": thread_update(
            replace(told, reports=tuple(replace(each, revised_from=None) for each in told.reports)),
            negotiation,
            Alert("d1", 2, AlertAction.THREAD, "i5", OPENED, text),
        ),
        "status": standing.status_answer([state]),
        "three statuses": standing.status_answer([state] * 3),
        "track": standing.track_answer(TrackReport(negotiation, tracks[0], (told,) * 5, OPENED)),
        "timeline": standing.timeline_answer(
            Timeline(told, tuple(Moment(each, 1, first=True) for each in told.reports), told), negotiation
        ),
        "sources": health.sources_answer([sources_of(text, negotiation)] * 2),
        "list": subscriptions.subscription_list(names, subscribed, subscribed[:50], muted, "C1"),
        "subscribed": subscriptions.said(subscriptions.subscribed_text(names, keys, "C1", Urgency.FLASH)),
        "unsubscribed": subscriptions.said(subscriptions.unsubscribed_text(names, keys, "C1")),
        "muted": subscriptions.said(subscriptions.muted_text(names, keys, "C1", OPENED)),
        "help": help.help_answer([negotiation] * 3),
        "welcome": help.welcome([negotiation]),
        "misunderstood": help.not_understood(UserError(text or "what", remedy=text or None)),
    }


def messages_merger(told: Development, text: str) -> tuple[Merger, ...]:
    return (Merger("d0", "d1", OPENED, None, text, told.lead, told.reports),) * 60


def decided_of(text: str, told: Development) -> list[Decided]:
    signs = tuple(Weight(text, share) for share in (3.0, -3.0)) * 20
    evidence = Evidence(Nearest("d0", "i1", text, "https://x.example", text, 0.31, 0.6, signs), signs, text)
    return [
        Decided(
            Decision(each.item, Kind.DEVELOPMENT, relevant=True, status=status, change=text, why=(text,), **more),
            OPENED,
            text,
            each.url,
            text,
        )
        for each in told.reports
        for status in (Status.NEW, Status.UPDATE)
        for more in ({"evidence": evidence, "origin": text}, {})
    ]


def sources_of(text: str, negotiation: Negotiation) -> SourcesReport:
    source = Source("s", negotiation.id, text, "https://x.example", "en", Tier.OTHER, None, timedelta(minutes=1))
    record = SourceHealth(
        source, OPENED, OPENED, OPENED, OPENED, 3, Problem.TIMEOUT, text, stopped=False, items_last_day=3
    )
    return SourcesReport(
        negotiation, tuple(SourceStanding(record, each) for each in Condition for _ in range(30)), OPENED
    )


@pytest.mark.parametrize("text", MONSTERS.values(), ids=MONSTERS)
def test_every_message_is_within_slacks_limits(text: str) -> None:
    for name, message in messages_of(text).items():
        assert message_problems(message) == [], name
        assert not {"<!channel>", "<!here>", "<@U1>"} & set(mentions(message)), name
        assert Block.parse_all(list(message.blocks)), name
        json.dumps([message.text, message.blocks], ensure_ascii=False).encode()


@pytest.mark.parametrize("text", MONSTERS.values(), ids=MONSTERS)
def test_every_view_is_within_slacks_limits(text: str) -> None:
    negotiation, told = monstrous(text), development_of(text)
    messages = messages_of(text)
    names = subscriptions.Names({negotiation.id: negotiation})
    tracks = tuple(TrackStatus(track, told, (1,) * 7, dict.fromkeys(Corroboration, 1)) for track in negotiation.tracks)
    keys = [(negotiation.id, track.id) for track in negotiation.tracks]
    views = {
        "home": home.home_view(
            [NegotiationStatus(negotiation, tracks, OPENED)],
            names,
            [Subscription("U1", "C1", *key, Urgency.LOW, OPENED) for key in keys],
            [Mute("C1", *key, OPENED, "U1") for key in keys],
            now=OPENED,
        ),
        "broken home": home.broken_home(messages["misunderstood"]),
        "subscribe": modals.subscribe_modal(
            [negotiation], chosen=f"{negotiation.id}:t3", conversation="C1", place="here"
        ),
        "mute": modals.mute_modal(negotiation, told, "C1"),
        "not new": judging.not_new_modal(negotiation, told, [told] * 120, "C1"),
        "not new alone": judging.not_new_modal(negotiation, told, [], "C1"),
        "wrong track": judging.wrong_track_modal(negotiation, told, "C1"),
        "same as": judging.same_as_modal(negotiation, told, [told] * 120, "C1"),
        "same as none": judging.same_as_modal(negotiation, told, [], "C1"),
        "why": why_modal(replace(told, absorbed=messages_merger(told, text)), negotiation, decided_of(text, told)),
        "why unknown": why_modal(told, negotiation, []),
        **{f"told {name}": modals.told_modal(message) for name, message in messages.items()},
    }
    for name, view in views.items():
        assert view_problems(view) == [], name
        assert len(json.dumps(view, ensure_ascii=False).encode()) < 250_000, name


def mentions(message: Message) -> list[str]:
    whole = json.dumps([message.text, message.blocks], ensure_ascii=False)
    return [mention for mention in ("<!channel>", "<!here>", "<@U1>") if mention in whole]


GOOD = card(development(REPORT, report(2)), TALKS, feedback=())


def with_change(change: Any) -> Message:
    blocks: Any = deepcopy(GOOD.blocks)
    change(blocks)
    return Message(GOOD.text, tuple(blocks))


@pytest.mark.parametrize(
    ("break_it", "named"),
    [
        (lambda b: b[0]["text"].update(text="x" * 151), "blocks[0].text: 151 characters, 150 allowed"),
        (lambda b: b[0]["text"].update(type="mrkdwn"), "blocks[0].text: a header is plain text"),
        (lambda b: b[1]["text"].update(text="x" * 3001), "blocks[1].text: 3001 characters, 3000 allowed"),
        (lambda b: b[1]["text"].update(text=" "), "blocks[1].text: empty"),
        (lambda b: b[1].pop("text"), "blocks[1]: neither text nor fields"),
        (lambda b: b[1].update(fields=[{"text": "x" * 2001}]), "blocks[1].fields[0]: 2001 characters, 2000 allowed"),
        (lambda b: b[1].update(fields=[{"text": "x"}] * 11), "blocks[1].fields: 11, 1 to 10 allowed"),
        (lambda b: b[4].update(elements=b[4]["elements"] * 11), "blocks[4].elements: 11, 1 to 10 allowed"),
        (
            lambda b: b[5]["elements"][0]["text"].update(text="x" * 76),
            "blocks[5].elements[0].text: 76 characters, 75 allowed",
        ),
        (
            lambda b: b[5]["elements"][0].update(value="x" * 2001),
            "blocks[5].elements[0].value: 2001 characters, 2000 allowed",
        ),
        (lambda b: b[5]["elements"][0].update(action_id="alert_mute"), "blocks[5]: action_id 'alert_mute' twice"),
        (lambda b: [each.update(block_id="same") for each in b[:2]], "block_id 'same': used 2 times"),
        (lambda b: b[1].update(type="rich_text"), "blocks[1].type: 'rich_text' is not one we send"),
    ],
)
def test_a_breach_is_found_and_named(break_it: Any, named: str) -> None:
    assert message_problems(GOOD) == []
    assert named in message_problems(with_change(break_it))


def test_too_many_blocks_and_too_much_in_all_is_found() -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 51
    problems = message_problems(Message("text", tuple(blocks)))
    assert problems[0] == "blocks: 51, 50 allowed"
    assert "13200 allowed" in problems[-1]
    assert message_problems(Message("")) == ["text: empty"]


def test_a_modals_own_breaches_are_found() -> None:
    view: Any = modals.subscribe_modal([TALKS], conversation="C1")
    view["title"]["text"] = "x" * 25
    view["private_metadata"] = "x" * 3001
    del view["submit"]
    view["blocks"][1]["element"]["options"] *= 6
    view["blocks"][0]["element"]["initial_options"] = [{"text": {"text": "no"}, "value": "no"}]
    assert set(view_problems(view)) == {
        "title: 25 characters, 24 allowed",
        "private_metadata: more than 3000 characters",
        "submit: missing, and there are inputs",
        "blocks[1].element.options: 12, 1 to 10 allowed",
        "blocks[0].element: starts with 'no', which is not offered",
    }
