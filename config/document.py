"""A YAML file as plain values that remember their lines.

It reads the part of YAML a newsroom needs: texts, numbers, true and false, lists, mappings, anchors. Unlike YAML 1.1,
`no`, `on` and `12:30` are texts. It does not know what the values mean; `config.load` does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from config.errors import ConfigurationProblem, Mistake

if TYPE_CHECKING:
    from collections.abc import Mapping

Way = tuple[str | int, ...]

# libyaml's parser is some ten times faster; PyYAML is built without it on some machines.
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BOOL, _INT, _FLOAT, _NULL, _TEXT = (f"tag:yaml.org,2002:{kind}" for kind in ("bool", "int", "float", "null", "str"))
_SCALARS = (
    (_BOOL, re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), [*"tTfF"]),
    (_INT, re.compile(r"^[-+]?[0-9]+$"), [*"-+0123456789"]),
    (_FLOAT, re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?$"), [*"-+.0123456789"]),
    (_NULL, re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST_FIGURE = 18

_QUOTE_IT = "put the text in quotes"
_COMMENT = "` #` begins a comment: put a text that holds it in quotes"
_COLUMNS = "fields of one thing begin in one column"

# What libyaml says, and what it means to somebody who edits a list of words.
_SYNTAX = (
    (
        "mapping values are not allowed",
        "a colon stands where no field can begin",
        "put a text that holds `: ` in quotes",
    ),
    ("expected ',' or ']'", "a list in [ ] is not closed or lacks a comma", _COMMENT),
    ("expected ',' or '}'", "a mapping in { } is not closed or lacks a comma", _COMMENT),
    (
        "while scanning a quoted scalar",
        "a quotation mark is not closed",
        "close it, or quote with the other kind of mark",
    ),
    ("expected <block end>", "the indentation does not fit what stands above", _COLUMNS),
    ("did not find expected key", "the indentation does not fit what stands above", _COLUMNS),
    ("did not find expected '-'", "the indentation does not fit the list above", "its `-` stand in one column"),
    ("could not find expected ':'", "a field has no colon after its name", "write `name: value`"),
    ("found undefined alias", "`*` begins a value, which makes it the name of an anchor", _QUOTE_IT),
    ("while scanning an alias", "a value cannot begin with `*`", _QUOTE_IT),
    ("while scanning an anchor", "a value cannot begin with `&`", _QUOTE_IT),
    ("unknown escape character", "a backslash in double quotes means something else in YAML", "use single quotes"),
    ("found duplicate anchor", "one anchor is set twice", "give each its own name"),
    ("expected a single document", "a second document begins (`---`)", "keep one document a file"),
    ("cannot start any token", "a value cannot begin with this character", _QUOTE_IT),
)
# Of these the beginning is the place to look, not where reading failed.
_UNCLOSED = ("expected ',' or", "while scanning a quoted scalar", "while parsing a flow")


class _Loader(_BASE):  # type: ignore[misc]  # the base is chosen at run time
    """Composes nodes; texts stay texts unless they are plainly something else."""

    yaml_implicit_resolvers: Mapping[str, list[tuple[str, re.Pattern[str]]]] = {
        first: [(tag, pattern) for tag, pattern, begins in _SCALARS if first in begins]
        for first in {first for _, _, begins in _SCALARS for first in begins}
    }


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its values, the line of each way to one, and what is wrong so far (a key given twice)."""

    file: str
    values: dict[str, Any]
    lines: dict[Way, int]
    mistakes: tuple[Mistake, ...]

    def line(self, way: Way) -> int:
        """The line of a value, or of the nearest thing around it."""
        while way not in self.lines:
            way = way[:-1]
        return self.lines[way]

    def mistake(self, way: Way, what: str, hint: str | None = None) -> Mistake:
        """A mistake at a value."""
        return Mistake(self.file, self.line(way), field(way), what, hint)


def field(way: Way) -> str:
    """The way to a value as people write it: `tracks[2].aliases`."""
    written = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in way)
    return written.removeprefix(".")


