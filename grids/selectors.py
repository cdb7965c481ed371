"""Named questions about divisions and grids."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from django.conf import settings
from django.contrib.gis.geos import Point
from django.db.models import OuterRef, Q, QuerySet, Subquery

from gisserver.common.access.models import Viewer, scope_of
from gisserver.common.access.roles import Permission
from gisserver.common.db import prepared, sql
from gisserver.common.db.projections import as_lonlat
from gisserver.common.errors import NotFound
from gisserver.common.geo.crs import XY, parse_crs, to_survey
from gisserver.common.sentences import Sentence
from grids import asset_registry
from grids.absence import Absence, why_no_grid
from grids.models import DivisionVersion, GridVersion, GridVersionQuerySet, Redraw
from grids.who_serves import Serving, main_officer, serving

SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True)
class GridOfPlace:
    """The answer to "which grid is here": a code or None, the version, the rule, the margin in metres, the moment.

    ``reason`` says why there is none.
    """

    grid: str | None
    version: int | None
    rule: str
    margin_m: float | None
    at: datetime
    reason: Absence | None = None


def grid_at(*, user: Viewer, x: float, y: float, crs: str = "wgs84", at: datetime | None = None) -> GridOfPlace:
    """Return the one grid responsible for the place (``x`` east or longitude, ``y`` north or latitude) at ``at``.

    ``crs`` is a declared CRS (law 6); coordinates that it does not allow raise Invalid. Of a place outside the user's
    communities the answer says just that, whether or not it has a grid (law 7).
    """
    east, north = to_survey(np.array([[x, y]]), parse_crs(crs), settings.SURVEY_SRID)[0]
    x, y = round(float(east), 3), round(float(north), 3)
    areas = scope_of(user).areas(Permission.READ)
    [row] = sql.looked_up(
        SQL / "grid_at.sql",
        x=x,
        y=y,
        srid=settings.SURVEY_SRID,
        moment=at or sql.NOW,
        tolerance_m=settings.NEAREST_TOLERANCE_M,
        areas=None if areas is None else sorted(areas),
    )
    if row["grid"] is None:
        place = Point(x, y, srid=settings.SURVEY_SRID)
        return GridOfPlace(None, None, "none", None, row["at"], why_no_grid(user=user, place=place, at=row["at"]))
    return GridOfPlace(row["grid"], row["version"], row["rule"], round(row["margin_m"], 3), row["at"])


def grids_at(*, user: Viewer, survey: XY) -> dict[int, GridOfPlace]:
    """Return by number what `grid_at` says now of places in the survey CRS; none where there is no grid to tell."""
    areas = scope_of(user).areas(Permission.READ)
    said = None if areas is None else "{" + ",".join(map(str, sorted(areas))) + "}"
    xy = np.round(survey, 3)
    rows = sql.tuples(
        SQL / "grids_at.sql",
        numbers=list(range(len(xy))),
        xs=xy[:, 0].tolist(),
        ys=xy[:, 1].tolist(),
        areas=[said] * len(xy),
        srid=settings.SURVEY_SRID,
        tolerance_m=settings.NEAREST_TOLERANCE_M,
    )
    return {
        number: GridOfPlace(grid, version, rule, round(margin_m, 3), at)
        for number, grid, version, rule, margin_m, at in rows
    }


def grids_visible_to(user: Viewer, at: datetime | None = None) -> GridVersionQuerySet:
    """Return the grid versions that ``user`` may see as of ``at`` (default now)."""
    return GridVersion.objects.visible_to(user).at(at)  # type: ignore[return-value]


def grid_by_code(*, user: Viewer, code: str, at: datetime | None = None) -> GridVersion:
    """Return the version at ``at`` of the grid that has, or ever had, ``code`` (law 5); raises NotFound."""
    holders = GridVersion.objects.filter(code=code).values("grid_id")
    version = grids_visible_to(user, at).filter(Q(code=code) | Q(grid_id__in=holders)).select_related("grid").first()
    if version is None:
        raise NotFound("no_such_grid", Sentence("No grid {code} is known to you at that time.", code=code))
    return version


def division_by_code(*, user: Viewer, code: str, at: datetime | None = None) -> DivisionVersion:
    """Return the version at ``at`` of the division that has, or ever had, ``code``; raises NotFound."""
    holders = DivisionVersion.objects.filter(code=code).values("division_id")
    version = DivisionVersion.objects.visible_to(user).at(at).filter(division_id__in=holders).first()
    if version is None:
        raise NotFound("no_such_division", Sentence("No division {code} is known to you at that time.", code=code))
    return version


def grids_to_show(user: Viewer, at: datetime | None = None) -> QuerySet[GridVersion]:
    """Return the visible grids at ``at`` by code, with ``geometry`` (GeoJSON text, WGS84), ``community_code``."""
    names = DivisionVersion.objects.at(at).filter(division_id=OuterRef("community_id"))
    return (
        grids_visible_to(user, at)
        .annotate(
            geometry=as_lonlat("geom"),
            community_code=Subquery(names.values("code")[:1]),
            community_name=Subquery(names.values("name")[:1]),
            community_name_en=Subquery(names.values("name_en")[:1]),
        )
        .defer("geom", "geom_3857")
        .order_by("code")
    )


@dataclass(frozen=True, slots=True)
class GridDetail:
    """A grid at a moment, what it carried then (counts by name, `grids.asset_registry.of`), and who served it."""

    row: GridVersion
    load: Mapping[str, int]
    officers: Sequence[Serving]
    officer: str
    """The main officer's name; of a grid without posts the one that its boundary was recorded with."""


