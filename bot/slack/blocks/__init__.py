"""Rendering: what the domain and the queries know, as Block Kit. Pure: no clock, no network, no database.

Everything from outside is escaped and cut below Slack's limits here, so a caller cannot forget it.
"""

from bot.slack.blocks.card import card
from bot.slack.blocks.thread import thread_update

__all__ = ["card", "thread_update"]
