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
    from collections.abc import Iterator

Way = tuple[str | int, ...]

# libyaml's parser is some ten times faster; PyYAML is built without it on some machines.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?")
_NULL = re.compile(r"~|null|Null|NULL|")
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST_FIGURE = 18
_DEEPEST = 50

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
    ("while scanning an alias", "a value cannot begin with `*`", _QUOTE_IT),
    ("while scanning an anchor", "a value cannot begin with `&`", _QUOTE_IT),
    ("unknown escape character", "a backslash in double quotes means something else in YAML", "use single quotes"),
    ("cannot start any token", "a value cannot begin with this character", _QUOTE_IT),
)
# Of these the beginning is the place to look, not where reading failed.
_UNCLOSED = ("expected ',' or", "while scanning a quoted scalar", "while parsing a flow")


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
    values = _Values(file, yaml.parse(text, Loader=_LOADER))
    try:
        made = values.document()
    except yaml.MarkedYAMLError as error:
        raise ConfigurationProblem([_syntax(file, text, error)]) from error
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
    """Turns the parser's events into values, noting their lines and the mistakes met on the way."""

    def __init__(self, file: str, events: Iterator[Any]) -> None:
        self.lines: dict[Way, int] = {}
        self.mistakes: list[Mistake] = []
        self._file = file
        self._events = events
        self._anchors: dict[str, Any] = {}

    def document(self) -> Any:
        """The value of the one document there is."""
        next(self._events)  # the stream begins
        if isinstance(next(self._events), yaml.StreamEndEvent):
            raise ConfigurationProblem([Mistake(self._file, 1, "", "is empty", "see the packaged file of that name")])
        made = self._make(next(self._events), ())
        next(self._events)  # the document ends
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            what = "a second document begins (`---`)"
            raise ConfigurationProblem([Mistake(self._file, _line(after), "", what, "keep one document a file")])
        return made

    def _make(self, event: Any, way: Way) -> Any:
        """The value that begins with `event`; what cannot be made is noted and left out as None."""
        self.lines.setdefault(way, _line(event))
        if len(way) > _DEEPEST:
            raise ConfigurationProblem([Mistake(self._file, _line(event), "", "is nested too deeply to be meant")])
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                return self._wrong(event, way, f"`*{event.anchor}` names an anchor that is not there", _QUOTE_IT)
            return self._anchors[event.anchor]
        if isinstance(event, yaml.ScalarEvent):
            made = self._scalar(event, way)
        elif isinstance(event, yaml.SequenceStartEvent):
            made = self._list(way)
        else:
            made = self._mapping(way)
        if event.anchor is not None:
            self._anchors[event.anchor] = made
        return made

    def _list(self, way: Way) -> list[Any]:
        made: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            made.append(self._make(event, (*way, len(made))))
        return made

    def _mapping(self, way: Way) -> dict[str, Any]:
        made: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._make(event, (*way, "?"))
            if not isinstance(key, str):
                hint = None if isinstance(key, list | dict) else "put it in quotes"
                self._wrong(event, way, f"has {kind(key)} where the name of a field is expected", hint)
                self._make(next(self._events), (*way, "?"))
                continue
            inner = (*way, key)
            if key in made:
                self._wrong(event, inner, f"is given twice, first on line {self.lines[inner]}", "keep one")
                self._make(next(self._events), inner)
                continue
            self.lines[inner] = _line(event)
            made[key] = self._make(next(self._events), inner)
        return made

    def _scalar(self, event: Any, way: Way) -> Any:
        text = str(event.value)
        plain, quoted = event.implicit
        made: Any = text
        if not plain and not quoted:
            tag = str(event.tag).rpartition(":")[2]
            made = self._wrong(event, way, f"has a tag ({tag})", "remove what begins with `!`")
        elif plain and _BOOL.fullmatch(text):
            made = text.lower() == "true"
        elif plain and _INT.fullmatch(text):
            long = len(text) > _LONGEST_FIGURE
            made = self._wrong(event, way, "is too large a number") if long else int(text)
        elif plain and _FLOAT.fullmatch(text):
            made = float(text)
        elif plain and _NULL.fullmatch(text):
            made = None
        return made

    def _wrong(self, event: Any, way: Way, what: str, hint: str | None = None) -> Any:
        """Note a mistake; None stands for what cannot be made."""
        self.mistakes.append(Mistake(self._file, _line(event), field(way), what, hint))


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
