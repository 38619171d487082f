"""Of several edits of one card that are addressed together, the last is enough."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.alert import Alert
from bot.domain.decision import AlertAction
from bot.domain.delivery import Address
from bot.pipeline.alert import last_edits_only

NOON = datetime(2025, 12, 3, 12, tzinfo=UTC)
POST, EDIT, THREAD = (Address("C1", action) for action in (AlertAction.POST, AlertAction.EDIT, AlertAction.THREAD))


def alert(development: str, revision: int) -> Alert:
    return Alert(development, revision, AlertAction.EDIT, "item", NOON)


def test_the_last_edit_of_each_card_is_kept_and_whatever_is_no_edit() -> None:
    elsewhere = Address("C2", AlertAction.EDIT)
    told = [
        (alert("d-one", 1), [POST]),
        (alert("d-one", 2), [EDIT, elsewhere]),
        (alert("d-two", 5), [EDIT]),
        (alert("d-one", 3), [THREAD, EDIT]),
    ]
    assert last_edits_only(told) == [
        (alert("d-one", 1), [POST]),
        (alert("d-one", 2), [elsewhere]),
        (alert("d-two", 5), [EDIT]),
        (alert("d-one", 3), [THREAD, EDIT]),
    ]
