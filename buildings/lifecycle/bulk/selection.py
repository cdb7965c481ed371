"""Which buildings an event on many is about: a list, an estate or address, a drawn area."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import shapely
from django.conf import settings

from buildings.addresses.keys import key_of, named
from buildings.addresses.parsing.elements import EMPTY
from buildings.addresses.parsing.parse import parse
from buildings.addresses.text.normalize import normalize
from buildings.models import Building, BuildingCode, Target, Unit
from gisserver.common.access.models import Viewer
from gisserver.common.access.roles import Permission
from gisserver.common.db import sql
from gisserver.common.errors import Forbidden, Invalid, NotFound, Refused
from gisserver.common.geo.crs import parse_crs
from gisserver.common.geo.geometry import to_geos
from gisserver.common.geo.millimetres import round_to_millimetres
from gisserver.common.geo.validity import invalid_reason
from gisserver.common.sentences import Sentence
from grids.models import DivisionLevel, DivisionVersion, visible_communities
from grids.redraws.commands.geometry import to_survey

SQL = Path(__file__).parent / "sql"
MAX_BUILDINGS = 1000
_SHOWN = 100
_OVERLAPS = "T********"  # DE-9IM: more than a border in common


def selected(user: Viewer, said: Mapping[str, Any]) -> list[int]:
    """Return the ids of the buildings that ``said`` selects and the user may see, ascending.

    ``said`` has ``buildings`` (ids) and ``codes``, or ``estate`` (a name or an address), or ``area`` (GeoJSON in
    ``crs``). Raises NotFound for a building or code that is not known and where nothing is found, Forbidden for an area
    that reaches where the user may not edit registers, Refused ``too_many_buildings``.
    """
    ways = [bool(said.get("buildings") or said.get("codes")), bool(said.get("estate")), said.get("area") is not None]
    if sum(ways) != 1:
        raise Invalid("bad_select", "Select buildings in one way: by buildings and codes, by estate, or by area.")
    if ways[0]:
        found = _listed(user, said.get("buildings", ()), said.get("codes", ()))
    elif ways[1]:
        found = _in_estate(user, said["estate"])
    else:
        found = _in_area(user, said["area"], said.get("crs") or "wgs84")
    if not found:
        raise NotFound("nothing_selected", "No building that you may see is there.")
    _demand_few(len(found))
    return sorted(found)


def _demand_few(count: int) -> None:
    if count > MAX_BUILDINGS:
        raise Refused(
            "too_many_buildings",
            Sentence("{count} buildings: at most {most} at once.", count=count, most=MAX_BUILDINGS),
        )


def buildings_of(user: Viewer, target: Target, ids: Collection[int]) -> list[int]:
    """Return the buildings that these buildings or units (ids) are in; raises NotFound for one that is not known.

    Raises Refused ``too_many_buildings``.
    """
    if target is Target.BUILDING:
        return selected(user, {"buildings": list(ids)})
    units = Unit.objects.visible_to(user).filter(pk__in=ids)
    homes = dict(units.filter(valid__upper_inf=True).values_list("pk", "building_id"))
    strange = sorted(set(ids) - set(homes))
    if strange:
        raise NotFound(
            "no_such_unit",
            Sentence("{count} of these units are not known to you, or have ended.", count=len(strange)),
            units=strange[:_SHOWN],
        )
    return selected(user, {"buildings": sorted(set(homes.values()))})


def _listed(user: Viewer, ids: Sequence[int], codes: Sequence[str]) -> list[int]:
    """Return the buildings of a list; a code that has been one's, and is no longer, means it still."""
    visible = Building.objects.visible_to(user)
    known = set(visible.filter(pk__in=ids).values_list("pk", flat=True))
    issued = BuildingCode.objects.filter(code__in=codes, building__in=visible.values("pk"))
    coded = dict(issued.values_list("code", "building_id"))
    strange = sorted(set(ids) - known), sorted(set(codes) - set(coded))
    if any(strange):
        raise NotFound(
            "no_such_building",
            Sentence("{count} of these buildings are not known to you.", count=len(strange[0]) + len(strange[1])),
            buildings=strange[0][:_SHOWN],
            codes=strange[1][:_SHOWN],
        )
    return list(known | set(coded.values()))


def _in_estate(user: Viewer, text: str) -> list[int]:
    reading = parse(normalize(text), EMPTY)[0]
    parts = list(named(reading))
    keys = [key_of(name, numbers) for name, numbers in parts if numbers]
    names = [name for name, numbers in parts if not numbers]
    if not parts:
        raise Invalid("bad_select", "An estate is selected by its name, or by an address that has a name.")
    likes = [f"%{_escaped(name)}%" for name, _ in parts]
    rows = sql.rows(SQL / "in_estate.sql", keys=keys, names=names, likes=likes)
    visible = Building.objects.visible_to(user).at().filter(pk__in=[row["id"] for row in rows])
    return list(visible.values_list("pk", flat=True))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _in_area(user: Viewer, area: Any, crs: str) -> list[int]:
    drawn = to_survey(area, parse_crs(crs), "area")
    shape = round_to_millimetres(shapely.geometry.shape(drawn))
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise Invalid("bad_area", "area must be a GeoJSON Polygon or MultiPolygon.", field="area")
    if shape.is_empty or not shapely.is_valid(shape):
        told = Sentence("The area is not valid: {reason}.", reason=invalid_reason(shape))
        raise Refused("invalid_area", told, field="area")
    surveyed = to_geos(shape, settings.SURVEY_SRID)
    _demand_own_area(user, surveyed)
    found = Building.objects.visible_to(user).at().filter(location__intersects=surveyed)
    _demand_few(found.count())
    return list(found.values_list("pk", flat=True))


def _demand_own_area(user: Viewer, surveyed: Any) -> None:
    """Refuse an area that reaches into communities where the user may not edit registers.

    By their borders, whatever stands there: a building that one may not see is not told of.
    """
    allowed = visible_communities(user, Permission.EDIT_REGISTERS)
    if allowed is None:
        return
    communities = DivisionVersion.objects.at().filter(level=DivisionLevel.COMMUNITY, geom__bboverlaps=surveyed)
    others = communities.exclude(division_id__any_of=allowed).filter(geom__relate=(surveyed, _OVERLAPS))
    codes = list(others.order_by("code").values_list("code", flat=True)[:_SHOWN])
    if codes:
        raise Forbidden(
            "not_in_your_area",
            "The area reaches into communities whose registers you may not edit; draw it within your own.",
            communities=codes,
        )
