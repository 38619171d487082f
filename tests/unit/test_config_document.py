"""A file that is no YAML is told where and why; one that is gives plain values that know their lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.document import read
from config.errors import ConfigurationProblem

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.yaml"


def told(file: Path, text: str | bytes) -> str:
    """What is told about a file of this text, without the way to its folder."""
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(ConfigurationProblem) as caught:
        read(file)
    return str(caught.value).replace(f"{file.parent}/", "")


def test_values_and_their_lines(file: Path) -> None:
    file.write_text("a: 1\nb:\n  - x\n  - {c: 2.5, d: true}\n# a remark\ne: ~\n", encoding="utf-8")

    document = read(file)

    assert document.values == {"a": 1, "b": ["x", {"c": 2.5, "d": True}], "e": None}
    assert [document.line(way) for way in [("a",), ("b", 0), ("b", 1, "d"), ("e",)]] == [1, 3, 4, 6]
    assert document.line(("b", 1, "missing")) == 4
    assert not document.mistakes


def test_words_that_yaml_once_took_for_something_else_are_texts(file: Path) -> None:
    file.write_text("a: [no, on, yes, off, 12:30, 2026-01-02, 0x1F, 1_000, .inf, -]\n", encoding="utf-8")

    assert read(file).values["a"][:9] == ["no", "on", "yes", "off", "12:30", "2026-01-02", "0x1F", "1_000", ".inf"]


def test_anchors_stand_for_what_they_name(file: Path) -> None:
    file.write_text("a: &words [x, y]\nb: *words\n", encoding="utf-8")

    assert read(file).values["b"] == ["x", "y"]


def test_a_byte_order_mark_is_no_text(file: Path) -> None:
    file.write_bytes("\ufeffa: 1\n".encode())

    assert read(file).values == {"a": 1}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a:\n\t- b\n", "file.yaml:2: is indented with a tab; indent with spaces"),
        ("\ta: 1\n", "file.yaml:1: is indented with a tab; indent with spaces"),
        ("a:\n  b: 1\n\tc: 2\n", "file.yaml:3: is indented with a tab; indent with spaces"),
        (
            "a: b: c\n",
            "file.yaml:1: a colon stands where no field can begin (column 5); put a text that holds `: ` in quotes",
        ),
        (
            "a: 1\nb: [x, # y]\nc: 1\n",
            (
                "file.yaml:2: a list in [ ] is not closed or lacks a comma (column 4, noticed on line 4); "
                "` #` begins a comment: put a text that holds it in quotes"
            ),
        ),
        (
            "a: {b: 1, c\nd: 2\n",
            (
                "file.yaml:1: a mapping in { } is not closed or lacks a comma (column 4, noticed on line 2); "
                "` #` begins a comment: put a text that holds it in quotes"
            ),
        ),
        (
            "a: 1\nb: 'x\nc: 1\n",
            (
                "file.yaml:2: a quotation mark is not closed (column 4, noticed on line 4); "
                "close it, or quote with the other kind of mark"
            ),
        ),
        (
            "a:\n  - b\n - c\n",
            "file.yaml:3: the indentation does not fit what stands above (column 2); fields of one thing begin in one",
        ),
        ("a: * stem\n", "file.yaml:1: a value cannot begin with `*` (column 5); put the text in quotes"),
        ("a: @x\n", "file.yaml:1: a value cannot begin with this character (column 4); put the text in quotes"),
        (
            'a: "\\d"\n',
            "file.yaml:1: a backslash in double quotes means something else in YAML (column 5); use single quotes",
        ),
        ("a: 1\n---\nb: 2\n", "file.yaml:2: a second document begins (`---`); keep one document a file"),
        ("a: 1\nb: \x07\n", "file.yaml:2: holds an invisible control character (U+0007); delete it"),
        ("", "file.yaml:1: is empty; see the packaged file of that name"),
        ("# only a remark\n", "file.yaml:1: is empty; see the packaged file of that name"),
        ("- a\n- b\n", "file.yaml:1: must be a mapping of fields (`name: value`), not a list"),
        ("just words\n", "file.yaml:1: must be a mapping of fields (`name: value`), not a text"),
        (b"a: 1\nb: \xcf\xf0\n", "file.yaml:2: is not UTF-8 text; save it as UTF-8"),
        ("a: " + "[" * 50_000 + "\n", "file.yaml:1: is nested too deeply to be meant"),
    ],
)
def test_what_is_no_yaml_is_told_with_its_line(file: Path, text: str | bytes, line: str) -> None:
    assert told(file, text).startswith(line)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "file.yaml:3: a: is given twice, first on line 1; keep one"),
        ("a:\n  b: 1\n  b: 2\n", "file.yaml:3: a.b: is given twice, first on line 2; keep one"),
        ("1: x\n", "file.yaml:1: has a number where the name of a field is expected; put it in quotes"),
        ("[a]: x\n", "file.yaml:1: has a list where the name of a field is expected"),
        ("a: !!python/object:os.system x\n", "file.yaml:1: a: has a tag (os.system); remove what begins with `!`"),
        ("a: *stem\n", "file.yaml:1: a: `*stem` names an anchor that is not there; put the text in quotes"),
        ("a: &me [x, *me]\n", "file.yaml:1: a[1]: `*me` names an anchor that is not there; put the text in quotes"),
        ("a: 99999999999999999999\n", "file.yaml:1: a: is too large a number"),
    ],
)
def test_what_is_yaml_but_no_configuration_is_noted(file: Path, text: str, line: str) -> None:
    file.write_text(text, encoding="utf-8")

    (mistake,) = read(file).mistakes

    assert str(mistake).replace(f"{file.parent}/", "") == line


def test_a_file_that_cannot_be_read(file: Path) -> None:
    with pytest.raises(ConfigurationProblem, match="there is no such file"):
        read(file)
    file.mkdir()
    with pytest.raises(ConfigurationProblem, match="cannot be read: is a directory"):
        read(file)
