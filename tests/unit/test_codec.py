"""Decisions as they are written down."""

from __future__ import annotations

import pytest

from bot.storage.codec import decision_from, decision_to


def test_a_decision_survives_being_written_down() -> None:
    decision = decision_from({"item": "a", "kind": "development", "relevant": True, "plover": "AGREE", "tracks": ["x"]})

    assert decision_from(decision_to(decision)) == decision


def test_a_body_nobody_wrote_is_refused() -> None:
    with pytest.raises(ValueError, match="kind"):
        decision_from({"item": "a", "kind": "nonsense", "relevant": True})
