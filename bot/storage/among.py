"""`column IN (these)` with the whole list as one value: the same statement however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Text, bindparam, column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.sql.compiler import SQLCompiler


class _Each(FunctionElement[Any]):
    """The rows of a list of text given as JSON; the column is called `value` in either database."""

    inherit_cache = True


@compiles(_Each, "sqlite")
def _in_sqlite(element: _Each, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each{compiler.process(element.clause_expr, **options)}"


@compiles(_Each, "postgresql")
def _in_postgresql(element: _Each, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array_elements_text{compiler.process(element.clause_expr, **options)}"


def among(values: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether a text column is one of the list the statement is given as `name`.

    Values spelled out one by one would be another statement for every number of them, to be composed and prepared
    anew, and no statement takes more than some ten thousand.
    """
    rows = _Each(bindparam(name, type_=JSON)).table_valued(column("value", Text))
    return values.in_(select(rows.c.value))
