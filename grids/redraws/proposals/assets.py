"""What stands on the ground of a sheet, cut into atoms: the material of proposals and of transfers by buildings."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gisserver.common.errors import Invalid, Refused
from gisserver.common.sentences import Sentence
from grids import asset_registry
from grids.asset_registry import Carried
from grids.balancing.basic_units import Atoms, atoms_of
from grids.balancing.ordinary import counted
from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.shapes import to_polygon
from grids.grid_of_point import AreaIndex
from grids.models import Redraw
from grids.redraws.draft.community_draft import Sheet, Sheets, replayed
from grids.redraws.proposals.guide_lines import lines_to_follow
from grids.redraws.storage.conflicts import conflict
from grids.redraws.storage.loading import base_moment, commands_of, current_sheets

MEASURES = {
    "households": "households",
    "incidents": "incidents_open",
    "units": "units",
    "residents": "residents",
    "buildings": "buildings",
}
_BUILDINGS = "buildings"


def checked_measure(measure: str) -> str:
    """Return the measure; raises Invalid for one that nothing here is counted by."""
    if measure not in MEASURES:
        raise Invalid(
            "unknown_measure",
            Sentence("measure must be one of {measures}.", measures=", ".join(MEASURES)),
            measures=list(MEASURES),
        )
    return measure


def sheets_of(redraw: Redraw, community_ids: Sequence[int]) -> Sheets:
    """Return the draft's sheets of some communities as drawn now; raises Conflict when a command does not go."""
    commands = [numbered for numbered in commands_of(redraw) if numbered.community_id in community_ids]
    sheets, failure = replayed(current_sheets(community_ids, base_moment(redraw)), commands)
    if failure is not None:
        raise conflict(redraw, failure)
    return sheets


@dataclass(frozen=True, slots=True)
class Standing:
    """The atoms of a sheet, and what stands on them: places (survey CRS, metres) and what each counts for."""

    sheet: Sheet
    atoms: Atoms
    things: tuple[Carried, ...]
    places: NDArray[np.float64]
    buildings: tuple[int, ...]
    shapes: tuple[BaseGeometry, ...]

    def footprints(self) -> dict[str, BaseGeometry]:
        """Return the footprints by the id of their building, where they are known."""
        named = zip(self.buildings, self.shapes, strict=True)
        return {str(name): shape for name, shape in named if shape.geom_type != "Point"}

    def weights(self, measure: str) -> list[int]:
        """Return what each atom carries of a measure."""
        at = self.atoms.at(self.places)
        weights = np.zeros(len(self.atoms), dtype=np.int64)
        np.add.at(weights, at[at >= 0], self.counts(measure)[at >= 0])
        return [int(weight) for weight in weights]

    def counts(self, measure: str) -> NDArray[np.int64]:
        """Return what each thing counts for in a measure."""
        name = MEASURES[measure]
        return np.array([thing.counts.get(name, 0) for thing in self.things], dtype=np.int64)

    def loads_in(self, coverage: Coverage, measure: str) -> dict[str, int]:
        """Return what each grid of a coverage carries; a place on a border counts for the lowest code (law 3)."""
        keys = sorted(coverage)
        found = AreaIndex([to_polygon(coverage[key]) for key in keys]).at(shapely.points(self.places))
        sums = np.bincount(found[found >= 0], weights=self.counts(measure)[found >= 0], minlength=len(keys))
        return {key: round(float(load)) for key, load in zip(keys, sums, strict=True)}


def counted_of(sheet: Sheet, loads: Mapping[str, int], grids: Collection[str]) -> set[str]:
    """Return those of some grids that a mean of their loads is taken over: see `grids.balancing.ordinary`."""
    return counted({key: loads[key] for key in grids}, {key: sheet.coverage[key].double_area / 2e6 for key in grids})


def standing_on(user: Any, sheet: Sheet, *, only: Collection[str] | None = None) -> Standing:
    """Return what stands on the ground of a sheet; only the grids named are cut into atoms, by default all.

    ``user`` says which layers may be followed; the rights to the community are the caller's business.
    """
    frame = sheet.coverage.frame.polygon
    kinds = asset_registry.on_ground(frame)
    things = tuple(thing for _kind, own in sorted(kinds.items()) for thing in sorted(own, key=lambda each: each.id))
    places = shapely.get_coordinates(shapely.from_wkb([thing.place for thing in things])).reshape(-1, 2)
    footprints = {name: shape for name, shape in asset_registry.footprints_on(frame).items() if frame.intersects(shape)}
    points = {str(thing.id): shapely.from_wkb(thing.place) for thing in kinds.get(_BUILDINGS, [])}
    shapes = points | footprints
    ids = sorted(shapes, key=int)
    atoms = atoms_of(
        sheet.coverage,
        lines=lines_to_follow(user, frame),
        buildings=[shapes[name] for name in ids],
        only=None if only is None else frozenset(only),
    )
    return Standing(sheet, atoms, things, places, tuple(int(name) for name in ids), tuple(shapes[name] for name in ids))


def atoms_with(standing: Standing, wanted: Sequence[int], grid: str) -> set[int]:
    """Return the atoms of these buildings, all of which must stand in a grid; raises Refused."""
    own = [thing for thing in standing.things if _BUILDINGS in thing.counts]
    places = shapely.get_coordinates(shapely.from_wkb([thing.place for thing in own])).reshape(-1, 2)
    at = dict(zip((thing.id for thing in own), standing.atoms.at(places).tolist(), strict=True))
    unknown = sorted(each for each in wanted if at.get(each, -1) < 0)
    if unknown:
        raise Refused(
            "UNKNOWN_BUILDING",
            "No such buildings stand in the community.",
            about={"buildings": unknown},
        )
    home = {each: standing.atoms.keys[standing.atoms.home[at[each]]] for each in wanted}
    strays = sorted(each for each in wanted if home[each] != grid)
    if strays:
        raise Refused(
            "BUILDING_NOT_IN_GRID",
            Sentence("Buildings do not stand in grid {grid}.", grid=grid),
            about={"buildings": strays, "grids": sorted({home[each] for each in strays})},
        )
    return {at[each] for each in wanted}
