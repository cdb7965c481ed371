"""Drafts from the database, and polygons for new versions; exact to the millimetre."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import shapely
from django.conf import settings
from django.contrib.gis.geos import MultiPolygon
from shapely.geometry.base import BaseGeometry

from gisserver.common.db.clock import database_now
from gisserver.common.errors import Conflict, Refused
from gisserver.common.geo.geometry import to_multipolygon, to_shapely
from gisserver.common.lru import Memory
from gisserver.common.sentences import Sentence
from grids.editing.coverage.coverage import Coverage
from grids.editing.coverage.proof import NotAPartition
from grids.editing.geometry.shapes import Shape, to_polygon
from grids.editing.refusals import point_at
from grids.editing.verbs.verb import Command
from grids.models import DivisionVersion, GridVersion, Redraw, RedrawCommand
from grids.redraws.draft.community_draft import Attributes, CommunityDraft, Drafts, Numbered, command_in_log
from grids.redraws.draft.restored_grids import restored_in
from grids.redraws.storage.geojson import to_lonlat

Written = tuple[int, datetime]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows that make a community: its boundary (None without one) and its grids; ids with times of recording."""

    frame: Written | None
    grids: tuple[Written, ...]


# Versions never change (law 4), so a draft is built from its rows and proved once. The times of recording distinguish
# the rows of one database from those of another, and from rows that a crash rolled back. The weight is the number of
# grids.
_DRAFTS: Memory[CommunityDraft] = Memory(1_500)


def load_drafts(community_ids: Collection[int], at: datetime | None = None) -> dict[int, CommunityDraft]:
    """Return communities as drafts without commands, as they are at ``at`` (default now).

    Raises Refused ``no_grids`` for a community without a boundary or grids, Conflict ``not_a_partition``
    where borders are not vertex-identical: such a community must be imported again before it is redrawn.
    """
    rows = _rows_of(community_ids, at)
    known = {community_id: _DRAFTS.get(each) for community_id, each in rows.items()}
    read = _read({community_id: rows[community_id] for community_id, draft in known.items() if draft is None})
    return {community_id: draft or read[community_id] for community_id, draft in known.items()}


def _rows_of(community_ids: Collection[int], at: datetime | None) -> dict[int, _Rows]:
    frames = DivisionVersion.objects.at(at).filter(division_id__in=community_ids)
    framed = {each: (pk, time) for each, pk, time in frames.values_list("division_id", "pk", "recorded_at")}
    grids: dict[int, list[Written]] = {community_id: [] for community_id in community_ids}
    versions = GridVersion.objects.at(at).filter(community_id__in=community_ids).order_by("pk")
    for community_id, pk, time in versions.values_list("community_id", "pk", "recorded_at"):
        grids[community_id].append((pk, time))
    return {each: _Rows(framed.get(each), tuple(written)) for each, written in grids.items()}


def _read(rows: Mapping[int, _Rows]) -> dict[int, CommunityDraft]:
    """Read the rows of some communities, and cache the drafts built from them."""
    if not rows:
        return {}
    framed = [each.frame[0] for each in rows.values() if each.frame is not None]
    frames = {row.division_id: row for row in DivisionVersion.objects.filter(pk__in=framed)}
    grids: dict[int, list[GridVersion]] = {community_id: [] for community_id in rows}
    written = [pk for each in rows.values() for pk, _time in each.grids]
    for version in GridVersion.objects.filter(pk__in=written).defer("geom_3857"):
        grids[version.community_id].append(version)
    return {
        each: _DRAFTS.keep(rows[each], _draft(each, frames.get(each), versions), weight=len(versions))
        for each, versions in grids.items()
    }


def _draft(community_id: int, frame: DivisionVersion | None, versions: Sequence[GridVersion]) -> CommunityDraft:
    if frame is None or frame.geom is None or not versions:
        code = "" if frame is None else frame.code
        raise Refused("no_grids", Sentence("Community {code} has no grids to redraw.", code=code), community=code)
    polygons = {version.code: to_shapely(version.geom) for version in versions}
    try:
        coverage = Coverage.from_polygons(polygons, to_shapely(frame.geom))
    except NotAPartition as error:
        fault = error.faults[0]
        raise Conflict(
            "not_a_partition",
            Sentence("The grids of community {code} do not meet vertex by vertex.", code=frame.code),
            geometry=to_lonlat(None if fault.place is None else point_at(fault.place)),
            reason=fault.reason,
        ) from error
    attributes = {row.code: Attributes(row.grid_id, row.name, row.kind, row.officer) for row in versions}
    return CommunityDraft(community_id, frame.code, coverage, attributes)


def commands_of(redraw: Redraw) -> list[Numbered]:
    """Return the commands of a redraw that are not undone, in order."""
    return [as_numbered(row) for row in redraw.commands.filter(undone_at=None).order_by("number")]


def as_numbered(row: RedrawCommand) -> Numbered:
    """Return a stored command as a value."""
    command = command_in_log({"verb": row.verb, **row.arguments})
    return Numbered(row.number, row.community_id, command, restored_in(row.arguments))


def base_of(redraw: Redraw) -> Drafts:
    """Return the communities of a redraw, as drafts without commands, at its `base_moment`."""
    return load_drafts(list(redraw.communities.values_list("pk", flat=True)), base_moment(redraw))


def base_moment(redraw: Redraw) -> datetime | None:
    """Return the moment to whose partition a redraw's commands apply, None for now.

    A redraw that reverses a planned one applies to the partition that the plan will make.
    """
    planned = None if redraw.reverses is None else redraw.reverses.effective_at
    return planned if planned is not None and planned > database_now() else None


def to_stored(shape: Shape) -> MultiPolygon:
    """Return a grid's boundary as it is stored (survey CRS, whole millimetres)."""
    return to_multipolygon(to_polygon(shape, multi=True), settings.SURVEY_SRID)


def last_area(code: str) -> BaseGeometry | None:
    """Return the area that the grid of this code has or had last (survey CRS), None if there was none."""
    version = GridVersion.objects.filter(code=code).order_by("-valid").first()
    return None if version is None else to_shapely(version.geom)


def communities_for(redraw: Redraw, command: Command) -> list[int]:
    """Return the ids of the redraw's communities that a command applies to.

    Those whose grids it names, in the draft or now; for a command that names none, the community that it lies in.
    """
    ids = list(redraw.communities.values_list("pk", flat=True))
    if len(ids) == 1:
        return ids
    keys = command.grids_named
    if keys:
        current = GridVersion.objects.at(base_moment(redraw)).filter(community_id__in=ids, code__in=keys)
        drawn = redraw.commands.filter(undone_at=None, arguments__new__in=keys)
        return sorted({row for rows in (current, drawn) for row in rows.values_list("community_id", flat=True)})
    place = command.place
    frames = {row.division_id: row for row in DivisionVersion.objects.at().filter(division_id__in=ids)}

    def fits(community_id: int) -> tuple[float, float, str]:
        frame = frames[community_id]
        area = shapely.Polygon() if frame.geom is None else to_shapely(frame.geom)
        return -shapely.length(shapely.intersection(place, area)), shapely.distance(place, area), frame.code

    return [min(frames, key=fits)]