def grid_detail(*, user: Viewer, code: str, at: datetime | None = None) -> GridDetail:
    """Return the grid that has, or ever had, ``code``, as it was at ``at``; raises NotFound.

    The caller reads from one snapshot: these are several questions.
    """
    known = grid_by_code(user=user, code=code, at=at)
    row = grids_to_show(user, at).get(pk=known.pk)
    officers = serving([row.grid_id], at).get(row.grid_id, [])
    officer = main_officer(officers) if officers else row.officer
    return GridDetail(row, asset_registry.of([row.grid_id], at)[row.grid_id], officers, officer)


def divisions_to_show(user: Viewer, at: datetime | None = None) -> QuerySet[DivisionVersion]:
    """Return the visible divisions at ``at`` by code, with ``geometry`` (GeoJSON text, WGS84), ``parent_code``."""
    parents = DivisionVersion.objects.at(at).filter(division_id=OuterRef("parent_id"))
    return (
        DivisionVersion.objects.visible_to(user)
        .at(at)
        .annotate(
            geometry=as_lonlat("geom"),
            parent_code=Subquery(parents.values("code")[:1]),
            parent_name=Subquery(parents.values("name")[:1]),
            parent_name_en=Subquery(parents.values("name_en")[:1]),
        )
        .defer("geom", "geom_3857")
        .order_by("code")
    )


def communities_below(areas: Collection[int]) -> dict[int, frozenset[int]]:
    """Return for each division the ids of itself and of all below it now, as `divisions_below` does for one user."""
    if not areas:
        return {}
    found = prepared.rows(
        "SELECT area, array_agg(below) FROM unnest((SELECT %s::bigint[])) AS area,"
        " grids_divisions_below(ARRAY[area]) AS below GROUP BY area",
        [list(areas)],
    )
    return {area: frozenset(below) for area, below in found}


def history_of(*, user: Viewer, code: str, at: datetime | None = None) -> list[GridVersion]:
    """Return every version, oldest first, of the grid that has, or ever had, ``code``; empty when not visible.

    ``at``: those that had begun by then. Planned versions are among them; those that were called off before they began
    are not. A redraw that reaches beyond what the user may see is named with no version.
    """
    holders = GridVersion.objects.filter(code=code).values("grid_id")
    found = GridVersion.objects.visible_to(user).filter(grid_id__in=holders, valid__isempty=False)
    found = found if at is None else found.filter(valid__startswith__lte=at)
    versions = list(found.select_related("redraw__author").annotate(geometry=as_lonlat("geom")).order_by("valid"))
    drawn_by = [version.redraw_id for version in versions if version.redraw_id is not None]
    visible = set(Redraw.objects.visible_to(user).filter(pk__in=drawn_by).values_list("pk", flat=True))
    for version in versions:
        if version.redraw_id not in visible:
            version.redraw = None
    return versions
