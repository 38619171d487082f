"""What people say is wrong with an alert: asked from its card, sent from a modal, and why it was alerted at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.alert import Feedback, Verdict
from bot.domain.errors import UserError
from bot.queries.alike import alike
from bot.slack.blocks import card, judging, modals
from bot.slack.blocks.explanation import why_modal
from bot.slack.blocks.subscriptions import said
from handlers.fields import chosen, chosen_all
from handlers.inbox import key_of
from handlers.listening import acked
from handlers.surfaces import after_modal, show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_bolt.async_app import AsyncApp
    from slack_bolt.kwargs_injection.async_args import AsyncArgs

    from bot.domain.development import Development
    from handlers.services import Services

_ALREADY = "That has been said already; nothing more was changed."


def register(app: AsyncApp, services: Services) -> None:
    """The card's menu and its modals."""
    app.action(card.NOT_NEW)(acked(open_not_new, services))
    app.action(card.MORE)(acked(open_chosen, services))
    app.view(judging.NOT_NEW)(acked(judge_not_new, services))
    app.view(judging.WRONG_TRACK)(acked(judge_tracks, services, checked=check_tracks))
    app.view(judging.SAME_AS)(acked(judge_same, services))


async def known(development: str, services: Services) -> Development:
    """A development by id; where it was merged into another, that one.

    Raises:
        UserError: It is not kept any more.
    """
    found = await services.developments.development(development)
    if found is not None and found.merger is not None:
        found = await services.developments.development(found.merger.into)
    if found is None:
        raise forgotten()
    return found


def forgotten() -> UserError:
    """What to say of a card older than what is kept."""
    return UserError("That development is no longer kept", remedy="See what is with `/peace-status`")


async def open_not_new(args: AsyncArgs, services: Services) -> None:
    """Ask what it repeats."""
    development = await known(str(args.body["actions"][0]["value"]), services)
    others = await alike(development, services.developments, now=services.clock())
    negotiation = services.negotiation(development.negotiation)
    await show(args, judging.not_new_modal(negotiation, development, others, _conversation(args)))


async def open_chosen(args: AsyncArgs, services: Services) -> None:
    """What was chosen in the card's menu."""
    choice, _, identity = str(args.body["actions"][0]["selected_option"]["value"]).partition(":")
    development = await known(identity, services)
    negotiation = services.negotiation(development.negotiation)
    if choice == card.WHY:
        decided = await services.developments.decided(development.id)
        view = why_modal(development, negotiation, decided)
    elif choice == card.WRONG_TRACK:
        view = judging.wrong_track_modal(negotiation, development, _conversation(args))
    else:
        others = await alike(development, services.developments, now=services.clock())
        view = judging.same_as_modal(negotiation, development, others, _conversation(args))
    await show(args, view)


def check_tracks(view: Mapping[str, Any]) -> dict[str, str]:
    """Other tracks than it is on; that there are some Slack sees to."""
    if ",".join(sorted(chosen_all(view, modals.TRACKS))) == modals.kept(view)[judging.NOW_ON]:
        return {modals.TRACKS: "It is on these tracks now. Choose the right ones."}
    return {}


async def judge_not_new(args: AsyncArgs, services: Services) -> None:
    """The desk knew it."""
    other = chosen(args.body["view"], judging.OTHER)
    kept = await _judge(args, services, Verdict.NOT_NEW, other=other)
    await _answer(args, "Thank you. Marked not new. The card will say so, with your name." if kept else _ALREADY)


async def judge_tracks(args: AsyncArgs, services: Services) -> None:
    """It belongs to other tracks."""
    tracks = chosen_all(args.body["view"], modals.TRACKS)
    kept = await _judge(args, services, Verdict.WRONG_TRACK, tracks=tuple(tracks))
    negotiation = modals.kept(args.body["view"])["negotiation"]
    names = services.names.tracks((negotiation, track) for track in tracks)
    await _answer(
        args, f"Thank you. It is on *{names}* now. The card will say so, with your name." if kept else _ALREADY
    )


async def judge_same(args: AsyncArgs, services: Services) -> None:
    """It is the same as another."""
    other = chosen(args.body["view"], judging.OTHER)
    kept = await _judge(args, services, Verdict.SAME_AS, other=other)
    merged = (
        "Thank you. The two are one now: the older card goes on with the reports of both, and the newer says so, with "
        "your name."
    )
    await _answer(args, merged if kept else "They are one already; nothing was changed.")


async def _judge(
    args: AsyncArgs, services: Services, verdict: Verdict, *, tracks: tuple[str, ...] = (), other: str | None = None
) -> bool:
    view = args.body["view"]
    return await services.desk.judge(
        Feedback(
            development=modals.kept(view)["development"],
            user=args.body["user"]["id"],
            verdict=verdict,
            at=services.clock(),
            tracks=tracks,
            note=str(chosen(view, judging.NOTE) or ""),
            other=other,
        ),
        request=key_of(args),
    )


async def _answer(args: AsyncArgs, text: str) -> None:
    """Tell the person alone; the card tells everybody."""
    await after_modal(args.body["view"], args.body["user"]["id"], args.client).say(said(text))


def _conversation(args: AsyncArgs) -> str:
    return str(args.body["channel"]["id"])
