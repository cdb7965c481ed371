"""The one box: addresses, and besides them positions, codes, grids by name, crossings, and points of interest."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from django.conf import settings

from buildings import resolving
from buildings.addresses.text.coordinates import positions_in
from buildings.geocoding.answers import ACCURACY_M, Answer, Was
from buildings.geocoding.crossings import crossing, roads_in
from buildings.geocoding.geocoder import search
from buildings.geocoding.interest import interest
from buildings.geocoding.known_targets import answers_for
from buildings.geocoding.matching.rank import Level
from buildings.geocoding.past import with_past
from buildings.geocoding.reverse import Here, reverse
from gisserver.common.access.models import Viewer
from gisserver.common.geo.crs import WGS84, from_survey, misplaced
from gisserver.common.geo.geometry import to_shapely
from grids.models import GridVersion

_CODE: Final = re.compile(r"(?=(?:[A-Za-z_-]*[0-9]){6})[0-9A-Za-z_-]{6,60}")
_JOINT: Final = re.compile("[与和跟及、/&×x+,]")
_NEXT_DOOR_M: Final = 50.0
MOST_GRIDS: Final = 20


def found_in_box(*, user: Viewer, text: str, limit: int = 10, at: datetime | None = None) -> list[Answer]:
    """Return what a text means: a position, a code (old or new), a grid, a crossing, or an address.

    Where no address has all that is asked for, also what the text has meant (`past`); where none is sure, also the
    points of interest of that name.
    """
    for may_be, understand in UNDERSTOOD:
        if may_be(text) and (answers := understand(user, text, at)):
            return answers[:limit]
    answers = search(user=user, text=text, limit=limit, at=at)
    if settles(answers):
        return answers
    answers = with_past(answers, user=user, text=text, limit=limit, at=at)
    if any(not one.ambiguous for one in answers):
        return answers
    points = interest(user=user, text=text, at=at)
    return [*points, *answers][:limit] if points and not points[0].ambiguous else [*answers, *points][:limit]


def is_only_address(text: str) -> bool:
    """Whether a text can be nothing but an address: no position, code, grid or crossing."""
    return not any(may_be(text) for may_be, _ in UNDERSTOOD)


def settles(answers: Sequence[Answer]) -> bool:
    """Whether a search's answers are all that is to be said: nothing of the past, no point of interest is meant."""
    return bool(answers) and answers[0].is_whole and not any(one.held_by or one.ambiguous for one in answers)


def _position(user: Viewer, text: str, at: datetime | None) -> list[Answer]:
    """Return the place itself, and the building there."""
    placed = [xy for xy in positions_in(text) if misplaced(np.array([xy]), WGS84, settings.SURVEY_SRID)[0] is None]
    if not placed:
        return []
    lon, lat = placed[0]
    here = reverse(user=user, x=lon, y=lat, at=at)
    near = here.answer is not None and here.answer.target == "building" and (here.distance_m or 0) <= _NEXT_DOOR_M
    return [_place(here, lon, lat), *([here.answer] if near and here.answer else [])]


def _place(here: Here, lon: float, lat: float) -> Answer:
    said = {row["level"]: row["name"] for row in here.divisions}
    return Answer(
        target="place",
        id=0,
        label=f"{''.join(said.values())} {lat:.6f},{lon:.6f}".strip(),
        level=Level.PLACE,
        confidence=1.0,
        ambiguous=False,
        reasons=(),
        lon=lon,
        lat=lat,
        bbox=(lon, lat, lon, lat),
        accuracy_m=ACCURACY_M[Level.PLACE],
        elements=said,
        grid=here.grid.grid,
        point="place",
    )


