"""Which grid and divisions contain a place, for many places at once: law 3 as `grids_grid_of` says it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

EXACT_M: Final = 5e-7  # distances count to a micrometre


@dataclass(frozen=True, slots=True)
class Area:
    """A grid or division: its level, id, code, name, its shape (survey CRS), and whether the user_id may see it."""

    level: str
    id: int
    code: str
    name: str
    shape: Any
    visible: bool


class Areas:
    """Areas of one kind, ready to be asked for many places."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self.areas: Sequence[Area] = sorted(areas, key=lambda area: area.code)
        self._shapes = np.array([area.shape for area in self.areas], dtype=object)
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)

    def of(self, points: NDArray[Any], tolerance_m: float) -> list[Area | None]:
        """Return for each point (survey CRS) the area that it is in, else the nearest within ``tolerance_m`` metres.

        On a shared border it is the one of the lowest code.
        """
        first = self._first(len(points), *self._tree.query(points, predicate="dwithin", distance=EXACT_M))
        outside = np.flatnonzero(first < 0)
        if tolerance_m and len(outside):
            (asked, found), metres = self._tree.query_nearest(
                points[outside], max_distance=tolerance_m + 0.001, return_distance=True, all_matches=True
            )
            near = np.round(metres, 6) <= tolerance_m
            first[outside] = self._first(len(outside), asked[near], found[near])
        return [self.areas[number] if number >= 0 else None for number in first.tolist()]

    def containing(self, points: NDArray[Any]) -> list[Area | None]:
        """Return for each point the area that covers it, the one of the lowest code on a border."""
        asked, near = self._tree.query(points)
        inside = shapely.intersects(self._shapes[near], points[asked])  # of which the shapes are prepared
        first = self._first(len(points), asked[inside], near[inside])
        return [self.areas[number] if number >= 0 else None for number in first.tolist()]

    @staticmethod
    def _first(count: int, asked: NDArray[Any], found: NDArray[Any]) -> NDArray[np.int64]:
        """Return for each of ``count`` the lowest number found, -1 for none; areas are in order of their codes."""
        lowest = np.full(count, np.iinfo(np.int64).max)
        np.minimum.at(lowest, asked, found)
        lowest[lowest == np.iinfo(np.int64).max] = -1
        return lowest


class Ground:
    """The grids and divisions of a moment."""

    LEVELS: Final = ("district", "subdistrict", "community")

    def __init__(self, areas: Iterable[Area]) -> None:
        held: dict[str, list[Area]] = {}
        for area in areas:
            if area.visible or area.level == "grid":
                held.setdefault(area.level, []).append(area)
        self._grids = Areas(held.get("grid", ()))
        self._divisions = [Areas(held[level]) for level in self.LEVELS if level in held]

    def grids(self, points: NDArray[Any], tolerance_m: float) -> list[str]:
        """Return the code of each point's one grid, '' where there is none or it may not be seen."""
        return [area.code if area and area.visible else "" for area in self._grids.of(points, tolerance_m)]

    def divisions(self, points: NDArray[Any]) -> list[tuple[Area, ...]]:
        """Return for each point the visible divisions that contain it, the widest first."""
        by_level = [areas.containing(points) for areas in self._divisions]
        return [tuple(area for area in said if area) for said in zip(*by_level, strict=True)] or [()] * len(points)


def ground(rows: Iterable[Mapping[str, Any]]) -> Ground:
    """Return the ground from rows of level, id, code, name, shape (WKB) and visible."""
    return Ground(
        Area(r["level"], r["id"], r["code"], r["name"], shapely.from_wkb(bytes(r["shape"])), r["visible"]) for r in rows
    )
