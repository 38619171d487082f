"""Cards of developments that have ended: merged into another, or withdrawn by every source they had.

They stay true: what was told stands on them, with what became of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.slack.blocks.elements import context, header, message, section
from bot.slack.blocks.put_right import card_link, changed_words, merged_by, outlet
from bot.slack.blocks.text import count, listing, mrkdwn, sentence, utc, when

if TYPE_CHECKING:
    from bot.domain.alert import Message
    from bot.domain.development import Development, Merger
    from bot.slack.blocks.elements import Block
    from config.schema import Negotiation

_MOST_OUTLETS = 4
_LONGEST_HEADLINE = 500
_LONGEST_NAME = 80


def merged_card(
    development: Development, negotiation: Negotiation, merger: Merger, row: Block, *, elsewhere: str | None
) -> Message:
    """What another card goes on with; `elsewhere` is the address of that one, `row` the buttons."""
    into = card_link(merger.shown, negotiation, elsewhere)
    outlets = [outlet(report) for report in development.former[:_MOST_OUTLETS]]
    over = len(development.former) - len(outlets)
    reported = listing([*outlets, f"{over} more"] if over > 0 else outlets)
    number = count(len(development.former), "report")
    told = mrkdwn(development.headline, _LONGEST_HEADLINE)
    title = mrkdwn(merger.shown[0].title, _LONGEST_HEADLINE) if merger.shown else "another alert"
    return message(
        f"Merged into “{title}”: the alert “{told}” is the same development.",
        header(f"MERGED · {development.headline}"),
        section(f"*Merged into* {into}"),
        context(
            f"The same development; what is new of it stands there.\n"
            f"Told here {when(development.opened_at)} by {reported}: {number}, counted there now.\n{merged_by(merger)}"
        ),
        row,
    )


def withdrawn_card(development: Development, row: Block) -> Message:
    """What each source said and says now; `row` holds the buttons."""
    rows = [f"• {outlet(left)} {changed_words(left)}" for left in development.former[:_MOST_OUTLETS]]
    last = max((left.left_at for left in development.former if left.left_at), default=development.last_report_at)
    told = mrkdwn(development.headline, _LONGEST_HEADLINE)
    spoken = f"{mrkdwn(development.lead.outlet, _LONGEST_NAME)} {changed_words(development.lead)}"
    return message(
        f"Withdrawn by its source, {utc(last)}: “{told}”. {sentence(spoken)}",
        header(f"WITHDRAWN · {development.headline}"),
        section("\n".join(["*Withdrawn by its source*", *rows])),
        context(f"Told {when(development.opened_at)}, withdrawn {when(last)}. No report carries it any more."),
        row,
    )
