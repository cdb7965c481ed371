"""The buildings and incidents in the tests of redraws: houses, incidents, and which grid they have at a moment."""

from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Point

from buildings.models import BuildingAssignment
from buildings.services import assign_buildings
from grids.models import GridVersion
from incidents.models import Assignment
from incidents.services import NewIncident, record_incidents
from tests import factories
from tests.factories import hours_ago


def build(*places: Point) -> list[int]:
    """Put buildings at places and give each its grid, as an import does; return their ids."""
    ids = [factories.building(place).pk for place in places]
    assign_buildings(ids=ids)
    return ids


def happen(*places: Point, status: str = "new") -> list[int]:
    """Record incidents at places; return their ids."""
    kind = factories.IncidentType.objects.filter(code="A").first() or factories.incident_type()
    recorded = record_incidents(
        NewIncident(
            occurred_at=hours_ago(2),
            received_at=hours_ago(1),
            type_id=kind.pk,
            location_ewkb=place.hexewkb.decode(),
            declared_crs="wgs84",
            status=status,
        )
        for place in places
    )
    return [each.id for each in recorded]


def homes(model: Any, ids: list[int], at: datetime | None = None) -> list[str | None]:
    """Return the codes of the grids that things are assigned to at a moment (default now)."""
    key = "building_id" if model is BuildingAssignment else "incident_id"
    held = dict(model.objects.at(at).filter(**{f"{key}__in": ids}).values_list(key, "grid_id"))
    codes = dict(GridVersion.objects.at(at).values_list("grid_id", "code"))
    return [codes.get(held[each]) if held[each] else None for each in ids]


def houses(ids: list[int], at: datetime | None = None) -> list[str | None]:
    """Return the codes of the grids of buildings at a moment."""
    return homes(BuildingAssignment, ids, at)


def cases(ids: list[int], at: datetime | None = None) -> list[str | None]:
    """Return the codes of the grids of incidents at a moment."""
    return homes(Assignment, ids, at)
