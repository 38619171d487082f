from __future__ import annotations

from support.newsdesk import item

from bot.domain.decision import Kind
from bot.evaluation.archive import Label
from bot.evaluation.baseline import baseline, single_pass

ITEMS = [
    item("a", "Sailors freed in the strait"),
    item("b", "Sailors freed in strait today", hours=1),
    item("c", "Parliament debates lighthouse budget", hours=30),
    item("d", "Lighthouse budget debate of parliament", hours=31),
]


def test_the_nearest_earlier_item_decides_at_the_threshold() -> None:
    assert single_pass(ITEMS, 0.1) == {"a": "a", "b": "a", "c": "c", "d": "c"}
    assert len(set(single_pass(ITEMS, 0.99).values())) == len(ITEMS)


def test_a_day_is_clustered_with_what_is_best_on_the_others() -> None:
    labels = {
        one.id: Label(one.id, Kind.DEVELOPMENT, in_scope=True, event=event, tracks=())
        for one, event in zip(ITEMS, ("x", "x", "y", "y"), strict=True)
    }
    assert baseline(ITEMS, labels).f1 == 1.0
