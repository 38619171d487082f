"""Small rules out of which the Block Kit table is built, and the findings they report in Slack's words.

A rule never raises and never changes what it looks at: it adds a finding for each thing Slack would refuse.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(slots=True)
class Findings:
    """What is wrong and where. `root` is put before each pointer, e.g. "/view"."""

    root: str = ""
    sentences: list[str] = field(default_factory=list)

    def add(self, sentence: str, at: str) -> None:
        """Add one, with `at` as a JSON pointer below the root."""
        self.sentences.append(f"{sentence} [json-pointer:{self.root}{at}]")


class Rule(Protocol):
    """Checks one value; `at` is its JSON pointer."""

    def check(self, value: Any, at: str, found: Findings) -> None:
        """Add a finding for each thing wrong with `value`."""


@dataclass(frozen=True, slots=True)
class String:
    """A string of `least` to `most` characters, one of `choices` if given."""

    most: int
    least: int = 0
    choices: frozenset[str] | None = None

    def check(self, value: Any, at: str, found: Findings) -> None:
        """See `Rule`."""
        if not isinstance(value, str):
            found.add("must provide a string", at)
        elif len(value) > self.most:
            found.add(f"must be less than {self.most + 1} characters", at)
        elif len(value) < self.least:
            found.add(f"must be more than {self.least - 1} characters", at)
        elif self.choices is not None and value not in self.choices:
            found.add("must be a valid enum value", at)


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def check(self, value: Any, at: str, found: Findings) -> None:
        """See `Rule`."""
        if not isinstance(value, bool):
            found.add("must provide a boolean", at)


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number within bounds."""

    least: int
    most: int

    def check(self, value: Any, at: str, found: Findings) -> None:
        """See `Rule`."""
        if not isinstance(value, int) or isinstance(value, bool):
            found.add("must provide an integer", at)
        elif not self.least <= value <= self.most:
            found.add(f"must be between {self.least} and {self.most}", at)


@dataclass(frozen=True, slots=True)
class Decimal:
    """Any number."""

    def check(self, value: Any, at: str, found: Findings) -> None:
        """See `Rule`."""
        if not isinstance(value, int | float) or isinstance(value, bool):
            found.add("must provide a number", at)


@dataclass(frozen=True, slots=True)
class Anything:
    """An object we do not look into."""

    def check(self, value: Any, at: str, found: Findings) -> None:
        """See `Rule`."""
        if not isinstance(value, dict):
            found.add("must provide an object", at)


@dataclass(frozen=True, slots=True)
class Items:
    """A list of `least` to `most` values, each by `rule`."""

    rule: Rule
    most: int
    least: int = 1

    def check(self, value: Any, at: str, found: Findings) -> None:
        """See `Rule`."""
        if not isinstance(value, list):
            found.add("must provide an array", at)
            return
        if len(value) > self.most:
            found.add(f"no more than {self.most} items allowed", at)
        elif len(value) < self.least:
            found.add(f"no fewer than {self.least} items allowed", at)
        for index, item in enumerate(value):
            self.rule.check(item, f"{at}/{index}", found)


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with these fields. `any_of`: at least one of them stands there; `one_of`: not more than one."""

    required: Mapping[str, Rule] = field(default_factory=dict)
    optional: Mapping[str, Rule] = field(default_factory=dict)
    any_of: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()

    def check(self, value: Any, at: str, found: Findings) -> None:
        """See `Rule`."""
        if not isinstance(value, dict):
            found.add("must provide an object", at)
            return
        for name in self.required:
            if value.get(name) is None:
                found.add(f"missing required field: {name}", at)
        if self.any_of and all(value.get(name) is None for name in self.any_of):
            found.add(f"must define either {' or '.join(f'`{name}`' for name in self.any_of)}", at)
        if sum(value.get(name) is not None for name in self.one_of) > 1:
            found.add(f"must define only one of {' or '.join(f'`{name}`' for name in self.one_of)}", at)
        for name, inner in value.items():
            rule = self.required.get(name) or self.optional.get(name)
            if rule is None:
                if name != "type":
                    found.add(f"invalid additional property: {name}", at)
            elif inner is not None:
                rule.check(inner, f"{at}/{name}", found)


@dataclass(frozen=True, slots=True)
class Tagged:
    """An object whose `type` says which shape it has."""

    shapes: Mapping[str, Rule]

    def check(self, value: Any, at: str, found: Findings) -> None:
        """See `Rule`."""
        if not isinstance(value, dict):
            found.add("must provide an object", at)
            return
        kind = value.get("type")
        if kind is None:
            found.add("missing required field: type", at)
        elif not isinstance(kind, str) or kind not in self.shapes:
            found.add(f"unsupported type: {kind}", f"{at}/type")
        else:
            self.shapes[kind].check(value, at, found)
