"""Between rows and coverages: grids as they are now in, polygons for new versions out, exact to the millimetre."""

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
from grids.redraws.draft.community_draft import Numbered, Sheet, Sheets, Traits, command_in_log
from grids.redraws.draft.restored_grids import revived_in
from grids.redraws.storage.geojson import to_lonlat

Written = tuple[int, datetime]


@dataclass(frozen=True, slots=True)
class _Ground:
    """Which rows make a community: its boundary, if there is one, and its grids; ids with the times of recording."""

    frame: Written | None
    grids: tuple[Written, ...]


# What versions say never changes (law 4), so the sheet that they make is read and proved once. The times of recording
# tell the rows of one database from those of another, and from rows that a crash took back. Weighed by grids.
_SHEETS: Memory[Sheet] = Memory(1_500)


def current_sheets(community_ids: Collection[int], at: datetime | None = None) -> dict[int, Sheet]:
    """Return the sheets of communities as they are at ``at`` (default now).

    Raises Refused ``no_grids`` for a community without a boundary or grids, Conflict ``not_a_partition``
    where borders are not vertex-identical: such ground must be imported again before it is redrawn.
    """
    grounds = _grounds(community_ids, at)
    known = {community_id: _SHEETS.get(ground) for community_id, ground in grounds.items()}
    read = _read({community_id: grounds[community_id] for community_id, sheet in known.items() if sheet is None})
    return {community_id: sheet or read[community_id] for community_id, sheet in known.items()}


def _grounds(community_ids: Collection[int], at: datetime | None) -> dict[int, _Ground]:
    frames = DivisionVersion.objects.at(at).filter(division_id__in=community_ids)
    framed = {each: (pk, time) for each, pk, time in frames.values_list("division_id", "pk", "recorded_at")}
    grids: dict[int, list[Written]] = {community_id: [] for community_id in community_ids}
    versions = GridVersion.objects.at(at).filter(community_id__in=community_ids).order_by("pk")
    for community_id, pk, time in versions.values_list("community_id", "pk", "recorded_at"):
        grids[community_id].append((pk, time))
    return {each: _Ground(framed.get(each), tuple(written)) for each, written in grids.items()}


def _read(grounds: Mapping[int, _Ground]) -> dict[int, Sheet]:
    """Read the rows of some communities, and remember the sheets that they make."""
    if not grounds:
        return {}
    framed = [ground.frame[0] for ground in grounds.values() if ground.frame is not None]
    frames = {row.division_id: row for row in DivisionVersion.objects.filter(pk__in=framed)}
    grids: dict[int, list[GridVersion]] = {community_id: [] for community_id in grounds}
    written = [pk for ground in grounds.values() for pk, _time in ground.grids]
    for version in GridVersion.objects.filter(pk__in=written).defer("geom_3857"):
        grids[version.community_id].append(version)
    return {
        each: _SHEETS.keep(grounds[each], _sheet(each, frames.get(each), versions), weight=len(versions))
        for each, versions in grids.items()
    }


def _sheet(community_id: int, frame: DivisionVersion | None, versions: Sequence[GridVersion]) -> Sheet:
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
    traits = {row.code: Traits(row.grid_id, row.name, row.kind, row.officer) for row in versions}
    return Sheet(community_id, frame.code, coverage, traits)


def commands_of(redraw: Redraw) -> list[Numbered]:
    """Return the commands of a redraw that are not undone, in order."""
    return [as_numbered(row) for row in redraw.commands.filter(undone_at=None).order_by("number")]


def as_numbered(row: RedrawCommand) -> Numbered:
    """Return a stored command as a value."""
    command = command_in_log({"verb": row.verb, **row.arguments})
    return Numbered(row.number, row.community_id, command, revived_in(row.arguments))


def base_of(redraw: Redraw) -> Sheets:
    """Return the sheets of a redraw's communities as they are at `base_moment`: what it stands on."""
    return current_sheets(list(redraw.communities.values_list("pk", flat=True)), base_moment(redraw))


def base_moment(redraw: Redraw) -> datetime | None:
    """Return the moment on whose partition a draft stands, None for now.

    That is now, but for a draft that reverses what is only planned: it stands on what the plan will make.
    """
    planned = None if redraw.reverses is None else redraw.reverses.effective_at
    return planned if planned is not None and planned > database_now() else None


def to_stored(shape: Shape) -> MultiPolygon:
    """Return a grid's ground as it is stored (survey CRS, whole millimetres)."""
    return to_multipolygon(to_polygon(shape, multi=True), settings.SURVEY_SRID)


def last_ground(code: str) -> BaseGeometry | None:
    """Return the ground that the grid of this code has or had last (survey CRS), None if there was none."""
    version = GridVersion.objects.filter(code=code).order_by("-valid").first()
    return None if version is None else to_shapely(version.geom)


def communities_for(redraw: Redraw, command: Command) -> list[int]:
    """Return the ids of the redraw's communities that a command is about.

    Those whose grids it names, in the draft or now; for one that names none, the community it is drawn in.
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
        ground = shapely.Polygon() if frame.geom is None else to_shapely(frame.geom)
        return -shapely.length(shapely.intersection(place, ground)), shapely.distance(place, ground), frame.code

    return [min(frames, key=fits)]
