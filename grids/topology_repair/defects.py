"""What is wrong with a partition: place, area and the two neighbours of each defect; or the proof of none."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gisserver.common.geo.millimetres import polygons_of, twice_area_mm2
from grids.topology_repair.segments import segments_of, segments_of_one, unmatched

Polygons = NDArray[np.object_]
# Half a square millimetre is the smallest triangle on the millimetre lattice; below it is only float noise.
_SMALLEST_M2 = 0.4e-6


class DefectKind(StrEnum):
    """The ways a partition can break law 1."""

    INVALID = "invalid_polygon"
    OVERLAP = "overlap"
    GAP = "gap"
    MISSING = "missing"
    OUTSIDE = "outside_frame"
    EDGE = "unmatched_edge"
    AREA = "area_mismatch"
    ENDED = "all_grids_ended"


_SENTENCES = {
    DefectKind.INVALID: "The polygon crosses or touches itself.",
    DefectKind.OVERLAP: "Two grids overlap here.",
    DefectKind.GAP: "No grid covers this land, enclosed by grids.",
    DefectKind.MISSING: "No grid covers this land at the border of the community.",
    DefectKind.OUTSIDE: "A grid reaches out of its community here.",
    DefectKind.EDGE: "The vertices along this border are not the same on both sides.",
    DefectKind.AREA: "The areas of the grids do not add up to the area of the community.",
    DefectKind.ENDED: "This community had grids, and all of them have ended.",
}


@dataclass(frozen=True, slots=True)
class Defect:
    """One defect: ``place`` in the survey CRS, ``area_m2`` of that land, ``between`` the codes concerned."""

    kind: DefectKind
    place: BaseGeometry
    area_m2: float
    between: tuple[str, ...]
    community: str = ""

    @property
    def sentence(self) -> str:
        """One English sentence for a report."""
        return _SENTENCES[self.kind]


def find_defects(codes: Sequence[str], polygons: Polygons, frame: BaseGeometry, *, community: str = "") -> list[Defect]:
    """Return the defects of ``polygons`` as a partition of ``frame``; empty means proved.

    All are in the survey CRS and in whole millimetres. The proof is exact: directed segments in integers, and
    integer areas. Only when it fails is the area searched for what to show.
    """
    invalid = _invalid(codes, polygons, community)
    if not invalid and is_partition(polygons, frame):
        return []
    whole = _made_valid(polygons)
    found = [
        *invalid,
        *overlaps(codes, whole, community),
        *_uncovered(codes, whole, frame, community),
        *_outside(codes, whole, frame, community),
    ]
    found += [
        Defect(DefectKind.EDGE, line, 0.0, _touching(codes, whole, line), community)
        for line in _unmatched_lines(polygons, frame, found)
    ]
    return found or [_area(polygons, frame, community)]


def is_partition(polygons: Polygons, frame: BaseGeometry) -> bool:
    """Return whether valid ``polygons`` tile ``frame`` exactly, border for border and by area."""
    wrong = unmatched(segments_of(polygons), segments_of_one(frame))
    return not len(wrong) and sum(map(twice_area_mm2, polygons)) == twice_area_mm2(frame)


def _made_valid(polygons: Polygons) -> Polygons:
    made: Polygons = shapely.make_valid(polygons, method="structure", keep_collapsed=False)
    return made


def _invalid(codes: Sequence[str], polygons: Polygons, community: str) -> list[Defect]:
    bad = np.flatnonzero(~shapely.is_valid(polygons))
    return [
        Defect(DefectKind.INVALID, _where_invalid(polygons[index]), 0.0, (codes[index],), community)
        for index in bad.tolist()
    ]


def _where_invalid(polygon: BaseGeometry) -> BaseGeometry:
    """Return the point that GEOS names in ``Self-intersection[x y]``."""
    words = shapely.is_valid_reason(polygon).rpartition("[")[2].rstrip("]").split()
    if len(words) == 2:
        return shapely.Point(float(words[0]), float(words[1]))
    return shapely.point_on_surface(shapely.convex_hull(polygon))


def overlaps(codes: Sequence[str], polygons: Polygons, community: str) -> list[Defect]:
    """Return the land that two of ``polygons``, which are valid, both claim."""
    tree = shapely.STRtree(polygons)
    left, right = tree.query(polygons, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    shared = shapely.intersection(polygons[left], polygons[right])
    return [
        _defect(DefectKind.OVERLAP, part, (codes[left[pair]], codes[right[pair]]), community)
        for pair in np.flatnonzero(shapely.area(shared) >= _SMALLEST_M2).tolist()
        for part in _lands(shared[pair])
    ]


def _uncovered(codes: Sequence[str], polygons: Polygons, frame: BaseGeometry, community: str) -> list[Defect]:
    border = shapely.boundary(frame)
    found = []
    for part in _lands(shapely.difference(frame, shapely.union_all(polygons))):
        at_border = shapely.length(shapely.intersection(part, border)) > 0
        kind = DefectKind.MISSING if at_border else DefectKind.GAP
        found.append(_defect(kind, part, _touching(codes, polygons, part), community))
    return found


def _outside(codes: Sequence[str], polygons: Polygons, frame: BaseGeometry, community: str) -> list[Defect]:
    shapely.prepare(frame)
    reaching = np.flatnonzero(~shapely.covers(frame, polygons))
    return [
        _defect(DefectKind.OUTSIDE, part, (codes[index],), community)
        for index in reaching.tolist()
        for part in _lands(shapely.difference(polygons[index], frame))
    ]


def _unmatched_lines(polygons: Polygons, frame: BaseGeometry, found: Sequence[Defect]) -> list[BaseGeometry]:
    """Return the unmatched borders that no overlap or gap already explains, joined to lines."""
    segments, around = segments_of(polygons), segments_of_one(frame)
    wrong = unmatched(segments, around)
    starts, ends = (
        np.vstack([segments.start, around.end])[wrong],
        np.vstack([segments.end, around.start])[wrong],
    )
    lines = shapely.linestrings(np.stack([starts, ends], axis=1) / 1000.0)
    known = shapely.buffer(shapely.union_all([defect.place for defect in found]), 0.01)
    rest = shapely.line_merge(shapely.union_all(lines[~shapely.covered_by(lines, known)]))
    parts: list[BaseGeometry] = [part for part in shapely.get_parts(rest) if shapely.length(part) > 0]
    return parts


def _area(polygons: Polygons, frame: BaseGeometry, community: str) -> Defect:
    excess = sum(map(twice_area_mm2, polygons)) - twice_area_mm2(frame)
    return Defect(DefectKind.AREA, shapely.point_on_surface(frame), excess / 2e6, (), community)


def _lands(geometry: BaseGeometry) -> list[BaseGeometry]:
    return [part for part in polygons_of(geometry) if shapely.area(part) >= _SMALLEST_M2]


def _defect(kind: DefectKind, place: BaseGeometry, between: tuple[str, ...], community: str) -> Defect:
    return Defect(kind, place, float(shapely.area(place)), between, community)


def _touching(codes: Sequence[str], polygons: Polygons, place: BaseGeometry) -> tuple[str, ...]:
    """Return the codes of the two polygons that share most border with ``place``."""
    near = shapely.buffer(place, 0.002)
    candidates = shapely.STRtree(polygons).query(near, predicate="intersects")
    shared = shapely.area(shapely.intersection(polygons[candidates], near))
    best = candidates[np.argsort(-shared, kind="stable")]
    return tuple(codes[index] for index in best[:2].tolist())
