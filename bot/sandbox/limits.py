"""Slack's numbers, all in one place, so that a test can shorten a wait without touching the code that waits."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """How much and how fast. Sizes in characters unless said, times in seconds."""

    # Content.
    message_blocks: int = 50
    view_bytes: int = 250_000
    modal_stack: int = 3
    text: int = 40_000  # a longer `text` of chat.postMessage is cut here, with a warning
    update_text: int = 4_000  # chat.update refuses instead of cutting
    blocks_text: int = 13_200  # all text in the blocks of one message together
    markdown_text: int = 12_000
    metadata_bytes: int = 16_000
    attachments: int = 100

    # Pace.
    posts_per_second: float = 1.0  # a channel
    post_burst: int = 5
    tiers: bool = True  # the per-method limits of Slack's tiers

    # Waiting.
    ack: float = 3.0
    trigger: float = 3.0
    response_url: float = 1_800.0
    response_url_uses: int = 5
    event_retries: tuple[float, ...] = (0.0, 60.0, 300.0)  # wait before each further attempt

    # Sockets.
    connections: int = 10
    ticket: float = 30.0
    refresh: float = 2.0  # between a `disconnect` message and the closing of the socket
    heartbeat: float = 10.0

    def described(self) -> dict[str, Any]:
        """As a JSON object, for the control API."""
        return asdict(self)
