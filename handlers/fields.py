"""What was chosen or typed in a modal that was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def chosen(view: Mapping[str, Any], field: str) -> str | None:
    """What was chosen or typed in a field; None where nothing was."""
    answer = view["state"]["values"].get(field, {}).get(field, {})
    option = answer.get("selected_option")
    value = option["value"] if option else answer.get("selected_conversation") or answer.get("value")
    return str(value) if value else None


def chosen_all(view: Mapping[str, Any], field: str) -> list[str]:
    """Everything that was chosen in a field."""
    options = view["state"]["values"].get(field, {}).get(field, {}).get("selected_options") or []
    return [str(option["value"]) for option in options]
