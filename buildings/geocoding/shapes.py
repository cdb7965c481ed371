"""The shapes of answers: footprints, divisions, points and the lines of roads, in degrees (WGS84)."""

from collections.abc import Sequence
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from buildings.geocoding.answers import Answer
from gisserver.common.db import sql

SQL = Path(__file__).parent / "sql"


def shapes_of(answers: Sequence[Answer], *, tolerance: float = 0.0) -> list[BaseGeometry]:
    """Return the shape of each answer, simplified within ``tolerance`` degrees."""
    stored = {(one.target, one.id) for one in answers if one.target in ("building", "division")}
    rows = sql.rows(SQL / "shapes.sql", targets=[kind for kind, _ in stored], ids=[pk for _, pk in stored])
    held = {(row["target"], row["id"]): shapely.from_wkb(bytes(row["shape"])) for row in rows}
    shapes = [held.get((one.target, one.id)) or _own(one) for one in answers]
    return [shapely.simplify(shape, tolerance) if tolerance else shape for shape in shapes]


def _own(answer: Answer) -> BaseGeometry:
    if len(answer.line) > 1:
        return shapely.LineString(answer.line)
    west, south, east, north = answer.bbox
    if answer.target == "estate" and west < east and south < north:
        return shapely.box(west, south, east, north)
    return shapely.Point(answer.lon, answer.lat)
