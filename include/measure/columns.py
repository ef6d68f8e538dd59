"""Tables as dataclasses of arrays: every array field is a column, or a mapping of columns by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # it is there for type checkers only
    from _typeshed import DataclassInstance

Rows = slice | NDArray[np.bool_] | NDArray[np.intp]
Table = TypeVar("Table", bound="DataclassInstance")


def take_rows(table: Table, rows: Rows) -> Table:
    """Return the table with the chosen rows; fields that hold no array stay as they are."""
    return type(table)(**{field.name: _taken(getattr(table, field.name), rows) for field in fields(table)})


def _taken(value: Any, rows: Rows) -> Any:
    if isinstance(value, np.ndarray):
        return value[rows]
    if isinstance(value, Mapping):
        return {name: _taken(column, rows) for name, column in value.items()}
    return value
