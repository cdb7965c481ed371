"""Which grid and divisions contain a place, for many places at once (law 3: `grids.grid_of_point`). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from grids.grid_of_point import AreaIndex


@dataclass(frozen=True, slots=True)
class Area:
    """A grid or division: its level, id, code, name, its shape (survey CRS), and whether the user may see it."""

    level: str
    id: int
    code: str
    name: str
    shape: Any
    visible: bool


class Areas:
    """Areas of one kind, indexed for queries of many places."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self.areas: Sequence[Area] = sorted(areas, key=lambda area: area.code)
        self._index = AreaIndex([area.shape for area in self.areas])

    def of(self, points: NDArray[Any], tolerance_m: float) -> list[Area | None]:
        """Return for each point (survey CRS) the area that it is in, else the nearest within ``tolerance_m`` metres."""
        return self._named(self._index.at(points, tolerance_m))

    def containing(self, points: NDArray[Any]) -> list[Area | None]:
        """Return for each point the area that covers it, the one of the lowest code on a border."""
        return self._named(self._index.covering(points))

    def _named(self, found: NDArray[np.intp]) -> list[Area | None]:
        return [self.areas[position] if position >= 0 else None for position in found.tolist()]


class GridsAndDivisions:
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
        return [tuple(area for area in found if area) for found in zip(*by_level, strict=True)] or [()] * len(points)


def grids_and_divisions(rows: Iterable[Mapping[str, Any]]) -> GridsAndDivisions:
    """Return the areas in rows of level, id, code, name, shape (WKB) and visible."""
    return GridsAndDivisions(
        Area(r["level"], r["id"], r["code"], r["name"], shapely.from_wkb(bytes(r["shape"])), r["visible"]) for r in rows
    )
