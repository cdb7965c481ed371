"""From a file on disk to rows ready for COPY: geometries, typed columns, extent. Runs in the child process. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely

from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import WGS84_SRID, DeclaredCRS, Shift, geometries_to_wgs84, parse_crs
from gisserver.common.geo.misplaced import Misplaced
from gisserver.common.reading.reader import read_table
from gisserver.common.reading.table import RowProblem, Table
from gisserver.common.sentences import Sentence, to_json
from layers.kinds import GeometryType
from layers.reading.columns import Column, columns_of
from layers.reading.copying import copy_line
from layers.reading.declared import Declared, parse_declared
from layers.reading.geometries import Geometries, flattened, listed, mended, one_kind, wrapped

ROWS = "rows.copy"
# So many of the rows left out are named one by one.
MAX_REPORTED = 1000
_WORLD = (-180.0, -90.0, 180.0, 90.0)

Extent = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Features:
    """What one layer of a file holds. ``geometries`` are Shapely's, 2D, in ``srid``, or all None.

    ``refused`` are the rows that are left out of it, which a partial reading allows.
    """

    layer: str
    srid: int
    geometry_type: GeometryType
    geometries: Geometries
    columns: list[Column]
    extent: Extent | None
    notes: tuple[str, ...]
    refused: tuple[RowProblem, ...] = ()

    def __len__(self) -> int:
        return len(self.geometries)


def prepare(
    folder: Path,
    *,
    path: str,
    layer: str | None,
    crs: str | None,
    encoding: str | None,
    zone: str,
    columns: Mapping[str, Any],
    partial: bool,
) -> dict[str, Any]:
    """Read one layer of ``path``, write its rows for COPY into ``folder``, and return the rest as JSON.

    A row is fid (from 1), geometry as hexadecimal EWKB, and the columns in order. ``columns`` is what
    `parse_declared` takes.
    """
    features = read_features(
        Path(path),
        layer=layer,
        crs=parse_crs(crs) if crs else None,
        encoding=encoding,
        zone=zone,
        folder=folder,
        declared=parse_declared(columns),
        partial=partial,
    )
    wkb = shapely.to_wkb(shapely.set_srid(features.geometries, features.srid), hex=True, include_srid=True)
    rows = zip(range(1, len(features) + 1), wkb, *(column.values for column in features.columns), strict=True)
    with (folder / ROWS).open("w", encoding="utf-8", newline="") as file:
        file.writelines(map(copy_line, rows))
    return {
        "layer": features.layer,
        "srid": features.srid,
        "geometry_type": features.geometry_type,
        "fields": [column.description() for column in features.columns],
        "feature_count": len(features),
        "extent": features.extent,
        "notes": features.notes,
        "refused_count": len(features.refused),
        "refused": [
            {"row": each.number, "code": each.code, "detail": to_json(each.sentence)}
            for each in features.refused[:MAX_REPORTED]
        ],
    }


def read_features(
    path: Path,
    *,
    layer: str | None,
    crs: DeclaredCRS | None,
    encoding: str | None,
    zone: str,
    folder: Path | None = None,
    declared: Mapping[str, Declared] | None = None,
    partial: bool = False,
) -> Features:
    """Read one layer of ``path``, its columns as recognised or ``declared``.

    Coordinates stay in the CRS they came in; only a web map's displacement (gcj02, bd09) is undone, into WGS 84, and
    what reaches beyond 180 degrees is cut there. Invalid polygons are mended and named in ``notes``. Moments without
    an offset are in ``zone``. Raises Invalid for a file that cannot be read whole; of a ``partial`` one the rows that
    can't be read are left out, while there are others.
    """
    table = read_table(path, layer=layer, crs=crs, encoding=encoding, folder=folder, origin_is_a_place=True)
    columns, unread = columns_of(table, zone=zone, declared=declared)
    problems = unread | misplaced_rows(table) | dict(table.problems)
    if problems and (not partial or len(problems) == len(table)):
        raise _first_refused(problems, unreadable=table.problems)
    if table.geometry is None or table.crs is None:
        nothing = np.full(len(table), None, dtype=object)
        whole = Features(table.layer, WGS84_SRID, GeometryType.NONE, nothing, columns, None, table.notes)
        return _without(whole, problems)
    notes = list(table.notes)
    geometries, srid = _placed(table.geometry, table.crs, problems, notes)
    geometries = mended(flattened(geometries, notes), notes)
    if table.crs.is_geographic:
        geometries = wrapped(geometries, notes)
    kind, geometries = one_kind(geometries)
    whole = Features(table.layer, srid, kind, geometries, columns, _extent(geometries, srid), tuple(notes))
    return _without(whole, problems)


def misplaced_rows(table: Table) -> dict[int, RowProblem]:
    """Return by index the rows whose coordinates are none of the table's CRS: not finite, or no degrees."""
    if table.geometry is None or table.crs is None:
        return {}
    coordinates, rows = shapely.get_coordinates(table.geometry, return_index=True)
    wrong = [(~np.isfinite(coordinates).all(axis=1), Misplaced.NOT_FINITE)]
    if table.crs.is_geographic:
        x, y = np.abs(coordinates[:, 0]), np.abs(coordinates[:, 1])
        outside = (x > 360.0) | (y > 90.0)
        wrong = [(outside, Misplaced.OUTSIDE), (outside & (x <= 90.0) & (y <= 180.0), Misplaced.SWAPPED), *wrong]
    found: dict[int, RowProblem] = {}
    for are_wrong, why in wrong:
        cure = "" if why is Misplaced.SWAPPED else Sentence("Declare the CRS in which they are.")
        sentence = Sentence("{sentence} {cure}", sentence=why.sentence, cure=cure)
        for index in np.unique(rows[are_wrong]).tolist():
            found[index] = RowProblem(index + 1, why.value, sentence)
    return found


