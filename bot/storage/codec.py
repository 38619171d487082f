"""A decision as JSON and back, by pydantic: enums by value, tuples as lists."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from bot.domain.decision import Decision

_ADAPTER = TypeAdapter(Decision)


def decision_to(decision: Decision) -> dict[str, Any]:
    """The decision as JSON-ready values."""
    body: dict[str, Any] = _ADAPTER.dump_python(decision, mode="json")
    return body


def decision_from(body: dict[str, Any]) -> Decision:
    """The decision a stored body stands for."""
    return _ADAPTER.validate_python(body, strict=False)
