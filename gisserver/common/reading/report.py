"""The report of rejected rows: number, code, sentence and the values as they came, as CSV or GeoJSON."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import shapely

from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import DeclaredCRS, geometries_to_wgs84
from gisserver.common.reading.table import RowProblem, Table

_HEAD = ("row", "reason", "sentence")


def write_report(path: Path, table: Table, problems: Iterable[RowProblem]) -> Path:
    """Write one line, or one feature when ``path`` ends in .geojson, for each problem.

    CSV is UTF-8 with a mark for Excel. A feature's geometry is in WGS84 longitude and latitude, null where
    it can't be placed. Only its owner may read the file: the rows may name people. Returns ``path``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    if path.is_file():  # not a pipe
        path.chmod(0o600)
    ordered = sorted(problems, key=lambda problem: problem.number)
    if path.suffix.lower() in {".geojson", ".json"}:
        features = [_feature(table, problem) for problem in ordered]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
        return path
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*_HEAD, *table.fields])
        for problem in ordered:
            original = table.original(problem.number - 1)
            values = ["" if value is None else value for value in original.values()]
            writer.writerow([problem.number, problem.code, problem.sentence, *values])
    return path


def _feature(table: Table, problem: RowProblem) -> dict[str, Any]:
    index = problem.number - 1
    geometry = None if table.geometry is None else table.geometry[index]
    problem_members = dict(zip(_HEAD, (problem.number, problem.code, problem.sentence), strict=True))
    return {
        "type": "Feature",
        "properties": {**table.original(index), **problem_members},
        "geometry": _lonlat(geometry, table.crs),
    }


def _lonlat(geometry: Any, crs: DeclaredCRS | None) -> Any:
    if geometry is None or crs is None:
        return None
    try:
        return json.loads(shapely.to_geojson(geometries_to_wgs84(geometry, crs)))
    except Invalid:
        return None
