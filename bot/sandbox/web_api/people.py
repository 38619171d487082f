"""users.* and bots.info."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.web_api.arguments import page
from bot.sandbox.web_api.method import TIER_2, TIER_3, TIER_4, Method
from bot.sandbox.wire import SlackError

if TYPE_CHECKING:
    from bot.sandbox.backend import Backend
    from bot.sandbox.web_api.arguments import Arguments
    from bot.sandbox.wire import Json

_PACIFIC = -28_800


def _users(backend: Backend) -> dict[str, Json]:
    workspace = backend.workspace
    app = workspace.app
    users = {
        app.bot_user: _user(backend, app.bot_user, app.name, app.real_name, "America/Los_Angeles", bot=True)
        | {"tz_label": "Pacific Standard Time", "tz_offset": _PACIFIC}
    }
    users[app.bot_user]["profile"] |= {"api_app_id": app.app_id, "bot_id": app.bot_id}
    for person in workspace.people.values():
        users[person.id] = _user(backend, person.id, person.name, person.real_name, person.tz) | {
            "tz_label": person.tz_label,
            "tz_offset": person.tz_offset,
        }
        users[person.id]["profile"]["title"] = person.title
    return users


def _user(backend: Backend, user_id: str, name: str, real_name: str, tz: str, *, bot: bool = False) -> Json:
    return {
        "id": user_id,
        "team_id": backend.workspace.spec.team_id,
        "name": name,
        "deleted": False,
        "color": "3c6e91",
        "real_name": real_name,
        "tz": tz,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": bot,
        "is_app_user": False,
        "updated": 0,
        "profile": {
            "real_name": real_name,
            "real_name_normalized": real_name,
            "display_name": name,
            "display_name_normalized": name,
            "status_text": "",
            "status_emoji": "",
            "team": backend.workspace.spec.team_id,
        },
    }


def _info(backend: Backend, args: Arguments) -> Json:
    user = _users(backend).get(args.required("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user | ({"locale": "en-GB"} if args.flag("include_locale") else {})}


def _list(backend: Backend, args: Arguments) -> Json:
    shown, cursor = page(list(_users(backend).values()), args.limit(200, 1000), args.cursor())
    return {"members": list(shown), "cache_ts": 0, "response_metadata": {"next_cursor": cursor}}


def _bot(backend: Backend, args: Arguments) -> Json:
    app = backend.workspace.app
    if args.text("bot") not in (None, app.bot_id):
        raise SlackError("bot_not_found")
    return {
        "bot": {
            "id": app.bot_id,
            "deleted": False,
            "name": app.real_name,
            "updated": 0,
            "app_id": app.app_id,
            "user_id": app.bot_user,
            "icons": {},
        },
    }


METHODS = (
    Method("users.info", _info, scope="users:read", per_minute=TIER_4),
    Method("users.list", _list, scope="users:read", per_minute=TIER_2),
    Method("bots.info", _bot, scope="users:read", per_minute=TIER_3),
)
