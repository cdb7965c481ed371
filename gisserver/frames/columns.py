"""How a published property becomes a column: what the database hands over, and the dtype that pandas makes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from layers.fields import Field, FieldType


@dataclass(frozen=True, slots=True)
class Kind:
    """The SQL around a value, and the column made of many values, None where there is none."""

    sql: str
    column: Callable[[Sequence[Any]], Any]


def _of(dtype: str) -> Callable[[Sequence[Any]], Any]:
    return lambda values: pd.array(list(values), dtype=dtype)


def _floats(values: Sequence[Any]) -> Any:
    return np.array(values, dtype=np.float64)


def _moments(values: Sequence[Any]) -> Any:
    return pd.to_datetime(_of("Int64")(values), unit="us", utc=True).as_unit("us")


def _days(values: Sequence[Any]) -> Any:
    return pd.to_datetime(_of("Int64")(values), unit="D").as_unit("s")


_TEXT = Kind("{}::text", _of("str"))
# Moments and days come as whole numbers: the driver would make each an object of Python's.
KINDS: dict[FieldType, Kind] = {
    FieldType.STRING: _TEXT,
    FieldType.INTEGER: Kind("{}::bigint", _of("Int64")),
    FieldType.NUMBER: Kind("{}::double precision", _floats),
    FieldType.BOOLEAN: Kind("{}::boolean", _of("boolean")),
    FieldType.DATE: Kind("({} - date '1970-01-01')", _days),
    FieldType.DATETIME: Kind("(extract(epoch FROM {}) * 1000000)::bigint", _moments),
    FieldType.TIME: _TEXT,
    FieldType.JSON: _TEXT,
}


def column(field: Field, values: Sequence[Any]) -> Any:
    """Return the column of ``field``: a categorical where the field lists its values."""
    if not field.values:
        return KINDS[field.type].column(values)
    # One that the list lacks is a value all the same.
    others = sorted({value for value in values if value is not None} - set(field.values))
    return pd.Categorical(list(values), categories=[*field.values, *others])