def _code(user: Viewer, text: str, at: datetime | None) -> list[Answer]:
    """Return what a code means or meant; of what has ended, what it was and what has its place."""
    code = text.strip()
    meanings = resolving.resolve_code(user=user, code=code, at=at)
    keys = [(one["target"], one["id"]) for one in meanings]
    now = answers_for(user=user, targets=[key for key in keys if key[0] != "grid"], at=at)
    for kind, identity in keys:
        if kind == "grid":
            now |= {("grid", one.id): one for one in _grids(user, at, grid_id=identity)}
    return [
        replace(now[key], was=None if one["current_code"] == code else _was(code, one))
        for key, one in dict(zip(keys, meanings, strict=True)).items()
        if key in now
    ] + [
        answer
        for key, one in zip(keys, meanings, strict=True)
        if key not in now
        for answer in _ended(user, code, key, one)
    ]


def _was(code: str, meaning: resolving.Meaning) -> Was | None:
    until = meaning["valid"].upper or meaning["ended_at"]
    return until and Was(code, until, None, meaning["status"], meaning["successors"])


def _ended(user: Viewer, code: str, key: tuple[str, int], meaning: resolving.Meaning) -> list[Answer]:
    """Return a building, entrance or unit that has ended as it was last while it had the code."""
    until = meaning["valid"].upper
    if until is None or key[0] == "grid":
        return []
    found = answers_for(user=user, targets=[key], at=until - timedelta(microseconds=1))
    return [replace(one, was=_was(code, meaning)) for one in found.values()]


def _grid_name(user: Viewer, text: str, at: datetime | None) -> list[Answer]:
    """Return the grids of a name: 网格A, or with its community before it."""
    said = text.strip()
    if len(said) > 100:
        return []
    names = [said[start:] for start in range(len(said) - 1)]
    found = _grids(user, at, name__in=names)
    longest = max((len(one.elements["grid"]) for one in found), default=0)
    kept = [one for one in found if len(one.elements["grid"]) == longest]
    before = said[: len(said) - longest]
    kept = [one for one in kept if not before or before in one.label]
    return [replace(one, ambiguous=len(kept) > 1, confidence=round(1 / len(kept), 4)) for one in kept]


def _grids(user: Viewer, at: datetime | None, **which: object) -> list[Answer]:
    rows = list(GridVersion.objects.visible_to(user).at(at).filter(**which).order_by("code")[:MOST_GRIDS])
    divisions = answers_for(user=user, targets=[("division", row.community_id) for row in rows], at=at)
    return [_grid(row, divisions.get(("division", row.community_id))) for row in rows]


def _grid(row: GridVersion, around: Answer | None) -> Answer:
    shape = to_shapely(row.geom)
    corners = [(shape.bounds[x], shape.bounds[y]) for x in (0, 2) for y in (1, 3)]
    points = np.array([shape.representative_point().coords[0], *corners])
    (lon, lat), *degrees = from_survey(points, WGS84, settings.SURVEY_SRID).tolist()
    (west, south), (east, north) = np.min(degrees, axis=0).tolist(), np.max(degrees, axis=0).tolist()
    return Answer(
        target="grid",
        id=row.grid_id,
        label=f"{around.label if around else ''}{row.name}",
        level=Level.GRID,
        confidence=1.0,
        ambiguous=False,
        reasons=(),
        lon=lon,
        lat=lat,
        bbox=(west, south, east, north),
        accuracy_m=ACCURACY_M[Level.GRID],
        elements={**(around.elements if around else {}), "grid": row.name},
        code=row.code,
        grid=row.code,
        community=row.community_id,
        point="grid",
    )


def _may_be_code(text: str) -> bool:
    return _CODE.fullmatch(text.strip()) is not None


def _may_be_crossing(text: str) -> bool:
    return _JOINT.search(text) is not None and roads_in(text) is not None


Understood = Callable[[Viewer, str, datetime | None], list[Answer]]
# Each with what a text must hold to be one: most questions are only addresses.
UNDERSTOOD: Final[tuple[tuple[Callable[[str], object], Understood], ...]] = (
    (re.compile(r"[0-9][.°度]").search, _position),
    (_may_be_code, _code),
    (re.compile("格").search, _grid_name),
    (_may_be_crossing, lambda user, text, at: crossing(user=user, text=text, at=at)),
)
