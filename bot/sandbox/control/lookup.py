"""Finding what a request of the control API names, and saying plainly when it is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.specification import Kind
from bot.sandbox.wire import ControlError, Json

if TYPE_CHECKING:
    from bot.sandbox.backend import Backend
    from bot.sandbox.messages import Message
    from bot.sandbox.views import View
    from bot.sandbox.workspace import Conversation


def text_of(body: Json, name: str) -> str:
    """A string field that must be there.

    Raises:
        ControlError: it is missing or no string.
    """
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise ControlError("missing_field", f'Give "{name}" as a non-empty string.')
    return value


def person(backend: Backend, body: Json, name: str = "user") -> str:
    """The id of the person a field names by id or handle.

    Raises:
        ControlError: nobody is called so.
    """
    wanted = text_of(body, name).removeprefix("@")
    for someone in backend.workspace.people.values():
        if wanted in (someone.id, someone.name):
            return someone.id
    names = ", ".join(f"{p.id} ({p.name})" for p in backend.workspace.people.values())
    raise ControlError("user_not_found", f"Nobody here is {wanted!r}. People: {names}.", 404)


def conversation(backend: Backend, wanted: str, user: str | None = None) -> Conversation:
    """A conversation by id or name. The bot's id or name is `user`'s IM with it; a person's, that person's IM.

    Raises:
        ControlError: there is none.
    """
    workspace = backend.workspace
    found = workspace.conversations.get(wanted) or workspace.named(wanted)
    if found is not None:
        return found
    bare = wanted.removeprefix("@")
    if user is not None and bare in (workspace.app.bot_user, workspace.app.name):
        return backend.open_direct(user)[0]
    for someone in workspace.people.values():
        if bare in (someone.id, someone.name) or wanted == "D" + someone.id[1:]:
            return backend.open_direct(someone.id)[0]
    names = ", ".join(f"{c.id} (#{c.name})" for c in workspace.conversations.values() if c.name)
    raise ControlError("channel_not_found", f"There is no channel {wanted!r}. Channels: {names}.", 404)


def joined(backend: Backend, body: Json, user: str) -> Conversation:
    """The conversation of a request, which its user must be in to write there.

    Raises:
        ControlError: there is none, they are not in it, or it is archived.
    """
    found = conversation(backend, text_of(body, "channel"), user)
    if user not in found.members:
        raise ControlError("not_in_channel", f"{user} is not in {found.id}: choose one they are in.", 403)
    if found.archived:
        raise ControlError("is_archived", f"{found.id} is archived; nobody can write there.", 409)
    return found


def message(found: Conversation, body: Json, user: str) -> Message:
    """The message `messageTs` names, as far as the user can see it.

    Raises:
        ControlError: there is none.
    """
    ts = text_of(body, "messageTs")
    seen = found.seen_by(ts, user)
    if seen is None:
        where = found.name if found.kind is not Kind.IM else "this IM"
        raise ControlError("message_not_found", f"{user} sees no message {ts} in {where}.", 404)
    return seen


def open_modal(backend: Backend, user: str) -> View:
    """The modal this person looks at.

    Raises:
        ControlError: there is none.
    """
    view = backend.views.top(user)
    if view is None:
        raise ControlError("no_modal", f"{user} has no modal open: run a command or press a button first.", 409)
    return view


def view_called(backend: Backend, user: str, view_id: str) -> View:
    """A view on this person's screen by id.

    Raises:
        ControlError: there is none.
    """
    views = list(backend.views.stacks.get(user, ()))
    if user in backend.views.homes:
        views.append(backend.views.homes[user])
    for view in views:
        if view.id == view_id:
            return view
    raise ControlError("view_not_found", f"{user} has no view {view_id!r} open.", 404)
