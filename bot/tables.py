"""Tables on standard output: folded to a terminal's width, and in a pipe a row a line with nothing cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDE = 100_000


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print cells as they are: what a source or Slack said is no markup."""
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDE
    console.print(table)
