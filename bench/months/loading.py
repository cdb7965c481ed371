"""A simulated town in the database: loading its registers, comparing what is believed with what is true."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.contrib.gis.geos import Point

from bench.months.town import HEADER, Home, Town
from buildings.addresses.text.normalize import normalize
from buildings.importers.households import import_households
from buildings.importers.register_rows import FIELDS
from buildings.importers.register_run import Full
from buildings.lifecycle.act import Order
from buildings.lifecycle.events.readdress import recode
from buildings.lifecycle.events.renumber import renumber
from buildings.models import Address, Building, BuildingCode, Entrance, Household, Target, Unit, UnitCode
from gisserver.common.db import deferred
from gisserver.common.db.validity import since
from gisserver.common.imports.command import Outcome
from gisserver.common.reading import Table, resolve

COLUMNS = resolve(HEADER, wanted=FIELDS)
SOURCE = "网格办"


def build(town: Town, begins: datetime, *, community: int | None = None) -> list[int]:
    """Store the town's buildings, entrances, units and codes; return the ids of its homes' units."""
    valid = since(begins)
    codes = list(dict.fromkeys(home.building for home in town.homes))
    places = [
        Point(527_000 + 20 * (n % 500), 2_510_000 + 20 * (n // 500), srid=settings.SURVEY_SRID)
        for n in range(len(codes))
    ]
    houses = Building.objects.bulk_create(
        [Building(location=place, source="sim", community_id=community, valid=valid) for place in places]
    )
    house = dict(zip(codes, houses, strict=True))
    BuildingCode.objects.bulk_create(
        [BuildingCode(building=row, code=code, scheme="sz19", valid=valid) for code, row in house.items()]
    )
    doors = list(dict.fromkeys((home.building, home.entrance) for home in town.homes))
    stairs = Entrance.objects.bulk_create([Entrance(building=house[b], name=name, valid=valid) for b, name in doors])
    stair = dict(zip(doors, stairs, strict=True))
    units = Unit.objects.bulk_create(
        [
            Unit(building=house[h.building], entrance=stair[h.building, h.entrance], number=h.room, valid=valid)
            for h in town.homes
        ]
    )
    UnitCode.objects.bulk_create(
        [
            UnitCode(unit=unit, code=home.code, scheme="sz25", valid=valid)
            for unit, home in zip(units, town.homes, strict=True)
        ]
    )
    return [unit.pk for unit in units]


def renumber_homes(homes: Mapping[int, Home], units: list[int], order: Order) -> None:
    """Give the buildings and units of these homes their codes and rooms, by events."""
    house = dict(Unit.objects.filter(pk__in=units).values_list("pk", "building_id"))
    by_building: dict[int, dict[int, Home]] = defaultdict(dict)
    for number, home in homes.items():
        by_building[house[units[number]]][units[number]] = home
    for building, rooms in by_building.items():
        told = [{"id": pk, "number": home.room} for pk, home in rooms.items()]
        renumber(order=order, building_id=building, units=told, entrances=[])
        code = next(iter(rooms.values())).building
        recode(order=order, target=Target.BUILDING, target_id=building, building_id=building, code=code)
        for pk, home in rooms.items():
            recode(order=order, target=Target.UNIT, target_id=pk, building_id=building, code=home.code)


def name_homes(town: Town, units: list[int], begins: datetime) -> list[str]:
    """Give the town's buildings and units standard addresses; return those of the units."""
    valid = since(begins)
    house = dict(Unit.objects.filter(pk__in=units).values_list("pk", "building_id"))
    codes = list(dict.fromkeys(home.building for home in town.homes))
    road = {code: f"坪山街道六和社区深汕路{n // 20 + 1}号新和花园{n % 20 + 1}栋" for n, code in enumerate(codes)}
    by_building = {house[unit]: road[home.building] for unit, home in zip(units, town.homes, strict=True)}
    texts = [f"{road[home.building]}{home.entrance}{home.room}" for home in town.homes]
    named = [{"building_id": pk, "text": text} for pk, text in by_building.items()]
    named += [{"unit_id": unit, "text": text} for unit, text in zip(units, texts, strict=True)]
    rows = [Address(**one, normalized=normalize(str(one["text"])), valid=valid) for one in named]
    Address.objects.bulk_create(rows, batch_size=5000)
    return texts


def load(table: Table, moment: datetime, *, full: bool = True) -> Outcome:
    """Load one register, as of a moment, and let the database prove its laws."""
    outcome = import_households(
        table=table, columns=COLUMNS, source=SOURCE, effective_at=moment, full=Full(at_most=0.1) if full else None
    )
    deferred.check_now()
    return outcome


def believed(moment: datetime) -> Mapping[str, tuple[int, str, str, int, bool]]:
    """Return by number what is believed of each household at a moment: unit, head, phone, residents, registered."""
    rows = Household.objects.at(moment).filter(source=SOURCE)
    words = rows.values_list("source_ref", "unit_id", "head_name", "phone", "residents", "registered")
    return {ref: (unit, head, phone, residents, registered) for ref, unit, head, phone, residents, registered in words}


def true(town: Town, units: list[int], moment: datetime) -> Mapping[str, tuple[int, str, str, int, bool]]:
    """Return the truth in the same form."""
    found = {}
    for family in town.families:
        state = family.at(moment)
        if state is not None and state.home is not None:
            found[family.number] = (units[state.home], state.head, state.phone, state.residents, state.registered)
    return found


def lives() -> Mapping[str, set[int]]:
    """Return by number the identities under which a household is known: one, if ids are for life."""
    found: dict[str, set[int]] = defaultdict(set)
    for ref, identity in Household.objects.filter(source=SOURCE).values_list("source_ref", "identity"):
        found[ref].add(identity)
    return found
