"""views.*: opening, stacking, changing modals, and publishing Home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.web_api.method import TIER_4, Method
from bot.sandbox.wire import Json, SlackError

if TYPE_CHECKING:
    from bot.sandbox.backend import Backend
    from bot.sandbox.views import View
    from bot.sandbox.web_api.arguments import Arguments


def _given(args: Arguments) -> Json:
    view = args.values.get("view")
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", ["missing required field: view [json-pointer:/view]"])
    return view


def _shown(backend: Backend, view: View) -> Json:
    home = view.given["type"] == "home"
    backend.pages.changed("home" if home else "view", user=view.user)
    return {"view": backend.views.wire(view)}


def _open(backend: Backend, args: Arguments) -> Json:
    given = _given(args)
    backend.views.check(given, "modal")  # a view Slack refuses leaves its trigger unused
    trigger = backend.tickets.redeem_trigger(args.required("trigger_id"))
    return _shown(backend, backend.views.open(trigger.user, given, trigger.channel))


def _push(backend: Backend, args: Arguments) -> Json:
    given = _given(args)
    backend.views.check(given, "modal")  # a view Slack refuses leaves its trigger unused
    trigger = backend.tickets.redeem_trigger(args.required("trigger_id"))
    return _shown(backend, backend.views.push(trigger.user, given, trigger.channel))


def _update(backend: Backend, args: Arguments) -> Json:
    view = backend.views.find(args.text("view_id"), args.text("external_id"))
    return _shown(backend, backend.views.update(view, _given(args), args.text("hash")))


def _publish(backend: Backend, args: Arguments) -> Json:
    user = args.required("user_id")
    if user not in backend.workspace.people:
        raise SlackError("user_not_found")
    return _shown(backend, backend.views.publish(user, _given(args), args.text("hash")))


METHODS = (
    Method("views.open", _open, per_minute=TIER_4),
    Method("views.push", _push, per_minute=TIER_4),
    Method("views.update", _update, per_minute=TIER_4),
    Method("views.publish", _publish, per_minute=TIER_4),
)
