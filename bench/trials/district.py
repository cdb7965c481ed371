"""A district to redraw: communities of grids in crooked cells, with what stands and happens in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from django.conf import settings
from django.db import connection, transaction
from shapely.geometry.base import BaseGeometry

from buildings.services import assign_buildings
from fixtures.pingshan.loading.bulk import without_indexes
from fixtures.pingshan.loading.copying import Column, copy_columns, ewkb, reserve
from fixtures.pingshan.loading.load import BULKY, analyze
from gisserver.common.db import sql
from grids.editing.coverage.coverage import Coverage
from grids.editing.verbs.split import Split
from incidents.services import SQL as INCIDENTS_SQL
from incidents.services import place_staged
from tests.partitions import jittered

SQL = Path(__file__).parent / "sql"
VALID = "[2024-01-01 00:00:00+08,)"
DISTRICT = "460105"  # Xiuying, whose redraw of 2020 is the picture of a campaign
INCIDENT_TYPES = 20
VERTICES_A_SIDE = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a district is: communities across and up, grids across and up in each, and what is in it.

    ``extra`` communities have one grid more than the others.
    """

    across: int
    up: int
    grids_across: int = 4
    grids_up: int = 3
    extra: int = 0
    units: int = 0
    units_a_building: int = 8
    incidents: int = 0
    open_share: float = 0.03


@dataclass(frozen=True, slots=True)
class District:
    """What was made: the division's id, and the partition of each community by its code."""

    id: int
    communities: dict[str, int]
    partitions: dict[str, Coverage]

    @property
    def grids(self) -> int:
        """How many grids there are."""
        return sum(len(partition) for partition in self.partitions.values())


@transaction.atomic
def load(size: Size, *, seed: int) -> District:
    """Make a district in an empty database."""
    partitions = _partitions(size, seed)
    with without_indexes(BULKY, lambda _words: None):
        district = _load_partition(partitions)
        _load_content(size, partitions)
    analyze()
    return district


def _partitions(size: Size, seed: int) -> dict[str, Coverage]:
    """Return the grids of each community by codes of 15 digits, numbered from 001."""
    wide, high = size.grids_across, size.grids_up
    cells = jittered(size.across * wide, size.up * high, seed, steps=VERTICES_A_SIDE).to_polygons()
    found = {}
    for index in range(size.across * size.up):
        row, column = divmod(index, size.across)
        code = f"{DISTRICT}{1 + index // 7:03d}{1 + index % 7:03d}"
        keys = [f"{row * high + y:03d}{column * wide + x:03d}" for y in range(high) for x in range(wide)]
        grids = {f"{code}{number:03d}": cells[key] for number, key in enumerate(keys, start=1)}
        coverage = Coverage.from_polygons(grids)
        if index < size.extra:
            coverage = _one_more(coverage, f"{code}{wide + 2:03d}", f"{code}{wide * high + 1:03d}")
        found[code] = coverage
    return found


def _one_more(coverage: Coverage, key: str, new: str) -> Coverage:
    """Cut a grid that lies inside its community from south to north."""
    west, south, east, north = (value / 1000 for value in coverage[key].bounds)
    middle = (west + east) / 2
    line = (middle, south - 5), (middle + 3, (south + north) / 2), (middle, north + 5)
    return Split(key, new, line).step(coverage).coverage


def _load_partition(partitions: dict[str, Coverage]) -> District:
    frames = {code: partition.frame.polygon for code, partition in partitions.items()}
    towns = sorted({code[:9] for code in partitions})
    grouped = {town: shapely.union_all([frames[code] for code in frames if code[:9] == town]) for town in towns}
    rows: list[tuple[str, str, str | None, BaseGeometry]] = [
        (DISTRICT, "district", None, shapely.union_all(list(frames.values()))),
        *((town, "subdistrict", DISTRICT, area) for town, area in grouped.items()),
        *((code, "community", code[:9], frame) for code, frame in frames.items()),
    ]
    ids = dict(zip((row[0] for row in rows), reserve("grids_division", len(rows)), strict=True))
    texts = [str(ids[row[0]]) for row in rows]
    copy_columns("grids_division", len(rows), {"id": texts, "level": [row[1] for row in rows], "created_at": "now"})
    columns: dict[str, Column] = {
        "division_id": texts,
        "level": [row[1] for row in rows],
        "parent_id": [str(ids[row[2]]) if row[2] else r"\N" for row in rows],
        "code": [row[0] for row in rows],
        "name": [f"{row[0]}名" for row in rows],
        "geom": _geometries([row[3] for row in rows]),
        "valid": VALID,
        "recorded_at": "now",
    }
    copy_columns("grids_divisionversion", len(rows), columns)
    for code, partition in partitions.items():
        _load_grids(str(ids[code]), partition)
    return District(ids[DISTRICT], {code: ids[code] for code in partitions}, partitions)


def _load_grids(community: str, partition: Coverage) -> None:
    ids = [str(number) for number in reserve("grids_grid", len(partition))]
    copy_columns("grids_grid", len(ids), {"id": ids, "community_id": community, "created_at": "now"})
    columns: dict[str, Column] = {
        "grid_id": ids,
        "community_id": community,
        "code": list(partition.keys),
        "name": [f"网格{key[-3:]}" for key in partition.keys],
        "kind": "base",
        "geom": _geometries(list(partition.to_polygons().values())),
        "valid": VALID,
        "recorded_at": "now",
    }
    copy_columns("grids_gridversion", len(ids), columns)


def _geometries(polygons: Sequence[BaseGeometry]) -> list[str]:
    multi = [shapely.multipolygons(list(shapely.get_parts(polygon))) for polygon in polygons]
    return ewkb(np.array(multi, dtype=object), settings.SURVEY_SRID)


def _load_content(size: Size, partitions: dict[str, Coverage]) -> None:
    west, south, east, north = shapely.total_bounds([each.frame.polygon for each in partitions.values()])
    extent = {"west": west, "south": south, "east": east, "north": north, "srid": settings.SURVEY_SRID}
    buildings = size.units // size.units_a_building
    sql.run(SQL / "stock.sql", buildings=buildings, units_a_building=size.units_a_building, valid=VALID, **extent)
    analyze("grids_gridversion", "grids_divisionversion", "buildings_building", "buildings_buildingassignment")
    assign_buildings()
    with connection.cursor() as cursor:
        cursor.execute(sql.read(INCIDENTS_SQL / "staging.sql"))
    values = {"incidents": size.incidents, "types": INCIDENT_TYPES, "open_share": size.open_share}
    sql.run(SQL / "incidents.sql", valid=VALID, **values, **extent)
    place_staged()
