"""A city to walk through: its divisions, grids and furnished houses.

::

    district  1                        2
              1         2              3
    community K1   K2   K3   K4        K5   K6 (no grids)
    grids     A B  C D  E F  G H       I J  - -

Every thing carries words of its own, which stand nowhere else: whoever reads them has read of that thing.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import shapely
from django.db import transaction

from buildings.legal_persons.credit_code import check_character
from buildings.models import Address, Building, BuildingCode, Entrance, Household, LegalPerson, Unit, UnitCode
from buildings.services import assign_buildings
from gisserver.common.db.clock import database_now
from gisserver.common.db.validity import since
from gisserver.common.geo.millimetres import round_to_millimetres
from grids.models import Division, GridVersion, Officer, Post
from tests import factories
from tests.factories import LONG_AGO, at, drawn

DRAWING = "ABCDEFGHIJ__/ABCDEFGHIJ__"
COMMUNITIES = {"K1": "AB", "K2": "CD", "K3": "EF", "K4": "GH", "K5": "IJ", "K6": "_"}
PARENTS = {"S1": ("K1", "K2"), "S2": ("K3", "K4"), "S3": ("K5", "K6"), "Q1": ("S1", "S2"), "Q2": ("S3",)}
CODES = {
    **{f"K{n}": f"44031{n:01d}00{n}00{n}" for n in range(1, 10)},
    **{f"S{n}": f"44031900{n}" for n in range(1, 4)},
    "Q1": "440318",
    "Q2": "440317",
}


@dataclass
class World:
    """The city, the moments at which it was looked at, and where each kind of thing stands by its letter."""

    divisions: dict[str, Division] = field(default_factory=dict)
    moments: list[datetime] = field(default_factory=list)
    houses: dict[str, list[Building]] = field(default_factory=dict)
    redraws: dict[str, int] = field(default_factory=dict)
    layer: str = ""
    last: int = 10_000

    def number(self) -> int:
        """Return a number that no other thing has."""
        self.last += 1
        return self.last

    def look(self) -> None:
        """Keep this moment, to ask for it later."""
        self.moments.append(database_now())


def found(world: World) -> None:
    """Divisions, the widest first, and grids."""
    shapes = drawn(DRAWING)
    with transaction.atomic():
        for name in ("Q1", "Q2", "S1", "S2", "S3", *COMMUNITIES):
            level = {"Q": "district", "S": "subdistrict", "K": "community"}[name[0]]
            above = next((one for one, below in PARENTS.items() if name in below), "")
            frame = shapely.coverage_union_all([shapes[letter] for letter in letters_of(name)])
            parent = world.divisions.get(above)
            world.divisions[name] = factories.division(CODES[name], level=level, geometry=frame, parent=parent)
        for name, letters in COMMUNITIES.items():
            for letter in letters.replace("_", ""):
                factories.grid(f"N{world.number()}{letter}", shapes[letter], world.divisions[name])


def letters_of(name: str) -> str:
    return COMMUNITIES[name] if name in COMMUNITIES else "".join(letters_of(one) for one in PARENTS[name])


def furnish(world: World) -> None:
    """Three furnished houses in each grid, and four outside them."""
    for column, letter in enumerate("ABCDEFGHIJ"):
        world.houses[letter] = [house_at(world, column + x, y) for x, y in ((0.3, 0.4), (0.7, 0.9), (0.4, 1.6))]
        firm_at(world, location=at(column + 0.6, 1.2))
    world.houses["_"] = [house_at(world, x, y) for x, y in ((10.7, 0.5), (10.8, 1.5), (11.3, 0.5), (11.6, 1.5))]
    for house in world.houses["_"]:
        Building.objects.filter(pk=house.pk).update(community=world.divisions["K6"])
    assign_buildings()


def staff(world: World) -> None:
    """An officer in each community who serves its first grid, and the first grid of the next as a deputy."""
    letters = [grids[0] for grids in COMMUNITIES.values() if grids != "_"]
    for name, own, other in zip(COMMUNITIES, letters, [*letters[1:], letters[0]], strict=False):
        n = world.number()
        officer = Officer.objects.create(
            division=world.divisions[name], name=f"网格员{n}", phone=f"1390{n:07d}", valid=since(LONG_AGO)
        )
        for letter, role in ((own, "main"), (other, "deputy")):
            grid = GridVersion.objects.filter(code__startswith="N", code__endswith=letter).earliest("valid").grid
            Post.objects.create(grid=grid, officer=officer, role=role, valid=since(LONG_AGO))


def house_at(world: World, column: float, row: float) -> Building:
    n, place = world.number(), at(column, row)
    house = factories.building(place, name=f"B{n}楼", address=f"人民路{n}号")
    square = shapely.box(place.x - 6, place.y - 6, place.x + 6, place.y + 6)
    house.footprint = factories.to_geos(round_to_millimetres(square))
    house.save(update_fields=["footprint"])
    BuildingCode.objects.create(building=house, code=f"C{n}X", scheme="sz19", valid=since(LONG_AGO))
    stair = Entrance.objects.create(building=house, name=f"T{n}单元", location=place, valid=since(LONG_AGO))
    for entrance in (stair, None):
        flat_in(world, house, entrance)
    firm_at(world, building=house)
    return house


def firm_at(world: World, **place: Any) -> LegalPerson:
    n = world.number()
    code = f"91440300MA{n:07d}"
    code += check_character(code)
    return LegalPerson.objects.create(
        credit_code=code, name=f"L{n}行", kind="enterprise", valid=since(LONG_AGO), **place
    )


def flat_in(world: World, house: Building, entrance: Entrance | None) -> Unit:
    n = world.number()
    flat = Unit.objects.create(building=house, entrance=entrance, number=f"F{n}", valid=since(LONG_AGO))
    UnitCode.objects.create(unit=flat, code=f"U{n}X", scheme="sz25", valid=since(LONG_AGO))
    Address.objects.create(unit=flat, text=f"南街{n}号", normalized=f"南街{n}号", valid=since(LONG_AGO))
    Household.objects.create(unit=flat, head_name=f"张H{n}", phone=f"1380{n:07d}", valid=since(LONG_AGO))
    return flat
