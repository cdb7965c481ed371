"""From the declared CRS of a table to the survey CRS, row by row: what can't be placed is named."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import geometries_to_survey, misplaced
from gisserver.common.geo.misplaced import Misplaced
from gisserver.common.reading.table import RowProblem, Table

# One bad vertex makes the row bad; of several reasons the gravest is reported.
_GRAVEST_FIRST = (Misplaced.NOT_FINITE, Misplaced.OUTSIDE, Misplaced.SWAPPED)


def place_rows(table: Table, *, survey_srid: int) -> tuple[NDArray[np.object_], dict[int, RowProblem]]:
    """Return the geometries in the survey CRS and the rows that can't be placed.

    Geometries come in two dimensions, in metres, not rounded. A row without geometry stays None and is no
    problem here. Raises Invalid ``no_geometry`` when the table has none at all.
    """
    if table.geometry is None or table.crs is None:
        raise Invalid("no_geometry", "The file has no geometry: name its columns with --map lon=… --map lat=….")
    flat: Any = shapely.force_2d(table.geometry)
    xy, rows = shapely.get_coordinates(flat, return_index=True)
    reasons = misplaced(xy, table.crs, survey_srid)
    problems: dict[int, RowProblem] = {}
    for reason in reversed(_GRAVEST_FIRST):
        for index in np.unique(rows[reasons == reason]).tolist():
            problems[index] = RowProblem(index + 1, reason.value, reason.sentence)
    placed = np.full(len(flat), None, dtype=object)
    good = np.ones(len(flat), dtype=bool)
    good[list(problems)] = False
    good &= ~shapely.is_missing(flat)
    placed[good] = geometries_to_survey(flat[good], table.crs, survey_srid)
    return placed, problems
