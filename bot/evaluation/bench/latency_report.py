"""Checks that a latency run balances, and says what it measured."""

from __future__ import annotations

import math
import os
from collections import Counter
from typing import TYPE_CHECKING, Any

from bot.evaluation.bench.polling import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.evaluation.bench.latency import Run
    from bot.evaluation.bench.latency_ledger import Copy

_TARGET = 1.0
_ENOUGH = 0.75
"""Of the developments planned, at least so many have to be opened: fewer say little of how late alerts are."""


def report(run: Run, say: Callable[[str], None]) -> None:
    """Say it.

    Raises:
        BenchError: Something was lost, told twice or told of nothing, or hardly anything was measured.
    """
    posted = _posted(run)
    _balance(run, posted)
    seconds = run.ended - run.steady
    measured = {name for name, sent in run.sent.items() if run.steady <= sent <= run.ended}
    cards = [copy for copy in run.ledger.copies if copy.action == "post" and copy.article in measured]
    every = [posted[copy.key] - run.sent[copy.article] for copy in cards]
    first: dict[str, float] = {}
    for copy, late in zip(cards, every, strict=True):
        first[copy.development] = min(late, first.get(copy.development, math.inf))
    planned = int(seconds / run.every)
    if len(first) < _ENOUGH * planned:
        raise BenchError(f"only {len(first)} developments were opened where {planned} events were reported")
    replies = [posted[copy.key] - run.sent[copy.article] for copy in _of("thread", run, measured)]
    edits = [copy.sent_at - run.sent[copy.article] for copy in _of("edit", run, measured) if copy.sent_at]
    _say_mix(run, measured, say)
    say(
        f"            {len(first)} developments opened by {planned} events, one every {run.every:g} s; {len(cards)}"
        f" cards in {len({copy.conversation for copy in cards})} channels, {len(replies)} replies, {len(edits)} edits"
    )
    say(f"  from a source's response to the card accepted by Slack (target: 99 % within {_TARGET:g} s)")
    say("    nothing waits on purpose: a development is told on its first report, and no text is read before")
    say(f"    first card of each development   {_spread(list(first.values()))}")
    say(f"    every card                       {_spread(every)}")
    say("  for information: a thread's replies wait for the channel's pace, edits for Slack's fifty a minute in all")
    say(f"    replies                          {_spread(replies)}")
    say(f"    edits, by their newest report    {_spread(edits)}")
    core = "unknown" if run.core is None else f"{run.core:.0%} of a core"
    left = run.at_end
    say(
        f"  bot's CPU {core}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, all that runs here counted\n"
        f"  left as the last article came out: {left.items} items, {left.alerts} alerts, {left.messages} messages,"
        f" {left.edits} edits;\n  nothing but edits after {run.messages_settled:.1f} s, nothing at all after"
        f" {run.edits_settled:.1f} s"
    )
    verdict = "met" if _at(sorted(first.values()), 0.99) < _TARGET else "MISSED"
    say(f"  each item decided once, each development told once in each channel that asked; target {verdict}")


def _say_mix(run: Run, measured: set[str], say: Callable[[str], None]) -> None:
    """What was measured."""
    seconds = run.ended - run.steady
    was = Counter(status for relevant, status in map(run.ledger.items.__getitem__, measured) if relevant)
    say(
        f"latency     {was.total() / seconds:.1f} relevant items a second of {len(measured) / seconds:.1f}, for"
        f" {seconds:g} s, from {run.sources} made-up sources\n            looked at"
        f" {run.looks / (run.ended - run.begun):.0f} times a second; what the items were:"
        f" {', '.join(f'{number} {status}' for status, number in was.most_common())}"
    )


def _posted(run: Run) -> dict[str, float]:
    """When Slack accepted each message, by its delivery's key."""
    found: dict[str, float] = {}
    for call in run.calls:
        key = _key(call)
        if key is None:
            continue
        if key in found:
            raise BenchError(f"{key} was posted twice")
        found[key] = call["at"]
    return found


def _key(call: dict[str, Any]) -> str | None:
    if call["method"] != "chat.postMessage" or not call["ok"]:
        return None
    payload = (call["args"].get("metadata") or {}).get("event_payload") or {}
    return payload.get("key")


def _balance(run: Run, posted: dict[str, float]) -> None:
    """Every item sent was decided, every development told once in every channel it was addressed to, and no more."""
    sent, decided = set(run.sent), set(run.ledger.items)
    if sent != decided:
        raise BenchError(
            f"{len(sent - decided)} articles were sent and not kept, {len(decided - sent)} kept and not sent"
        )
    undecided = [name for name, (_, status) in run.ledger.items.items() if status == "None"]
    if undecided:
        raise BenchError(f"{len(undecided)} items were never decided, {undecided[0]} among them")
    messages = {copy.key for copy in run.ledger.copies if copy.action != "edit" and copy.state == "sent"}
    if messages != set(posted):
        raise BenchError(
            f"{len(messages - set(posted))} messages are noted as sent that Slack did not take,"
            f" {len(set(posted) - messages)} stand in Slack and are not noted"
        )
    cards = Counter((copy.development, copy.conversation) for copy in run.ledger.copies if copy.action == "post")
    twice = [each for each, times in cards.items() if times > 1]
    told = {development for development, _ in cards}
    if twice or told != run.ledger.developments:
        raise BenchError(f"{len(twice)} cards twice, {len(run.ledger.developments - told)} developments never told")
    unsent = [copy for copy in run.ledger.copies if copy.action == "post" and copy.state not in ("sent", "superseded")]
    if unsent:
        raise BenchError(f"{len(unsent)} cards were never sent, {unsent[0].key} among them ({unsent[0].state})")


def _of(action: str, run: Run, measured: set[str]) -> list[Copy]:
    return [
        copy
        for copy in run.ledger.copies
        if copy.action == action and copy.state == "sent" and copy.article in measured
    ]


def _spread(seconds: Sequence[float]) -> str:
    if not seconds:
        return "none"
    ranked = sorted(seconds)
    parts = [("median", 0.5), ("90 %", 0.9), ("99 %", 0.99)]
    told = "   ".join(f"{name} {_at(ranked, share) * 1e3:6,.0f} ms" for name, share in parts)
    return f"{told}   longest {ranked[-1] * 1e3:6,.0f} ms   ({len(ranked)})"


def _at(ranked: Sequence[float], share: float) -> float:
    """The value that `share` of all are no greater than, nearest rank."""
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]
