"""What a desk reads of a story first told in another language: a report's own headline in the desk's language.

Nothing is translated. Where no report is in the desk's language, the original stands with its language named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.decision import Status
from bot.slack.blocks.text import link, mrkdwn
from bot.slack.blocks.vocabulary import language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.development import Report
    from config.schema import Negotiation

_LONGEST_NAME = 80


def foreign(report: Report, negotiation: Negotiation) -> str | None:
    """The language of a report by name; None where the desk reads it, or the source does not say."""
    if report.language is None or _read_by_desk(report, negotiation):
        return None
    return mrkdwn(language(report.language) or "", _LONGEST_NAME) or None


def readable(reports: Sequence[Report], negotiation: Negotiation) -> Report:
    """Of reports on one event (at least one, earliest first), the one whose headline the desk is shown.

    That is the first, if the desk reads it; else the earliest in the desk's language, a copy only where nothing else
    is; else the first all the same.
    """
    if foreign(reports[0], negotiation) is None:
        return reports[0]
    known = [report for report in reports if _read_by_desk(report, negotiation)]
    return min(known, key=lambda report: report.status is Status.COPY, default=reports[0])


def headline_link(report: Report, negotiation: Negotiation, limit: int = 300) -> str:
    """A headline linked to its report, with whose it is; its language where the desk does not read it."""
    spoken = foreign(report, negotiation)
    tongue = f", in {spoken}" if spoken else ""
    return f"{link(report.url, report.title, limit)} — {mrkdwn(report.outlet, _LONGEST_NAME)}{tongue}"


def _read_by_desk(report: Report, negotiation: Negotiation) -> bool:
    return (report.language or "")[:2].lower() == negotiation.desk_language
