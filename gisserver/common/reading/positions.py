"""Positions spelt in columns: longitude and latitude, or well-known text."""

from collections.abc import Mapping

import numpy as np
import shapely
from numpy.typing import NDArray

from gisserver.common.errors import Invalid
from gisserver.common.reading.table import RowProblem, Table, as_text

Geometries = NDArray[np.object_]
# Longer than any number that means a place; longer ones only cost time.
_MAX_NUMBER_LENGTH = 64


def geometry_from_columns(table: Table, found: Mapping[str, str]) -> tuple[Geometries | None, dict[int, RowProblem]]:
    """Return a geometry a row (None where the cells are empty) and the rows whose cells can't be read.

    ``found`` maps ``lon`` and ``lat``, or ``wkt``, to columns. Without them the geometry is None; with only
    one of a pair it is Invalid ``missing_column``.
    """
    if "lon" in found and "lat" in found:
        return _from_numbers(table, found["lon"], found["lat"])
    if "wkt" in found:
        return _from_wkt(table, found["wkt"])
    if "lon" in found or "lat" in found:
        lone = next(iter(found))
        raise Invalid("missing_column", f"There is a column for {lone!r} only: lon and lat come in pairs.")
    return None, {}


def _from_numbers(table: Table, lon: str, lat: str) -> tuple[Geometries, dict[int, RowProblem]]:
    xy = np.full((len(table), 2), np.nan)
    problems: dict[int, RowProblem] = {}
    for index, pair in enumerate(zip(table.text(lon), table.text(lat), strict=True)):
        if pair == ("", ""):
            continue
        try:
            xy[index] = [_number(cell) for cell in pair]
        except ValueError:
            shown = ", ".join(cell[:30] or "nothing" for cell in pair)
            problems[index] = RowProblem(index + 1, "bad_coordinate", f"Not a pair of finite numbers: {shown}.")
    geometry = np.full(len(table), None, dtype=object)
    filled = np.isfinite(xy).all(axis=1)
    geometry[filled] = shapely.points(xy[filled])
    return geometry, problems


def _number(cell: str) -> float:
    if len(cell) > _MAX_NUMBER_LENGTH:
        raise ValueError(cell[:_MAX_NUMBER_LENGTH])
    value = float(cell)
    if not np.isfinite(value):
        raise ValueError(cell)
    return value


def _from_wkt(table: Table, column: str) -> tuple[Geometries, dict[int, RowProblem]]:
    cells = [as_text(value) or None for value in table.columns[column].tolist()]
    geometry = shapely.from_wkt(np.array(cells, dtype=object), on_invalid="ignore")
    unread = np.flatnonzero(shapely.is_missing(geometry) & np.array([cell is not None for cell in cells], dtype=bool))
    sentence = f"The column {column!r} does not hold well-known text."
    return geometry, {int(index): RowProblem(int(index) + 1, "bad_wkt", sentence) for index in unread}
