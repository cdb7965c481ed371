"""Named questions about buildings, units and households."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, Case, Count, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable, ExpressionWrapper
from django.db.models.functions import Coalesce

from buildings.as_of import buildings_at, tables_at
from buildings.current import address_of, code_of, grid_code_of
from buildings.lifecycle import history
from buildings.models import (
    Address,
    Building,
    BuildingAsOf,
    BuildingAssignment,
    BuildingCode,
    Entrance,
    EntranceAsOf,
    EventEffect,
    Household,
    HouseholdAsKnown,
    LifecycleEvent,
    Target,
    Unit,
    UnitAsOf,
)
from buildings.succession import what_became_of
from gisserver.common.access.models import Viewer
from gisserver.common.access.roles import Permission
from gisserver.common.db import sql
from gisserver.common.db.clock import database_now
from gisserver.common.db.projections import as_lonlat
from gisserver.common.errors import NotFound
from gisserver.common.sentences import Sentence
from grids.asset_registry import Carried
from grids.layers import division_text
from grids.models import visible_communities
from grids.selectors import grid_by_code

SQL = Path(__file__).parent / "sql"
HELD = ("units", "households", "residents")
# Footprints have no index in the survey CRS; their places have one, and no place is so far from its footprint's rim.


def buildings_to_show(user: Viewer, at: datetime | None = None) -> QuerySet[Any]:
    """Return the visible buildings at ``at`` by id, with ``geometry``, ``code``, ``address``, ``grid_code`` then."""
    rows: QuerySet[Any] = (
        buildings_at(user, at)
        .annotate(
            geometry=as_lonlat("location"),
            footprint_geometry=as_lonlat("footprint"),
            code=code_of("building", "pk", at),
            address=address_of("building", "pk", at),
            grid_code=grid_code_of("pk", at),
            community_code=division_text("code", "community_then", at),
        )
        .defer("location", "footprint", "location_3857", "footprint_3857")
        .order_by("id")
    )
    return rows


@dataclass(frozen=True, slots=True)
class BuildingDetail:
    """A building at a moment (``row`` as of `buildings_to_show`), and what belonged to it then.

    ``assignment`` says which grid was responsible for it and why; ``units`` and ``households`` are numbers.
    """

    row: Building | BuildingAsOf
    addresses: Sequence[Address]
    codes: Sequence[BuildingCode]
    entrances: Sequence[Entrance | EntranceAsOf]
    assignment: BuildingAssignment | None
    units: int
    households: int


def visible_building(*, user: Viewer, building_id: int, at: datetime | None = None) -> Any:
    """Return one of `buildings_to_show`; raises NotFound."""
    row = buildings_to_show(user, at).filter(pk=building_id).first()
    if row is None:
        raise NotFound(
            "no_such_building",
            Sentence("No building {building_id} is known to you at that time.", building_id=building_id),
            **_what_became_of(user, building_id),
        )
    return row


def building_detail(*, user: Viewer, building_id: int, at: datetime | None = None) -> BuildingDetail:
    """Return one visible building with its addresses, codes, entrances, assignment and counts; raises NotFound."""
    row = visible_building(user=user, building_id=building_id, at=at)
    entrances: QuerySet[Any] = Entrance.objects.at() if at is None else EntranceAsOf.objects.at(at)
    units = units_at(at).filter(building_id=row.pk)
    return BuildingDetail(
        row=row,
        addresses=list(Address.objects.at(at).filter(building_id=row.pk).order_by("kind", "id")),
        codes=list(_codes_until(at).filter(building_id=row.pk).order_by("valid")),
        entrances=list(entrances.filter(building_id=row.pk).annotate(geometry=as_lonlat("location")).order_by("name")),
        assignment=BuildingAssignment.objects.at(at).filter(building_id=row.pk).first(),
        units=units.count(),
        households=households_at(at).filter(unit_id__in=units.values("pk")).count(),
    )


def _codes_until(at: datetime | None) -> QuerySet[BuildingCode]:
    """Return the codes issued by ``at``: what was issued since is of another time, and perhaps of another community."""
    rows = BuildingCode.objects.all()
    return rows if at is None else rows.filter(valid__startswith__lte=at)


def _what_became_of(user: Viewer, building_id: int) -> dict[str, Any]:
    """Return what to say of a building that is not there: how it ended, if it is known to the user at all."""
    known = Building.objects.visible_to(user).filter(pk=building_id).values_list("valid", flat=True).first()
    return {} if known is None or known.upper is None else what_became_of(user, building_id, known)


def units_at(at: datetime | None) -> QuerySet[Any]:
    """Return all units as they are, or as they were at ``at``."""
    return Unit.objects.at() if at is None else UnitAsOf.objects.at(at)


def households_at(at: datetime | None) -> QuerySet[Any]:
    """Return all households as they are, or as they were at ``at``."""
    return Household.objects.at(at)


def units_to_show(user: Viewer, at: datetime | None = None) -> QuerySet[Any]:
    """Return the visible units at ``at`` by id, with ``code``, ``address``, ``entrance_name`` and a place then.

    A unit without a place of its own has its entrance's, else its building's; ``location_from`` says which.
    """
    manager: Any = Unit.objects if at is None else UnitAsOf.objects
    rows: QuerySet[Any] = manager.visible_to(user, at).at(at)
    households = households_at(at).filter(unit_id=OuterRef("pk")).order_by()
    entrances = Entrance.objects if at is None else EntranceAsOf.objects.at(at)
    buildings = Building.objects if at is None else BuildingAsOf.objects.at(at)
    door = entrances.filter(pk=OuterRef("entrance_id"))
    place: Any = Coalesce("location", "door", "house")
    shown: QuerySet[Any] = (
        rows.annotate(
            code=code_of("unit", "pk", at),
            address=address_of("unit", "pk", at),
            entrance_name=Subquery(door.values("name")[:1]),
            households_count=Coalesce(Subquery(households.values("unit_id").annotate(n=Count("pk")).values("n")), 0),
            door=Subquery(door.values("location")[:1]),
            house=Subquery(buildings.filter(pk=OuterRef("building_id")).values("location")[:1]),
        )
        .annotate(
            geometry=as_lonlat(place),
            location_from=Case(
                When(location__isnull=False, then=Value("unit")),
                When(door__isnull=False, then=Value("entrance")),
                default=Value("building"),
            ),
        )
        .defer("location")
        .order_by("id")
    )
    return shown


def households_to_show(user: Viewer, at: datetime | None = None, known: datetime | None = None) -> QuerySet[Any]:
    """Return the visible households at ``at`` by identity, as is known today, or as was believed at ``known``.

    ``personal``: may the user read their personal data?
    """
    manager: Any = Household.objects if known is None else HouseholdAsKnown.objects.filter(known__contains=known)
    rows: QuerySet[Any] = manager.visible_to(user, at).at(at)
    shown: QuerySet[Any] = rows.annotate(personal=may_read_personal(user, at)).order_by("identity")
    return shown


def household_history(*, user: Viewer, household_id: int) -> dict[str, Any]:
    """Return all periods of a household that the user may see, believed today or before, and its events there.

    A period is seen by whoever may see its unit now; its personal data by whoever may read them there now and might at
    its beginning (docs/adr/0015). Raises NotFound.
    """
    rows: QuerySet[Any] = HouseholdAsKnown.objects.visible_to(user).filter(identity=household_id, valid__isempty=False)
    periods = list(rows.annotate(personal=may_read_personal(user, None)).order_by("valid", "known"))
    if not periods:
        sentence = Sentence("No household {household_id} is known to you at that time.", household_id=household_id)
        raise NotFound("no_such_household", sentence)
    for period in periods:
        then = HouseholdAsKnown.objects.filter(pk=period.pk, known=period.known)
        rule = then.annotate(personal=may_read_personal(user, period.valid.lower)).values_list("personal", flat=True)
        period.personal = period.personal and all(rule)
    effects = EventEffect.objects.filter(target=Target.HOUSEHOLD, target_id=household_id)
    seen = effects.filter(building_id__in=Building.objects.visible_to(user).values("pk")).values("event_id")
    events = LifecycleEvent.objects.filter(pk__in=seen)
    return {
        "id": household_id,
        "periods": periods,
        "events": history.described(user, events, only=(Target.HOUSEHOLD, household_id)),
    }


def may_read_personal(user: Viewer, at: datetime | None) -> Combinable:
    """Return whether the user may read the personal data of a household where it lived at ``at`` (default now)."""
    communities = visible_communities(user, Permission.READ_PERSONAL)
    rule: Any
    if communities is None:
        rule = Value(value=True)
    elif at is None:
        rule = Q(unit__building__community_id__any_of=communities)
    else:
        rule = Household.stood_in(communities, at)
    return ExpressionWrapper(rule, output_field=BooleanField())


def households_in(rows: QuerySet[Any], *, building: int, at: datetime | None = None) -> QuerySet[Any]:
    """Return those of ``rows`` whose unit was in a building at ``at`` (default now)."""
    return rows.filter(unit_id__in=units_at(at).filter(building_id=building).values("pk"))


def _per_grid(rows: QuerySet[Any], grid_path: str) -> Mapping[int, int]:
    return dict(rows.values_list(grid_path).annotate(Count("pk")).values_list(grid_path, "pk__count"))


def buildings_per_grid(grid_ids: Collection[int], at: datetime | None = None) -> Mapping[int, int]:
    """Return how many buildings each grid had at ``at`` (default now)."""
    return _per_grid(BuildingAssignment.objects.at(at).filter(grid_id__in=grid_ids), "grid_id")


def held_per_grid(grid_ids: Collection[int], at: datetime | None = None) -> Mapping[str, Mapping[int, int]]:
    """Return how many ``units``, ``households`` and ``residents`` were in each grid's buildings at ``at``."""
    moment = at or database_now()
    held = sql.rows(SQL / "held.sql", tables=tables_at(at), grids=list(grid_ids), moment=moment)
    return {name: {row["grid_id"]: row[name] for row in held} for name in HELD}


def buildings_on(area: bytes) -> list[Carried]:
    """Return the buildings in ``area`` (WKB, survey CRS) now, for a redraw that moves it."""
    found = sql.rows(SQL / "in_area.sql", area=area, srid=settings.SURVEY_SRID)
    counts = ("buildings", "units", "households", "residents")
    return [
        Carried(row["id"], bytes(row["place"]), row["grid_id"], {name: row[name] for name in counts}) for row in found
    ]


def footprints_on(area: bytes) -> Mapping[str, bytes]:
    """Return by building id the footprints (WKB, survey CRS) that may meet ``area`` (WKB, survey CRS)."""
    found = sql.rows(SQL / "footprints.sql", area=area, srid=settings.SURVEY_SRID)
    return {str(row["id"]): bytes(row["footprint"]) for row in found}


def standing_in(rows: QuerySet[Building], *, user: Viewer, grid: str, at: datetime | None = None) -> QuerySet[Building]:
    """Return those of ``rows`` that the grid of this code was responsible for at ``at``; raises NotFound."""
    version = grid_by_code(user=user, code=grid, at=at)
    held = BuildingAssignment.objects.at(at).filter(grid_id=version.grid_id)
    return rows.filter(pk__in=held.values("building_id"))