def _first_refused(problems: Mapping[int, RowProblem], *, unreadable: Mapping[int, RowProblem]) -> Invalid:
    """Return the refusal for the first row that can't be read, or else that holds what can't be kept."""
    problem = min((unreadable or problems).values(), key=lambda each: each.number)
    sentence = Sentence("Row {number}: {sentence}", number=problem.number, sentence=problem.sentence)
    if unreadable:
        return Invalid("bad_row", sentence, row=problem.number, reason=problem.code)
    return Invalid(problem.code, sentence, row=problem.number)


def _without(features: Features, problems: Mapping[int, RowProblem]) -> Features:
    """Return the features without the rows that have problems, which are named."""
    if not problems:
        return features
    kept = np.setdiff1d(np.arange(len(features)), list(problems))
    columns = [replace(each, values=[each.values[index] for index in kept]) for each in features.columns]
    refused = tuple(sorted(problems.values(), key=lambda each: each.number))
    note = (
        f"{len(refused)} rows could not be read, and are left out: rows {listed(each.number - 1 for each in refused)}."
    )
    return replace(
        features,
        geometries=features.geometries[kept],
        columns=columns,
        notes=(*features.notes, note),
        refused=refused,
    )


def _placed(
    given: Geometries, crs: DeclaredCRS, problems: Mapping[int, RowProblem], notes: list[str]
) -> tuple[Geometries, int]:
    tall = int((shapely.has_z(given) | shapely.has_m(given)).sum())
    if tall:
        notes.append(f"{tall} geometries have heights or measures, which are not kept.")
    geometries: Geometries = shapely.force_2d(given)
    geometries[list(problems)] = None
    if crs.shift is not Shift.NONE:
        return geometries_to_wgs84(geometries, crs), WGS84_SRID
    return geometries, crs.srid


def _extent(geometries: Geometries, srid: int) -> Extent | None:
    """Return the extent in lon/lat degrees, or None without geometries."""
    bounds = shapely.total_bounds(geometries)
    if not np.isfinite(bounds).all():
        return None
    return lonlat_extent(tuple(bounds.tolist()), srid)


def lonlat_extent(bounds: tuple[float, ...], srid: int) -> Extent:
    """Return bounds in ``srid`` as lon/lat degrees (the world when they are unknown)."""
    if srid == WGS84_SRID:
        return bounds[0], bounds[1], bounds[2], bounds[3]
    transformer = pyproj.Transformer.from_crs(srid, WGS84_SRID, always_xy=True)
    found = transformer.transform_bounds(bounds[0], bounds[1], bounds[2], bounds[3], densify_pts=21)
    if not np.isfinite(found).all():
        return _WORLD
    return float(found[0]), float(found[1]), float(found[2]), float(found[3])
