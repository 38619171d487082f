"""The latency bench notices what was lost or told twice, and its news is what it says."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from bot.evaluation.bench.latency import Run
from bot.evaluation.bench.latency_ledger import Backlog, Copy, Ledger
from bot.evaluation.bench.latency_report import report
from bot.evaluation.bench.polling import BenchError
from bot.evaluation.bench.wire_news import GOES_ROUND, News

COPY = Copy("C1:d-1:1:post", "C1", "d-1", "event-0-0", "post", "sent", 101.0)


def accepted(copy: Copy, at: float) -> dict[str, Any]:
    metadata = {"event_type": "backchannel_delivery", "event_payload": {"key": copy.key}}
    return {"method": "chat.postMessage", "ok": True, "at": at, "args": {"metadata": metadata}}


RUN = Run(
    sources=2,
    every=10.0,
    begun=90.0,
    steady=95.0,
    ended=110.0,
    core=0.5,
    at_end=Backlog(0, 0, 0, 0),
    messages_settled=0.1,
    edits_settled=0.2,
    calls=[accepted(COPY, 100.75)],
    sent={"event-0-0": 100.0},
    looks=30,
    ledger=Ledger({"event-0-0": (True, "new")}, frozenset({"d-1"}), (COPY,)),
)


def test_a_run_that_balances_is_told() -> None:
    said: list[str] = []
    report(RUN, said.append)
    told = "\n".join(said)
    assert "first card of each development   median    750 ms" in told
    assert "target met" in told


def test_late_cards_are_told_as_late() -> None:
    said: list[str] = []
    report(replace(RUN, calls=[accepted(COPY, 101.5)]), said.append)
    assert "target MISSED" in said[-1]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"calls": [accepted(COPY, 100.5), accepted(COPY, 100.6)]}, "posted twice"),
        ({"calls": []}, "1 messages are noted as sent that Slack did not take"),
        ({"sent": {"event-0-0": 100.0, "event-0-1": 100.0}}, "1 articles were sent and not kept"),
        ({"ledger": replace(RUN.ledger, items={"event-0-0": (False, "None")})}, "never decided"),
        ({"ledger": replace(RUN.ledger, developments=frozenset({"d-1", "d-2"}))}, "1 developments never told"),
        ({"every": 1.0}, "only 1 developments were opened where 15 events were reported"),
    ],
)
def test_what_does_not_balance_is_no_measurement(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(BenchError, match=told):
        report(replace(RUN, **changes), lambda _line: None)


def test_every_source_tells_every_event_once_and_one_tells_it_first() -> None:
    news = News(sources=20, every=2.0, seconds=40.0).reports
    assert [report.at for report in news] == sorted(report.at for report in news)
    whole = [each for each in news if each.event is not None and each.event * 2.0 + GOES_ROUND <= 40.0]
    assert set(Counter((each.event, each.source) for each in whole).values()) == {1}
    assert len(whole) == 20 * len({each.event for each in whole})
    for event in {each.event for each in whole}:
        told = [each for each in whole if each.event == event]
        assert [each.first for each in told] == [True] + [False] * 19
