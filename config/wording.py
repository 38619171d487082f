"""What pydantic finds wrong, in the words of whoever edits the file."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from rapidfuzz import fuzz, process

from config.document import kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic_core import ErrorDetails

    from config.document import Document, Way
    from config.errors import Mistake

_ALIKE = 70.0
_SHOWN = 60
_PATTERNS = {
    "^[a-z0-9][a-z0-9_]*$": "is not an id: use small letters, figures and `_`",
    "^[a-z]{2}$": "is not a language: use its two small letters, as in `en`",
    r"^https?://[^\s]+$": "is not a web address: it begins with `http://` or `https://` and has no spaces",
}
_SIMPLE: dict[Any, tuple[str, str]] = {
    str: ("a text", "texts"),
    int: ("a whole number", "whole numbers"),
    float: ("a number", "numbers"),
    bool: ("true or false", "true or false"),
}


def nearest(name: str, known: Iterable[str], *, alike: float = _ALIKE) -> str | None:
    """The known name most like `name`, or None when none is like it (`alike` of 100 is the same)."""
    choices = list(known)
    best = process.extractOne(name.casefold(), [choice.casefold() for choice in choices], scorer=fuzz.ratio)
    return choices[best[2]] if best and best[1] >= alike else None


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """The hint for an unknown name: the nearest known one, else all of them when they are few."""
    choices = sorted(known)
    if near := nearest(name, choices):
        return f"did you mean `{near}`?"
    listed = ", ".join(f"`{choice}`" for choice in choices)
    return f"known are {listed}" if choices and len(listed) <= 2 * _SHOWN else None


def quoted(value: object) -> str:
    """A value as typed, cut when long."""
    text = str(value)
    return f"`{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}`"


def mistake(error: ErrorDetails, document: Document, model: type[BaseModel]) -> Mistake:
    """One of pydantic's errors as a mistake in `document`."""
    key_is_wrong = error["loc"][-1:] == ("[key]",)
    way: Way = error["loc"][:-1] if key_is_wrong else error["loc"]
    what, hint = _say(error, way, model, named=str(way[-1]) if key_is_wrong else None)
    return document.mistake(way, what, hint)


def _say(error: ErrorDetails, way: Way, model: type[BaseModel], *, named: str | None) -> tuple[str, str | None]:
    value, ctx = error["input"], error.get("ctx", {})
    what, hint = f"must be {_one(_annotation(model, way))}, not {_given(value)}", None
    match error["type"]:
        case "missing":
            what, hint = "is missing", f"it is {_one(_annotation(model, way))}"
        case "extra_forbidden":
            what, hint = "is no field of this kind of thing", did_you_mean(str(way[-1]), _fields(model, way[:-1]))
        case "string_pattern_mismatch":
            pattern = str(ctx.get("pattern"))
            what = f"{quoted(named or value)} {_PATTERNS.get(pattern, f'does not match {pattern}')}"
        case "string_too_short":
            what, hint = "is empty", "write a text or leave the field out"
        case "string_too_long":
            what = f"is longer than {ctx.get('max_length')} characters"
        case "literal_error":
            choices = _choices(_annotation(model, way))
            what, hint = f"must be one of {', '.join(choices)}, not {_given(value)}", _near_choice(value, choices)
        case "greater_than_equal":
            what = f"must be at least {ctx.get('ge')}, not {value}"
        case "less_than_equal":
            what = f"must be at most {ctx.get('le')}, not {value}"
        case "value_error":
            what = f"{ctx.get('error')}, not {value}"
    return what, hint


def _fields(model: type[BaseModel], way: Way) -> Iterable[str]:
    parent = _annotation(model, way)
    return parent.model_fields if isinstance(parent, type) and issubclass(parent, BaseModel) else ()


def _near_choice(value: object, choices: list[str]) -> str | None:
    near = nearest(value, choices) if isinstance(value, str) else None
    return f"did you mean `{near}`?" if near else None


def _given(value: object) -> str:
    return f"the text {quoted(value)}" if isinstance(value, str) and len(value) <= _SHOWN else kind(value)


def _annotation(model: Any, way: Way) -> Any:
    """What the schema says may stand at `way`."""
    here: Any = model
    for step in way:
        here = _bare(here)
        if isinstance(here, type) and issubclass(here, BaseModel):
            known = here.model_fields.get(str(step))
            here = known.annotation if known else object
        elif get_origin(here) in (tuple, list):
            here = get_args(here)[0]
        elif get_origin(here) is dict:
            here = get_args(here)[1]
    return _bare(here)


def _bare(annotation: Any) -> Any:
    """Without constraints and without "or nothing"."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return _bare(next(part for part in get_args(annotation) if part is not type(None)))
    return annotation


def _choices(annotation: Any) -> list[str]:
    return [str(choice) for choice in get_args(annotation)] if get_origin(annotation) is Literal else []


def _one(annotation: Any) -> str:
    """What may stand here, in words."""
    annotation = _bare(annotation)
    if annotation in _SIMPLE:
        return _SIMPLE[annotation][0]
    if get_origin(annotation) is Literal:
        return f"one of {', '.join(_choices(annotation))}"
    if get_origin(annotation) is tuple:
        inner = _bare(get_args(annotation)[0])
        return f"a list of {_SIMPLE[inner][1]}" if inner in _SIMPLE else "a list of mappings (`- id: ...`)"
    if get_origin(annotation) is dict:
        return "lists of words by language (`en: [...]`)"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        required = [name for name, known in annotation.model_fields.items() if known.is_required()]
        return f"a mapping with the fields {', '.join(required)}"
    return "something else"
