"""What is wrong in the configuration, told so that whoever edits it finds the place.

ConfigurationProblem   one or more Mistakes, in the order of their files and lines
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong.

    `file` is as people would type it (or "the environment"), `line` counts from 1 where there is one, `field` is the
    way to the value (`tracks[2].aliases`) or empty. `what` and `hint` are sentences without capital and full stop;
    `hint` says what to do.
    """

    file: str
    line: int | None
    field: str
    what: str
    hint: str | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        said = f"{self.what}; {self.hint}" if self.hint else self.what
        return f"{place}: {self.field}: {said}" if self.field else f"{place}: {said}"


class ConfigurationProblem(Exception):  # noqa: N818  it holds problems of all sizes; "error" is one of the program's
    """The configuration cannot be used. Its text is one line a mistake and fit to be shown to a person."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__(*self.mistakes)

    def __str__(self) -> str:
        lines = [str(mistake) for mistake in self.mistakes]
        if len(lines) == 1:
            return lines[0]
        return "\n".join([f"{len(lines)} mistakes in the configuration", *lines])