def shown(path: Path) -> str:
    """A path as short as it can be typed from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def read(path: Path) -> Document:
    """Read one file.

    Raises:
        ConfigurationProblem: It is missing, unreadable, not UTF-8, not YAML, empty, or not a mapping of fields.
    """
    file = shown(path)
    text = _text(path, file)
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise ConfigurationProblem([_syntax(file, text, error)]) from error
    except RecursionError as error:
        raise ConfigurationProblem([Mistake(file, None, "", "is nested too deeply to be read")]) from error
    if root is None:
        raise ConfigurationProblem([Mistake(file, 1, "", "is empty", "see the packaged file of that name")])
    values = _Values(file)
    made = values.make(root, ())
    if not isinstance(made, dict):
        what = f"must be a mapping of fields (`name: value`), not {kind(made)}"
        raise ConfigurationProblem([Mistake(file, values.lines[()], "", what)])
    return Document(file, made, values.lines, tuple(values.mistakes))


def kind(value: object) -> str:
    """What sort of value this is, in words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    names = {str: "a text", int: "a number", float: "a number", list: "a list", dict: "a mapping"}
    return names.get(type(value), type(value).__name__)


def _text(path: Path, file: str) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise ConfigurationProblem([Mistake(file, None, "", "there is no such file")]) from error
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ConfigurationProblem([Mistake(file, None, "", f"cannot be read: {why}")]) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigurationProblem([Mistake(file, line, "", "is not UTF-8 text", "save it as UTF-8")]) from error
    if found := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        what = f"holds an invisible control character (U+{ord(found[0]):04X})"
        raise ConfigurationProblem([Mistake(file, line, "", what, "delete it")])
    return text


def _syntax(file: str, text: str, error: yaml.MarkedYAMLError) -> Mistake:
    said = f"{error.context or ''} {error.problem or ''}".strip()
    noticed = error.problem_mark or error.context_mark
    begun = error.context_mark if any(cue in said for cue in _UNCLOSED) else None
    line, column = ((begun or noticed).line, (begun or noticed).column) if noticed else (0, 0)
    lines = text.splitlines()
    if not begun and line < len(lines) and "\t" in lines[line][: column + 1]:
        return Mistake(file, line + 1, "", "is indented with a tab", "indent with spaces")
    what, hint = next(((what, hint) for cue, what, hint in _SYNTAX if cue in said), (f"is not YAML ({said})", None))
    later = f", noticed on line {noticed.line + 1}" if begun and noticed and noticed.line != line else ""
    return Mistake(file, line + 1, "", f"{what} (column {column + 1}{later})", hint)


class _Values:
    """Turns nodes into values, noting their lines and the mistakes met on the way."""

    def __init__(self, file: str) -> None:
        self.lines: dict[Way, int] = {}
        self.mistakes: list[Mistake] = []
        self._file = file
        self._open: set[int] = set()

    def make(self, node: yaml.Node, way: Way) -> Any:
        """The value of a node; what cannot be made is noted and left out as None."""
        self.lines.setdefault(way, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, way)
        if id(node) in self._open:
            return self._wrong(node, way, "refers to itself")
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode):
                return [self.make(part, (*way, position)) for position, part in enumerate(node.value)]
            return self._mapping(node, way)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: yaml.Node, way: Way) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self.make(key_node, (*way, "?"))
            self.lines.pop((*way, "?"), None)
            if not isinstance(key, str):
                what = f"has {kind(key)} where the name of a field is expected"
                self._wrong(key_node, way, what, "put it in quotes" if not isinstance(key, (list, dict)) else None)
                continue
            inner = (*way, key)
            if key in made:
                first = self.lines[inner]
                self._wrong(key_node, inner, f"is given twice, first on line {first}", "keep one")
                continue
            self.lines[inner] = key_node.start_mark.line + 1
            made[key] = self.make(value_node, inner)
        return made

    def _scalar(self, node: yaml.ScalarNode, way: Way) -> Any:
        text = str(node.value)
        made: Any = None
        if node.tag == _TEXT:
            made = text
        elif node.tag == _BOOL:
            made = text.lower() == "true"
        elif node.tag == _INT and len(text) > _LONGEST_FIGURE:
            self._wrong(node, way, "is too large a number")
        elif node.tag in (_INT, _FLOAT):
            made = int(text) if node.tag == _INT else float(text)
        elif node.tag != _NULL:
            self._wrong(node, way, f"has a tag ({node.tag.rpartition(':')[2]})", "remove what begins with `!`")
        return made

    def _wrong(self, node: yaml.Node, way: Way, what: str, hint: str | None = None) -> None:
        self.mistakes.append(Mistake(self._file, node.start_mark.line + 1, field(way), what, hint))
