"""The assets and basic units of a community: the input of proposals, and of transfers by buildings."""

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
from grids.balancing.basic_units import BasicUnits, basic_units_of
from grids.balancing.ordinary import counted
from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.shapes import to_polygon
from grids.grid_of_point import AreaIndex
from grids.models import Redraw
from grids.redraws.draft.community_draft import CommunityDraft, Drafts, replayed
from grids.redraws.proposals.guide_lines import lines_to_follow
from grids.redraws.storage.conflicts import conflict
from grids.redraws.storage.loading import base_moment, commands_of, load_drafts

MEASURES = {
    "households": "households",
    "incidents": "incidents_open",
    "units": "units",
    "residents": "residents",
    "buildings": "buildings",
}
_BUILDINGS = "buildings"


def checked_measure(measure: str) -> str:
    """Return the measure; raises Invalid for an unknown one."""
    if measure not in MEASURES:
        raise Invalid(
            "unknown_measure",
            Sentence("measure must be one of {measures}.", measures=", ".join(MEASURES)),
            measures=list(MEASURES),
        )
    return measure


def drafts_of(redraw: Redraw, community_ids: Sequence[int]) -> Drafts:
    """Return the drafts of some communities of a redraw; raises Conflict when a command does not apply."""
    commands = [numbered for numbered in commands_of(redraw) if numbered.community_id in community_ids]
    drafts, failure = replayed(load_drafts(community_ids, base_moment(redraw)), commands)
    if failure is not None:
        raise conflict(redraw, failure)
    return drafts


@dataclass(frozen=True, slots=True)
class Assets:
    """The basic units of a community, and its assets: places (survey CRS, metres) and what each counts for."""

    draft: CommunityDraft
    basic_units: BasicUnits
    things: tuple[Carried, ...]
    places: NDArray[np.float64]
    buildings: tuple[int, ...]
    shapes: tuple[BaseGeometry, ...]

    def footprints(self) -> dict[str, BaseGeometry]:
        """Return the known footprints by the id of their building."""
        named = zip(self.buildings, self.shapes, strict=True)
        return {str(name): shape for name, shape in named if shape.geom_type != "Point"}

    def weights(self, measure: str) -> list[int]:
        """Return the load of each basic unit in a measure."""
        at = self.basic_units.at(self.places)
        weights = np.zeros(len(self.basic_units), dtype=np.int64)
        np.add.at(weights, at[at >= 0], self.counts(measure)[at >= 0])
        return [int(weight) for weight in weights]

    def counts(self, measure: str) -> NDArray[np.int64]:
        """Return what each asset counts for in a measure."""
        name = MEASURES[measure]
        return np.array([thing.counts.get(name, 0) for thing in self.things], dtype=np.int64)

    def loads_in(self, coverage: Coverage, measure: str) -> dict[str, int]:
        """Return the load of each grid of a coverage; a place on a border counts for the lowest code (law 3)."""
        keys = sorted(coverage)
        found = AreaIndex([to_polygon(coverage[key]) for key in keys]).at(shapely.points(self.places))
        sums = np.bincount(found[found >= 0], weights=self.counts(measure)[found >= 0], minlength=len(keys))
        return {key: round(float(load)) for key, load in zip(keys, sums, strict=True)}


def counted_of(draft: CommunityDraft, loads: Mapping[str, int], grids: Collection[str]) -> set[str]:
    """Return those of some grids that count in the mean of their loads: see `grids.balancing.ordinary`."""
    return counted({key: loads[key] for key in grids}, {key: draft.coverage[key].double_area / 2e6 for key in grids})


def assets_on(user: Any, draft: CommunityDraft, *, only: Collection[str] | None = None) -> Assets:
    """Return the assets of a community; only the grids in ``only`` are cut into basic units, by default all.

    Borders follow layers that ``user`` may see. The caller checks the permissions for the community.
    """
    frame = draft.coverage.frame.polygon
    kinds = asset_registry.carried_on(frame)
    things = tuple(thing for _kind, own in sorted(kinds.items()) for thing in sorted(own, key=lambda each: each.id))
    places = shapely.get_coordinates(shapely.from_wkb([thing.place for thing in things])).reshape(-1, 2)
    footprints = {name: shape for name, shape in asset_registry.footprints_on(frame).items() if frame.intersects(shape)}
    points = {str(thing.id): shapely.from_wkb(thing.place) for thing in kinds.get(_BUILDINGS, [])}
    shapes = points | footprints
    ids = sorted(shapes, key=int)
    basic_units = basic_units_of(
        draft.coverage,
        lines=lines_to_follow(user, frame),
        buildings=[shapes[name] for name in ids],
        only=None if only is None else frozenset(only),
    )
    return Assets(
        draft, basic_units, things, places, tuple(int(name) for name in ids), tuple(shapes[name] for name in ids)
    )


def units_with(assets: Assets, wanted: Sequence[int], grid: str) -> set[int]:
    """Return the basic units of these buildings; raises Refused unless all are in ``grid``."""
    own = [thing for thing in assets.things if _BUILDINGS in thing.counts]
    places = shapely.get_coordinates(shapely.from_wkb([thing.place for thing in own])).reshape(-1, 2)
    at = dict(zip((thing.id for thing in own), assets.basic_units.at(places).tolist(), strict=True))
    unknown = sorted(each for each in wanted if at.get(each, -1) < 0)
    if unknown:
        raise Refused(
            "UNKNOWN_BUILDING",
            "No such buildings stand in the community.",
            about={"buildings": unknown},
        )
    home = {each: assets.basic_units.keys[assets.basic_units.home[at[each]]] for each in wanted}
    strays = sorted(each for each in wanted if home[each] != grid)
    if strays:
        raise Refused(
            "BUILDING_NOT_IN_GRID",
            Sentence("Buildings do not stand in grid {grid}.", grid=grid),
            about={"buildings": strays, "grids": sorted({home[each] for each in strays})},
        )
    return {at[each] for each in wanted}
