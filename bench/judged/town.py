"""An invented town whose siblings are easily confused: 3栋 and 13栋, 12号 and 12-1号, 东路 and 西路, A座 and B座."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Final

from django.conf import settings
from django.contrib.gis.geos import Point

from bench.addresses.pieces import Home, Part, Piece, Pieces, written
from buildings.addresses.text.normalize import normalize
from buildings.models import Address, Building, Entrance, Unit
from gisserver.common.db.validity import since
from grids.models import Division, DivisionVersion

BEGAN: Final = datetime(2024, 1, 1, tzinfo=UTC)
_CORNER: Final = (527_000.0, 2_510_000.0)
_ABOVE: Final = (Piece(Part.PROVINCE, "浙江", "省"), Piece(Part.CITY, "杭州", "市"), Piece(Part.DISTRICT, "云溪", "区"))
_QUARTERS: Final = (("松涛", "北浦"), ("松涛", "南浦"), ("鹤鸣", "东陵"), ("鹤鸣", "西陵"))
_ROADS: Final = ("松涛东路", "松涛西路", "鹤鸣路", "鹤鸣一路")
_DOORS: Final = ("2", "12", "12-1", "112", "121")
_ESTATES: Final = ("翰林苑", "翰林花园", "望湖雅居")
_BLOCKS: Final = ("1", "3", "11", "13", "A", "B")
_ALLEYS: Final = ("一", "二", "十一", "十二")
_STAIRS: Final = ("1", "11")
_FLATS: Final = ("301", "1301", "310", "B101")


def _houses(place: int) -> Iterator[Pieces]:
    """Yield the pieces below the community; some estates are in several communities under the same name."""
    for road, door in product(_ROADS[place % 2 :: 2], _DOORS):
        yield (Piece(Part.NAME, road), Piece(Part.DOOR, door, "号"))
    for estate, block in product(_ESTATES[place // 2 :], _BLOCKS):
        yield (Piece(Part.NAME, estate), Piece(Part.BLOCK, block, "栋"))
    for alley, door in product(_ALLEYS, ("1", "11")):
        yield (
            Piece(Part.NAME, f"{'石鼓旧新'[place]}桥村"),
            Piece(Part.ALLEY, alley, "巷"),
            Piece(Part.DOOR, door, "号"),
        )


def build() -> list[Home]:
    """Write the town into the (empty) database in use; return its buildings and units."""
    communities = _divisions()
    homes: list[Home] = []
    for place, (office, quarter) in enumerate(_QUARTERS):
        upper = (*_ABOVE, Piece(Part.OFFICE, office, "街道"), Piece(Part.QUARTER, quarter, "社区"))
        for n, house in enumerate(_houses(place)):
            spot = Point(_CORNER[0] + 1000 * place, _CORNER[1] + 20 * n, srid=settings.SURVEY_SRID)
            building = Building.objects.create(location=spot, community=communities[place], valid=since(BEGAN))
            pieces = (*upper, *house)
            _say(written(pieces), building=building)
            homes.append(Home(building.pk, None, pieces))
            homes.extend(_units(building, pieces))
    return homes


def _units(building: Building, pieces: Pieces) -> Iterator[Home]:
    stairs: Sequence[str] = _STAIRS if pieces[-1].part is Part.BLOCK else ("",)
    for stair in stairs:
        name = f"{stair}单元" if stair else ""
        entrance = Entrance.objects.create(building=building, name=name, valid=since(BEGAN)) if stair else None
        for flat in _FLATS:
            unit = Unit.objects.create(building=building, entrance=entrance, number=flat, valid=since(BEGAN))
            inside = (*((Piece(Part.STAIR, stair, "单元"),) if stair else ()), Piece(Part.FLAT, flat))
            _say(written((*pieces, *inside)), unit=unit)
            yield Home(building.pk, unit.pk, (*pieces, *inside), len(stairs))


def _say(text: str, **about: Building | Unit) -> None:
    Address.objects.create(text=text, normalized=normalize(text), valid=since(BEGAN), **about)


def _divisions() -> list[Division]:
    district = _division("district", "330199", "云溪区", None)
    offices = {
        name: _division("subdistrict", f"33019900{n}", f"{name}街道", district)
        for n, name in enumerate(dict.fromkeys(office for office, _ in _QUARTERS), 1)
    }
    return [
        _division("community", f"33019900{n}001", f"{quarter}社区", offices[office])
        for n, (office, quarter) in enumerate(_QUARTERS, 1)
    ]


def _division(level: str, code: str, name: str, parent: Division | None) -> Division:
    identity = Division.objects.create(level=level)
    DivisionVersion.objects.create(
        division=identity, parent=parent, level=level, code=code, name=name, valid=since(BEGAN)
    )
    return identity
