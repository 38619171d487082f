"""The addresses an interaction's answers are posted to: five times within half an hour, no token needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.content import read_content
from bot.sandbox.posting import delete, edit, post_as_bot
from bot.sandbox.web_api.arguments import read_arguments
from bot.sandbox.wire import Json, SlackError

if TYPE_CHECKING:
    from bot.sandbox.backend import Backend
    from bot.sandbox.messages import Message
    from bot.sandbox.tickets import ResponseUrl

_GONE = ("expired_url", "used_url")


class ResponseUrls:
    """Serves `/commands/TEAM/KEY` and `/actions/TEAM/KEY`."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def serve(self, request: web.Request) -> web.Response:
        """Answer one post: "ok", or HTTP 404 for a spent address and 400 for a message Slack would not show."""
        values: Json = {}
        try:
            values = await read_arguments(request)
            self._answer(self._backend.tickets.redeem_response(request.match_info["key"]), values)
        except SlackError as refusal:
            self._note(values, refusal.code, refusal.problems)
            return web.json_response(refusal.body(), status=404 if refusal.code in _GONE else 400)
        self._note(values, None, [])
        return web.Response(text="ok")

    def _note(self, values: Json, error: str | None, problems: list[str]) -> None:
        self._backend.journal.add(
            "api", method="response_url", args=values, ok=error is None, error=error, problems=problems or None
        )

    def _answer(self, place: ResponseUrl, values: Json) -> None:
        backend = self._backend
        conversation = backend.workspace.conversations.get(place.channel)
        if conversation is None:
            raise SlackError("channel_not_found")
        original = self._original(place)
        if values.get("delete_original") is True and original is not None:
            delete(backend, original)
            return
        content = read_content(values, backend.limits)
        if values.get("replace_original") is True and original is not None:
            edit(backend, original, content)
            return
        to_all = values.get("response_type") == "in_channel"
        post_as_bot(
            backend,
            conversation,
            content,
            thread_ts=values.get("thread_ts"),
            ephemeral_to=None if to_all else place.user,
        )

    def _original(self, place: ResponseUrl) -> Message | None:
        """The message the interaction was on, if it is still there and the app's own."""
        if place.message_ts is None:
            return None
        conversation = self._backend.workspace.conversations[place.channel]
        found = conversation.seen_by(place.message_ts, place.user)
        return found if found is not None and found.bot_id is not None else None
