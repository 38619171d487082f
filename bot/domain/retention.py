"""How long what nobody was told is kept. What a delivered alert rests on has no end, and so no time here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

# Detection compares with the last four days; nothing younger than this goes, whatever is set.
FLOOR = timedelta(days=7)
# Slack repeats an event for minutes, not days.
INBOUND_KEPT = timedelta(days=2)
# No source lists an article again after so long without it.
FORGOTTEN_KEPT = timedelta(days=30)


class Chore(StrEnum):
    """What can be let go of, in the order it goes.

    BACKGROUND are items that belong to no development. UNTOLD are developments no conversation was told of, and that
    nothing kept refers to; their reports become background. COPIES are edits, replies and notices that ended: not the
    cards, nor the lists of what was late. INBOUND are keys of requests from Slack that were carried out. FORGOTTEN are
    ids of items let go of, once their source lists them no more.
    """

    BACKGROUND = "background items"
    UNTOLD = "developments nobody was told of"
    COPIES = "ended edits and replies"
    INBOUND = "events from Slack"
    FORGOTTEN = "ids of items let go of"


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each is kept after it was first seen, last reported, or made."""

    background: timedelta = timedelta(days=30)
    untold: timedelta = timedelta(days=180)
    copies: timedelta = timedelta(days=90)

    def before(self, chore: Chore, now: datetime) -> datetime:
        """The moment before which a chore's things may go."""
        kept = {
            Chore.BACKGROUND: max(self.background, FLOOR),
            Chore.UNTOLD: max(self.untold, FLOOR),
            Chore.COPIES: max(self.copies, FLOOR),
            Chore.INBOUND: INBOUND_KEPT,
            Chore.FORGOTTEN: FORGOTTEN_KEPT,
        }
        return now - kept[chore]
