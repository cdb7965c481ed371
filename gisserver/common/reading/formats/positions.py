"""Positions spelt in columns: longitude and latitude in several spellings, or well-known text."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from gisserver.common.errors import Invalid
from gisserver.common.reading.nesting import wkt_is_too_deep
from gisserver.common.reading.table import RowProblem, Table, as_text
from gisserver.common.sentences import Sentence

Geometries = NDArray[np.object_]
# Longer than any number that means a place; longer ones only cost time.
_MAX_NUMBER_LENGTH = 64
NULL_WORDS = frozenset(
    {"", "null", "none", "nil", "nan", "na", "n/a", "#n/a", "-", "--", "\\n", "无", "空", "undefined"}
)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_DMS = re.compile(
    r"([NSEWnsew]?)\s*(\d{1,3})\s*[°度]\s*(?:(\d{1,2}(?:\.\d+)?)\s*['′’分]\s*)?"
    r"(?:(\d{1,2}(?:\.\d+)?)\s*(?:\"|″|”|''|′′|秒)\s*)?([NSEWnsew]?)"
)


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
        raise Invalid(
            "missing_column", Sentence("There is a column for {lone!r} only: lon and lat come in pairs.", lone=lone)
        )
    return None, {}


def _from_numbers(table: Table, lon: str, lat: str) -> tuple[Geometries, dict[int, RowProblem]]:
    xy = np.full((len(table), 2), np.nan)
    problems: dict[int, RowProblem] = {}
    for index, pair in enumerate(zip(_with_points(table.text(lon)), _with_points(table.text(lat)), strict=True)):
        if all(cell.casefold() in NULL_WORDS for cell in pair):
            continue
        try:
            xy[index] = [position_number(cell) for cell in pair]
        except ValueError:
            shown = ", ".join(cell[:30] or "nothing" for cell in pair)
            problems[index] = RowProblem(
                index + 1, "bad_coordinate", Sentence("Not a pair of finite numbers: {shown}.", shown=shown)
            )
    geometry = np.full(len(table), None, dtype=object)
    filled = np.isfinite(xy).all(axis=1)
    geometry[filled] = shapely.points(xy[filled])
    return geometry, problems


def _with_points(cells: Sequence[str]) -> Sequence[str]:
    """Return a column that writes its decimals with a comma, and in no row otherwise, with points."""
    values = [cell for cell in cells if cell.casefold() not in NULL_WORDS]
    if values and all(_DECIMAL_COMMA.fullmatch(cell) for cell in values):
        return [cell.replace(",", ".") for cell in cells]
    return cells


def position_number(cell: str) -> float:
    """Return a coordinate: a decimal number, or degrees with minutes and seconds. Raises ValueError for others."""
    if len(cell) > _MAX_NUMBER_LENGTH:
        raise ValueError(cell[:_MAX_NUMBER_LENGTH])
    spelt = _DMS.fullmatch(cell.strip())
    value = float(cell) if spelt is None else _degrees(*spelt.groups())
    if not np.isfinite(value):
        raise ValueError(cell)
    return value


def _degrees(before: str, degrees: str, minutes: str | None, seconds: str | None, after: str) -> float:
    if (before and after) or float(minutes or 0) >= 60 or float(seconds or 0) >= 60:
        raise ValueError(degrees)
    value = int(degrees) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
    return -value if (before or after).upper() in ("S", "W") else value


def _from_wkt(table: Table, column: str) -> tuple[Geometries, dict[int, RowProblem]]:
    cells = [as_text(value) or None for value in table.columns[column].tolist()]
    deep = {index for index, cell in enumerate(cells) if cell is not None and wkt_is_too_deep(cell)}
    readable = [None if index in deep else cell for index, cell in enumerate(cells)]
    geometry = shapely.from_wkt(np.array(readable, dtype=object), on_invalid="ignore")
    unread = np.flatnonzero(shapely.is_missing(geometry) & np.array([cell is not None for cell in cells], dtype=bool))
    sentence = Sentence("The column {column!r} does not hold well-known text.", column=column)
    too_deep = Sentence("The well-known text in the column {column!r} nests too deep.", column=column)
    return geometry, {
        int(index): RowProblem(int(index) + 1, "bad_wkt", too_deep if index in deep else sentence) for index in unread
    }


def without_places(table: Table) -> Table:
    """Return the table without the points that stand for "no coordinates": (0, 0), and the projection's false origin.

    A note counts them.
    """
    if table.geometry is None or table.crs is None:
        return table
    are_points = np.flatnonzero(shapely.get_type_id(table.geometry) == shapely.GeometryType.POINT)
    xy = shapely.get_coordinates(table.geometry[are_points])
    if len(xy) != len(are_points):  # some are empty
        return table
    nowhere = np.zeros(len(xy), dtype=bool)
    for origin in {(0.0, 0.0), _false_origin(table.crs.srid)}:
        nowhere |= (xy == origin).all(axis=1)
    if not nowhere.any():
        return table
    geometry = table.geometry.copy()
    geometry[are_points[nowhere]] = None
    note = f"{int(nowhere.sum())} rows lie at (0, 0) or the projection's origin, which stands for no coordinates."
    return replace(table, geometry=geometry, notes=(*table.notes, note))


def _false_origin(srid: int) -> tuple[float, float]:
    operation = pyproj.CRS.from_epsg(srid).coordinate_operation
    values = {} if operation is None else {each.name: float(each.value) for each in operation.params}
    return values.get("False easting", 0.0), values.get("False northing", 0.0)
