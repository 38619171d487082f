"""The audit: what Slack shows in the end, against what the script published; the bot's own books tell order only."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.domain.decision import AlertAction
from bot.domain.delivery import DeliveryState
from bot.soak.script import CONVERSATIONS
from bot.storage.catch_ups import order as place
from bot.storage.schema import alerts, deliveries, items

if TYPE_CHECKING:
    from bot.sandbox.client import ControlClient
    from bot.sandbox.wire import Json
    from bot.soak.script import Script
    from bot.storage.database import Database

_DEVELOPMENT = re.compile(r"Development (\d+):")
_NOTE = re.compile(r"brings note (\d+)", re.IGNORECASE)
_REPORTS = re.compile(r"\*Sources\* · (\d+) report")
_MOST_TOLD = 20


@dataclass(slots=True)
class Findings:
    """Counts of one or more audits. Everything but `messages` and `edits` should be 0; `told` are examples."""

    messages: int = 0
    edits: int = 0
    lost: int = 0
    duplicated: int = 0
    out_of_order: int = 0
    astray: int = 0
    stale_cards: int = 0
    answered_twice: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> int:
        """How many faults of ours there are in all."""
        return self.lost + self.duplicated + self.out_of_order + self.astray + self.stale_cards + self.answered_twice

    def add(self, other: Findings) -> None:
        """Count another audit in."""
        for each in fields(self):
            if each.name == "told":
                self.told = [*self.told, *other.told][:_MOST_TOLD]
            else:
                setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


async def audit(slack: ControlClient, database: Database, script: Script, asked: list[tuple[str, str]]) -> Findings:
    """Look at every conversation; `asked` are the mentions by people, as (channel, ts)."""
    found = Findings()
    order = await _order(database)
    async with database.read() as connection:
        edits = select(deliveries.c.id).where(deliveries.c.action == "edit", deliveries.c.state == DeliveryState.SENT)
        found.edits = len((await connection.execute(edits)).all())
    for conversation in CONVERSATIONS:
        look(found, conversation, await slack.messages(conversation), script, order)
    for channel, ts in asked:
        answers = [each for each in await slack.messages(channel) if each["is_bot"] and each.get("thread_ts") == ts]
        found.answered_twice += max(len(answers) - 1, 0)
    return found


async def unfinished(database: Database, script: Script) -> list[str]:
    """What is still on its way, in words; nothing once everything published has gone through every step."""
    decided = select(items.c.id).where(items.c.decided_revision == items.c.revision)
    revisions = select(items.c.revision)
    waiting = select(alerts.c.id).where(alerts.c.addressed_at.is_(None))
    under_way = select(deliveries.c.key).where(deliveries.c.state.in_([DeliveryState.PENDING, DeliveryState.SENDING]))
    async with database.read() as connection:
        missing = len(script.articles) - len((await connection.execute(decided)).all())
        seen = sum((await connection.scalars(revisions)).all())
        unaddressed = len((await connection.execute(waiting)).all())
        open_ = (await connection.scalars(under_way)).all()
    unseen = len(script.articles) + script.revisions - seen
    told = [(missing, "undecided"), (unseen, "unseen"), (unaddressed, "unaddressed"), (len(open_), "under way")]
    return [f"{count} {what}" for count, what in told if count]


async def _order(database: Database) -> dict[str, int]:
    """The order of deliveries, by key; what was folded together stands in the place of the oldest."""
    places = select(deliveries.c.key, place().label("place"))
    async with database.read() as connection:
        return {row.key: row.place for row in await connection.execute(places)}


def look(found: Findings, conversation: str, messages: list[Json], script: Script, order: dict[str, int]) -> None:
    """Count what is wrong in one conversation; `order` has the place of each delivery by its key."""
    ours = [each for each in messages if each.get("metadata")]
    first = [each for each in ours if not each.get("thread_ts") or each["thread_ts"] == each["ts"]]
    cards = [each for each in first if not _lists(each)]
    lines = Counter(int(number) for each in first if _lists(each) for number in _DEVELOPMENT.findall(each["text"]))
    replies = [each for each in ours if each.get("thread_ts") and each["thread_ts"] != each["ts"]]
    found.messages += len(ours)
    card_of = {_number(card): card for card in reversed(cards)}
    heard = {each.number for each in script.developments.values() if conversation in each.heard_in}
    # A line in a catch-up message stands for the card and what waited with it; a card may follow all the same.
    _count(found, "line", conversation, heard & lines.keys(), lines)
    _count(found, "card", conversation, heard - (lines.keys() - card_of.keys()), Counter(map(_number, cards)))
    notes = {note: told for note, told in script.notes.items() if told[0] in heard}
    there = Counter(map(_note, replies))
    wanted = {note for note, (development, _) in notes.items() if development not in lines or note in there}
    _count(found, "note", conversation, wanted, there)
    for reply in replies:
        development, broadcast = notes.get(_note(reply), (0, False))
        card = card_of.get(development)
        if card is None or reply["thread_ts"] != card["ts"] or bool(reply.get("broadcast")) is not broadcast:
            found.astray += 1
            found.told.append(f"{conversation}: note {_note(reply)} does not stand where it should")
    _in_order(found, conversation, ours, order)
    for number in heard & card_of.keys():
        _newest(found, conversation, card_of[number], script, number)


def _count(found: Findings, what: str, conversation: str, wanted: set[int], there: Counter[int]) -> None:
    for number in sorted(wanted | there.keys()):
        times = there[number]
        if number not in wanted or times > 1:
            found.duplicated += times - (number in wanted)
            found.told.append(f"{conversation}: {what} {number} stands {times} times")
        elif times == 0:
            found.lost += 1
            found.told.append(f"{conversation}: {what} {number} is missing")


def _in_order(found: Findings, conversation: str, messages: list[Json], order: dict[str, int]) -> None:
    places = list(dict.fromkeys(order.get(each["metadata"]["event_payload"]["key"], 0) for each in messages))
    for earlier, later in pairwise(places):
        if later < earlier:
            found.out_of_order += 1
            found.told.append(f"{conversation}: delivery {later} stands after {earlier}")


def _newest(found: Findings, conversation: str, card: Json, script: Script, number: int) -> None:
    """A card must count every report and carry the headline as it was last corrected."""
    told = script.developments[number]
    shown = str(card["blocks"])
    counted = _REPORTS.search(shown)
    if counted is None or int(counted[1]) != told.reports or told.lead_title not in shown:
        found.stale_cards += 1
        found.told.append(f"{conversation}: the card of {number} shows {counted and counted[0]}, not {told.reports}")


def _lists(message: Json) -> bool:
    """Whether it is a catch-up message."""
    return f":{AlertAction.CATCH_UP}:" in message["metadata"]["event_payload"]["key"]


def _number(card: Json) -> int:
    found = _DEVELOPMENT.search(card["text"])
    return int(found[1]) if found else 0


def _note(reply: Json) -> int:
    found = _NOTE.search(f"{reply['text']} {reply.get('blocks')}")
    return int(found[1]) if found else 0
