"""From a place to the building nearest to it, and to the divisions and the grid that contain the place itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from django.conf import settings

from buildings.addresses.parsing.elements import DIVISIONS, Kind
from buildings.addresses.text.normalize import normalize
from buildings.geocoding.answers import ACCURACY_M, Answer
from buildings.geocoding.coarse import Named, coarse_answers
from buildings.geocoding.geocoder import answer_for, answers_for_houses
from buildings.geocoding.matching.rank import Level
from buildings.geocoding.register import candidates as store
from buildings.geocoding.register import known_names
from gisserver.common.access.models import Viewer
from gisserver.common.geo import mercator
from gisserver.common.geo.crs import WGS84, XY, from_survey, misplaced, parse_crs, to_survey
from grids.selectors import GridOfPlace, grid_at, grids_at

REACH_M = 500.0
WEB_MERCATOR = parse_crs(f"EPSG:{mercator.SRID}")
STRIP_M = 500.0
# Nominatim's zooms: from which on a level is told, https://nominatim.org/release-docs/latest/api/Reverse/
_ZOOM_OF_BUILDINGS = 18
_ZOOM_OF_ROADS = 16
_ZOOMS = ((0, Level.DISTRICT), (12, Level.SUBDISTRICT), (13, Level.COMMUNITY))


class Near(NamedTuple):
    """The building nearest to a place, how far it is (to the millimetre, 0 inside), and what it is called."""

    building: int
    distance_m: float
    code: str | None
    label: str


@dataclass(frozen=True, slots=True)
class Here:
    """What is at a place: the answer (None where nothing is known), its distance in metres, and the grid there."""

    answer: Answer | None
    distance_m: float | None
    grid: GridOfPlace
    divisions: tuple[Mapping[str, Any], ...]


def reverse(*, user: Viewer, x: float, y: float, crs: str = "wgs84", at: datetime | None = None) -> Here:
    """Return what ``user`` may see at a place (``x`` east or longitude, ``y`` north or latitude, in ``crs``).

    The building is the nearest within 500 m; divisions and grid are those that contain the place, never the
    neighbour's. Raises Invalid for coordinates that ``crs`` does not allow.
    """
    east, north = map(float, to_survey(np.array([[x, y]]), parse_crs(crs), settings.SURVEY_SRID)[0])
    place = np.array([[east, north]])
    lon, lat = map(float, from_survey(place, WGS84, settings.SURVEY_SRID)[0])
    grid = grid_at(user=user, x=x, y=y, crs=crs, at=at)
    divisions = tuple(store.containing(user=user, east=east, north=north, at=at))
    near = nearest(user, place, at).get(0)
    house = None if near is None else answer_for(near.building, at)
    return _here(house, near, divisions, grid, (lon, lat))


def reverse_together(*, user: Viewer, places: Sequence[tuple[float, float]]) -> list[Here | None]:
    """Return what `reverse` says now of each place (longitude, latitude), by one set of statements for all.

    None for a place without a grid that the user may see, and for one that is none: alone they are told why.
    """
    given = np.array(places, dtype=np.float64).reshape(-1, 2)
    taken = np.flatnonzero(misplaced(given, WGS84, settings.SURVEY_SRID) == None).tolist()  # noqa: E711 -- elementwise
    found: list[Here | None] = [None] * len(places)
    if not taken:
        return found
    survey = to_survey(given[taken], WGS84, settings.SURVEY_SRID)
    degrees = from_survey(survey, WGS84, settings.SURVEY_SRID).tolist()
    grids, divisions = grids_at(user=user, survey=survey), store.containing_many(user=user, survey=survey)
    near = nearest(user, survey, None)
    houses = answers_for_houses(list({one.building for one in near.values()}))
    for n, number in enumerate(taken):
        if n in grids:
            one = near.get(n)
            house = None if one is None else houses[one.building]
            found[number] = _here(house, one, tuple(divisions.get(n, ())), grids[n], degrees[n])
    return found


def _here(
    house: Answer | None,
    near: Near | None,
    divisions: tuple[Mapping[str, Any], ...],
    grid: GridOfPlace,
    lonlat: Sequence[float],
) -> Here:
    """Return what is at a place: the building that is near, else the narrowest division, if there is one."""
    if house is not None and near is not None:
        return Here(_standing_in(house, divisions, grid), near.distance_m, grid, divisions)
    if divisions:
        lon, lat = lonlat
        return Here(_division(divisions, lon, lat, grid), 0.0, grid, divisions)
    return Here(None, None, grid, divisions)


def coarsened(user: Viewer, here: Here, zoom: int | None, at: datetime | None = None) -> Here:
    """Return what is at a place as wide as a map of ``zoom`` shows it: a road from 17 down, then divisions.

    None: nothing at all. What is wider than every division is told by the widest.
    """
    if zoom is None or here.answer is None:
        return replace(here, answer=None if zoom is None else here.answer)
    if zoom >= _ZOOM_OF_BUILDINGS or not here.divisions:
        return here
    answer = here.answer
    if zoom >= _ZOOM_OF_ROADS:
        name = normalize(answer.elements.get(Kind.ROAD.value, ""))
        wanted = Named(Level.ROAD, name, (), 1.0)
        roads = coarse_answers(user=user, wanted=[wanted], names=known_names.gazetteer(), at=at) if name else {}
        if found := [one for some in roads.values() for one in some]:
            return replace(here, answer=replace(found[0], grid=here.grid.grid))
    levels = [level for least, level in _ZOOMS if zoom >= least]
    held = [row for row in here.divisions if row["level"] in levels] or [here.divisions[0]]
    within = here.divisions[: here.divisions.index(held[-1]) + 1]
    return replace(here, answer=_division(within, answer.lon, answer.lat, here.grid), distance_m=0.0)


def nearest(user: Viewer, places: XY, at: datetime | None) -> Mapping[int, Near]:
    """Return by number the visible building nearest to each place (survey CRS) within 500 m.

    Places are asked for in strips from south to north, so that the database finds what stands beside in its caches.
    """
    order = np.lexsort((places[:, 0], places[:, 1] // STRIP_M))
    numbers = order.tolist()
    places = places[order]
    metres = from_survey(places, WEB_MERCATOR, settings.SURVEY_SRID)
    stretch = [1.01 * mercator.stretch(y_m) for y_m in metres[:, 1].tolist()]  # one in a hundred more than it is
    found = store.nearest_buildings(user=user, survey=places, mercator=metres, stretch=stretch, reach_m=REACH_M, at=at)
    return {numbers[n - 1]: Near(building, round(metres, 3), code, label) for n, building, metres, code, label in found}


def _said(divisions: tuple[Mapping[str, Any], ...]) -> dict[str, str]:
    return {row["level"]: row["name"] for row in divisions}


def _standing_in(answer: Answer, divisions: tuple[Mapping[str, Any], ...], grid: GridOfPlace) -> Answer:
    """Return the building's answer with the divisions and the grid of the place itself."""
    below_city = {Kind.DISTRICT.value, Kind.SUBDISTRICT.value, Kind.COMMUNITY.value}
    own = {kind: text for kind, text in answer.elements.items() if not divisions or kind not in below_city}
    return replace(answer, elements=own | _said(divisions), grid=grid.grid)


def _division(divisions: tuple[Mapping[str, Any], ...], lon: float, lat: float, grid: GridOfPlace) -> Answer:
    """Return the answer for a place far from any building: the narrowest division that contains it."""
    said = _said(divisions)
    level = Level(divisions[-1]["level"])
    return Answer(
        target="division",
        id=divisions[-1]["division"],
        label="".join(said[kind] for kind in DIVISIONS if kind in said),
        level=level,
        confidence=1.0,
        ambiguous=False,
        reasons=(),
        lon=lon,
        lat=lat,
        bbox=(lon, lat, lon, lat),
        accuracy_m=ACCURACY_M[level],
        elements=said,
        code=divisions[-1]["code"],
        grid=grid.grid,
        point="place",
    )
