"""Everything behind the API, in one object that the methods, interactions and the control API are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.events import Events
from bot.sandbox.faults import Faults
from bot.sandbox.journal import Journal
from bot.sandbox.pages import Pages
from bot.sandbox.ratelimit import RateLimiter
from bot.sandbox.socket_mode import SocketMode
from bot.sandbox.tasks import Tasks
from bot.sandbox.tickets import Tickets
from bot.sandbox.views import Views
from bot.sandbox.wire import SlackError
from bot.sandbox.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.limits import Limits
    from bot.sandbox.specification import WorkspaceSpec
    from bot.sandbox.workspace import Conversation


class Backend:
    """The parts of the sandbox, built once. `url` is known only when the server listens."""

    def __init__(self, spec: WorkspaceSpec, limits: Limits, clock: Callable[[], float]) -> None:
        self.limits = limits
        self.url = ""
        self.tasks = Tasks()
        self.pages = Pages()
        self.journal = Journal(clock)
        self.tickets = Tickets(limits, clock)
        self.pacing = RateLimiter(clock)
        self.faults = Faults(clock)
        self.views = Views(spec, limits, clock)
        self.workspace = Workspace(spec, clock)
        self.sockets = SocketMode(spec.app, limits, self.tickets, self.journal, self.pages, faults=self.faults)
        self.events = Events(self.workspace, self.sockets, limits, self.tasks, clock)

    async def reset(self) -> None:
        """Back to the start, except that the app's sockets stay open. Undelivered events are dropped."""
        await self.tasks.cancel()
        self.workspace.reset()
        self.views.reset()
        self.tickets.reset()
        self.pacing.reset()
        self.faults.reset()
        self.journal.reset()
        for what in ("channels", "state"):
            self.pages.changed(what)

    def open_direct(self, user: str) -> tuple[Conversation, bool]:
        """The IM between the bot and this person, and whether it stood open before; pages hear of a new one."""
        direct, already = self.workspace.open_direct(user)
        if not already:
            self.pages.changed("channels")
        return direct, already

    def need(self, scope: str) -> None:
        """Refuse a call the app's scopes do not cover.

        Raises:
            SlackError: `missing_scope`, naming it.
        """
        granted = self.workspace.app.scopes
        if scope not in granted:
            raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(granted)))
