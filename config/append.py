"""Adds sources to the end of a newsroom's list. What stands in the file, comments and all, stays as it is."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from config.document import read, shown
from config.errors import ConfigurationProblem, Mistake
from config.load import load_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from config.document import Way
    from config.schema import SourceConfig

_PLAIN = re.compile(r"[^\W\d_][\w .()/–-]*[\w)]", re.UNICODE)
_WORDS = re.compile(r"true|false|null|~", re.IGNORECASE)
_ITEM = re.compile(r"(\s*)-\s")


def append_sources(file: Path, groups: Mapping[str, Sequence[SourceConfig]]) -> None:
    """Write each group under a comment, one source a line, in the columns of the list; all of it or nothing.

    Raises:
        ConfigurationProblem: The file cannot be read or written, is no list of `- ` lines, or would be wrong then.
    """
    file = file.resolve()
    document = read(file)
    lines = file.read_bytes().decode("utf-8").split("\n")
    begins = document.lines.get(("sources", 0))
    indent = _ITEM.match(lines[begins - 1]) if begins else None
    if indent is None:
        what = "is no list of `- ` lines that can be added to"
        raise ConfigurationProblem([document.mistake(("sources",), what, "begin one by hand")])
    end = "\r" if lines[0].endswith("\r") else ""
    added: list[str] = []
    for comment, sources in groups.items():
        added += ["", f"{indent[1]}# {comment}", *(f"{indent[1]}- {written(source)}" for source in sources)]
    at = _end(document.lines, lines)
    _replace(file, "\n".join([*lines[:at], *(f"{line}{end}" for line in added), *(lines[at:] or [""])]))


def _replace(file: Path, text: str) -> None:
    """Put `text` in the file's place once it is known to be a sound list."""
    changed = file.with_name(f"{file.name}.new")
    try:
        changed.write_bytes(text.encode("utf-8"))
        load_sources(changed)
        shutil.copymode(file, changed)
        changed.replace(file)
    except ConfigurationProblem as problem:
        raise ConfigurationProblem([replace(mistake, file=shown(file)) for mistake in problem.mistakes]) from problem
    except OSError as error:
        what = f"cannot be written: {(error.strerror or str(error)).lower()}"
        hint = "copy the configuration to a folder of your own and name it in BACKCHANNEL_CONFIG"
        raise ConfigurationProblem([Mistake(shown(file), None, "", what, hint)]) from error
    finally:
        changed.unlink(missing_ok=True)


def written(source: SourceConfig) -> str:
    """A source as one line of the list, without what it would be anyway."""
    values = source.model_dump(exclude_defaults=True)
    return _flow(values | {"verified": source.verified})


def _end(ways: Mapping[Way, int], lines: Sequence[str]) -> int:
    """How many lines of the file stand before what is added: up to the list's last that is not blank."""
    begins = ways[("sources",)]
    following = [line for way, line in ways.items() if len(way) == 1 and line > begins]
    at = min(following) - 1 if following else len(lines)
    # What is said above the next field belongs to that field.
    while at > begins and (not lines[at - 1].strip() or (following and lines[at - 1].startswith("#"))):
        at -= 1
    return at


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        pairs: Iterable[str] = (f"{name}: {_flow(each)}" for name, each in value.items() if each is not None)
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, bool | int | float):
        return f"{value:g}" if isinstance(value, float) else json.dumps(value)
    text = str(value)
    # JSON's quotes are YAML's; what could mean anything else is put in them.
    return text if _PLAIN.fullmatch(text) and not _WORDS.fullmatch(text) else json.dumps(text, ensure_ascii=False)
