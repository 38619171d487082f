"""A chapter: some dozens of cases on one database, with rests in which everything may come to its end, and an audit."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.domain.delivery import DeliveryState
from bot.soak.audit import audit, unfinished
from bot.soak.faults import LAG, NONE, OF_SOCKET, UNANSWERED, arming
from bot.soak.points import ANYWHERE
from bot.soak.result import Case
from bot.soak.script import CONVERSATIONS
from bot.storage.schema import deliveries

if TYPE_CHECKING:
    import random
    from collections.abc import Awaitable, Callable

    from bot.sandbox.client import ControlClient
    from bot.soak.clock import SoakClock
    from bot.soak.nursery import Life
    from bot.soak.result import Result
    from bot.soak.script import Script
    from bot.storage.database import Database

ASKED_IN = "C0ASK"
"""Where people mention the bot: apart from alerts, so that no answer meets a fault meant for one."""

_PATIENCE = 200.0  # of the soak's seconds
_TRIES = 2
_LONGEST_REST = 90.0
_LONGEST_RANDOM = 0.6
# The soak's seconds. Unknown for 300 with no history to read, a message is knowingly sent again.
_LONGEST_UNKNOWN = 60.0
_LOOK = 0.03
# Passed many times a second, with news or without: the process dies at one of the first of these.
_OFTEN = ("claim_due", "undecided", "unaddressed", "current", "conversations_waiting")
_OFTEN_TIMES = 3
_OF_ALL = ("pause", "probe")  # about the workspace, not about a conversation
_MORE_NEWS = 1 / 4
_NEWS = {"deliver: edit": ("edit",), "deliver: post": ("post", "thread"), "deliver: card_ts": ("thread",)}


class Chapter:
    """Runs cases and counts them into a result.

    `start` has a worker live until (point, nth, conversation), hearing Slack or not; without a point, until killed.
    """

    def __init__(
        self,
        result: Result,
        start: Callable[[str | None, int, str | None, bool], Awaitable[Life]],
        *,
        database: Database,
        slack: ControlClient,
        script: Script,
        clock: SoakClock,
        chance: random.Random,
    ) -> None:
        self._result = result
        self._start = start
        self._database = database
        self._slack = slack
        self._script = script
        self._clock = clock
        self._chance = chance
        self._armed: dict[int, str] = {}
        self._asked: list[tuple[str, str]] = []

    async def case(self, case: Case) -> None:
        """Publish news, arm the fault, and have a worker die at the point; if it does not come by, once more."""
        for _ in range(_TRIES):
            if await self._try(case):
                return

    async def _try(self, case: Case) -> bool:
        if await self._longest_unknown() > _LONGEST_UNKNOWN:
            await self.rest()
        conversation = self._chance.choice(CONVERSATIONS)
        finding = case.point.startswith("deliver: find")
        reading = finding and case.fault != LAG and self._chance.random() < 1 / 2
        if finding and (reading or case.fault not in UNANSWERED):
            # History is read only after a call whose end nobody saw: one that was begun by a process that died.
            await self._live(Case("deliver: post, before", NONE), conversation)
        return await self._live(case, conversation, reading=reading)

    async def rest(self) -> None:
        """Let a worker live until nothing is under way; what does not come to its end in time is noted."""
        life = await self._start(None, 1, None, False)  # noqa: FBT003 -- a callable has no keywords
        left: list[str] = ["everything"]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_REST):
                while left and not life.ended.done():
                    await asyncio.sleep(_LOOK)
                    left = await unfinished(self._database, self._script)
        life.kill()
        await life.ended
        self._result.at_rest += 1
        if left:
            self._result.unfinished.append(", ".join(left))
        self._script.settle()

    async def end(self) -> None:
        """Rest, and look at what Slack shows."""
        await self.rest()
        result = self._result
        result.findings.add(await audit(self._slack, self._database, self._script, self._asked))
        for each in await self._slack.faults():
            result.met[self._armed[each["id"]]] += each["met"]
        result.mentions += len(self._asked)
        result.developments += len(self._script.developments)
        result.reports += len(self._script.articles) + self._script.revisions
        result.notes += len(self._script.notes)

    async def _live(self, case: Case, conversation: str, *, reading: bool = False) -> bool:
        self._publish(case, conversation)
        armed = arming(case.fault, case.point, conversation, reading=reading)
        if armed is not None:
            name, fields = armed
            self._armed[await self._slack.arm(name, **fields)] = case.fault
        anywhere = case.point == ANYWHERE
        method = case.point.split(": ")[1].split(",")[0]
        life = await self._start(
            None if anywhere else case.point,
            self._chance.randint(1, _OFTEN_TIMES) if method in _OFTEN else 1,
            conversation if case.point.startswith("deliver") and method not in (*_OFTEN, *_OF_ALL) else None,
            case.fault in OF_SOCKET,
        )
        asking = asyncio.create_task(self._ask(life), name="a mention") if case.fault in OF_SOCKET else None
        if anywhere:
            await asyncio.wait([life.ended], timeout=self._chance.uniform(0, _LONGEST_RANDOM))
        else:
            await self._patiently(life)
        reached = life.ended.done()
        life.kill()
        ended = await life.ended
        if asking is not None:
            asking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asking
        killed = (reached or anywhere) and ended == -signal.SIGKILL
        if killed:
            self._result.by_point[case.point] += 1
            self._result.by_fault[case.fault] += 1
            self._result.cases.add(case)
        else:
            self._result.missed[case.point] += 1
        return killed

    async def _patiently(self, life: Life) -> None:
        """Wait for a life to end, but not for ever."""
        until = self._clock.seconds() + _PATIENCE
        while not life.ended.done() and self._clock.seconds() < until:
            await asyncio.wait([life.ended], timeout=_LOOK)

    def _publish(self, case: Case, conversation: str) -> None:
        now = self._clock()
        method = case.point.split(",")[0]
        heard_in = conversation if method.startswith("deliver") else None
        self._script.next(now, wanted=self._chance.choice(_NEWS.get(method, (None,))), heard_in=heard_in)
        if self._chance.random() < _MORE_NEWS:
            self._script.next(now)

    async def _ask(self, life: Life) -> None:
        """A person mentions the bot once it listens."""
        while not (await self._slack.state())["connections"]:
            if life.ended.done():
                return
            await asyncio.sleep(_LOOK / 3)
        asked = await self._slack.do("message", channel=ASKED_IN, user="dana", text="@backchannel help")
        self._asked.append((asked["channel"], asked["ts"]))

    async def _longest_unknown(self) -> float:
        oldest = select(func.min(deliveries.c.attempted_at)).where(deliveries.c.state == DeliveryState.SENDING)
        async with self._database.read() as connection:
            began = await connection.scalar(oldest)
        return (self._clock() - began).total_seconds() if began is not None else 0.0
