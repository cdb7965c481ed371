"""From a text to typed elements."""

import csv
import gzip
from pathlib import Path

import pyogrio
import pytest

from buildings.addresses.parsing.divisions import turned
from buildings.addresses.parsing.elements import EMPTY, Gazetteer, Kind, Place
from buildings.addresses.parsing.parse import parse
from buildings.addresses.text.normalize import normalize

PINGSHAN = Gazetteer(
    [
        ("坪山区", Place(Kind.DISTRICT, "坪山区", 1)),
        ("坑梓街道", Place(Kind.SUBDISTRICT, "坑梓街道", 2, 1)),
        ("坪山街道", Place(Kind.SUBDISTRICT, "坪山街道", 3, 1)),
        ("秀新社区", Place(Kind.COMMUNITY, "秀新社区", 4, 2)),
        ("六联社区", Place(Kind.COMMUNITY, "六联社区", 5, 3)),
        ("坪山社区", Place(Kind.COMMUNITY, "坪山社区", 6, 3)),
    ]
)


def elements_of(text: str, reading: int = 0, gazetteer: Gazetteer = PINGSHAN) -> str:
    """Return a reading as ``kind=value …``."""
    return " ".join(f"{e.kind}={e.value}" for e in parse(normalize(text), gazetteer)[reading].elements)


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        (
            "广东省深圳市坪山区坑梓街道秀新社区新乔围路12号龙湖花园3栋2单元501室",
            (
                "province=广东省 city=深圳市 district=坪山区 subdistrict=坑梓街道 community=秀新社区 "
                "road=新乔围路 number=12 estate=龙湖花园 building=3 entrance=2 room=501"
            ),
        ),
        (
            "坪山新区坑梓办事处秀新社区新乔围一巷12-1号",
            "district=坪山区 subdistrict=坑梓街道 community=秀新社区 estate=新乔围 lane=1 number=12-1",
        ),
        ("新喬圍路１２號三棟二單元", "road=新乔围路 number=12 building=3 entrance=2"),
        ("坪山大道2007号创新广场A座1203", "road=坪山大道 number=2007 estate=创新广场 building=a room=1203"),
        ("坪山大道2007", "road=坪山大道 number=2007"),
        ("龙湖花园3-2-501", "estate=龙湖花园 building=3 entrance=2 room=501"),
        ("龙湖花园3幢501", "estate=龙湖花园 building=3 room=501"),
        ("兰竹东路8号负一层", "road=兰竹东路 number=8 floor=-1"),
        ("兰竹东路8号B1", "road=兰竹东路 number=8 floor=-1"),
        ("六联社区文祥二路5号之一", "community=六联社区 road=文祥2路 number=5-1"),
        ("老围村三巷5号302房", "estate=老围村 lane=3 number=5 room=302"),
        ("松智工业区A栋403", "estate=松智工业区 building=a room=403"),
        ("坑梓街道", "subdistrict=坑梓街道"),
        ("秀新社区坑梓街道龙湖花园3栋", "community=秀新社区 subdistrict=坑梓街道 estate=龙湖花园 building=3"),
        ("秀新社区坪山街道龙湖花园3栋", "community=秀新社区 estate=坪山街道龙湖花园 building=3"),
    ],
)
def test_the_forms_of_pingshan(text: str, elements: str) -> None:
    assert elements_of(text) == elements


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        # What a word behind a number counts.
        ("柳营路669弄14号1102", "road=柳营路 lane=669弄 number=14 room=1102"),
        ("下湾小区94懂3单元", "estate=下湾小区 building=94 entrance=3"),
        ("金源小区5号楼6门1131", "estate=金源小区 building=5 entrance=6 room=1131"),
        ("九堡家苑12排59号", "estate=九堡家苑 lane=12排 number=59"),
        ("中山路8号A楼1202", "road=中山路 number=8 building=a room=1202"),
        ("樱花东街甲3号", "road=樱花东街 number=甲3"),
        ("中山路287号房管大楼", "road=中山路 number=287 estate=房管大楼"),
        ("宾虹路853OPPO店", "road=宾虹路 number=853 estate=oppo店"),
        ("新乔围路12号商铺", "road=新乔围路 number=12"),
        ("秀湖花园5栋1240房间", "estate=秀湖花园 building=5 room=1240"),
        ("576号九楼", "number=576 floor=9"),
        ("银泰城负1楼", "estate=银泰城 floor=-1"),
        ("龙湖花园3栋二单501", "estate=龙湖花园 building=3 entrance=2 room=501"),
        ("龙湖花园C503", "estate=龙湖花园 building=c room=503"),
        ("电子市场C503", "estate=电子市场 room=c503"),
        ("烟草大厦16楼F", "estate=烟草大厦 floor=16 room=f"),
        ("临江工业区142", "estate=临江工业区 number=142"),
        ("大坪村小坪组12号", "estate=大坪村 lane=小坪组 number=12"),
        # Names within names, and what is one name.
        ("景福大厦景荣阁3栋", "estate=景福大厦 estate=景荣阁 building=3"),
        ("浙江大学玉泉校区", "estate=浙江大学玉泉校区"),
        ("名苑3号苑11栋", "estate=名苑3号苑 building=11"),
        # Divisions, and what is called as they are.
        ("宁波市江东区永达路99号", "city=宁波市 district=江东区 road=永达路 number=99"),
        ("丹桂东区3栋", "estate=丹桂东区 building=3"),
        (
            "坪山街道广东省深圳市坪山区坪山街道六和路12号",
            (
                "subdistrict=坪山街道 province=广东省 city=深圳市 district=坪山区 "
                "subdistrict=坪山街道 road=六和路 number=12"
            ),
        ),
        ("马云路576九楼", "road=马云路 number=576 floor=9"),
        # Chains, ranges, and bare numbers.
        ("东海花苑136-4单元1122", "estate=东海花苑 building=136 entrance=4 room=1122"),
        ("秀湖花园92-9号", "estate=秀湖花园 building=92 room=9"),
        ("卖桥路208-210", "road=卖桥路 number=208-210"),
        ("卖桥路12-501", "road=卖桥路 number=12 room=501"),
        ("新塘小区B栋1220-1221", "estate=新塘小区 building=b room=1220-1221"),
        ("樊头村6-13-1192", "estate=樊头村 building=6 entrance=13 room=1192"),
        ("遗安花园128栋10 391", "estate=遗安花园 building=128 entrance=10 room=391"),
        # Markets.
        ("副食品市场13街1648号", "estate=副食品市场 entrance=13 room=1648"),
        ("五洲广场402号", "estate=五洲广场 room=402"),
        # Names: where they end.
        ("袍江经济开发区镇海路13号", "estate=袍江经济开发区 road=镇海路 number=13"),
        ("下沙经济开发区5号大街118号", "estate=下沙经济开发区 road=5号大街 number=118"),
        ("北干工业园经八路2658号", "estate=北干工业园 road=经8路 number=2658"),
        ("九龙湖西路11号", "road=九龙湖西路 number=11"),
        ("苏州大道西10号", "road=苏州大道西 number=10"),
        ("一环路西三段1050号", "road=一环路西三段 number=1050"),
        ("航海路与运河东路交叉口", "road=航海路 road=运河东路 estate=交叉口"),
        ("中宅村育才巷5号", "estate=中宅村 lane=育才巷 number=5"),
        ("龙湖花园二期云景阁3栋", "estate=龙湖花园2期 estate=云景阁 building=3"),
        ("龙湖花园3栋门口", "estate=龙湖花园 building=3"),
        # Divisions said twice, or filled in by a form.
        (
            "广东省深圳市深圳市坪山区坑梓街道",
            "province=广东省 city=深圳市 city=深圳市 district=坪山区 subdistrict=坑梓街道",
        ),
        (
            "坪山新区坪山办事处坪山社区兰沙路1091号",
            "district=坪山区 subdistrict=坪山办事处 community=坪山社区 road=兰沙路 number=1091",
        ),
        ("上海市市辖区虹口区花园路5号", "city=上海市 district=虹口区 road=花园路 number=5"),
    ],
)
def test_the_ways_of_the_country(text: str, elements: str) -> None:
    assert elements_of(text, gazetteer=EMPTY) == elements


def test_divisions_by_their_short_names_are_a_second_reading() -> None:
    assert elements_of("深圳坪山坑梓秀新新乔围路12号", 1) == (
        "city=深圳 district=坪山区 subdistrict=坑梓街道 community=秀新社区 road=新乔围路 number=12"
    )


def test_a_road_that_begins_like_a_division_stays_a_road() -> None:
    assert elements_of("坪山大道12号") == "road=坪山大道 number=12"


def test_an_estates_number_may_be_its_building() -> None:
    assert elements_of("龙湖花园3号", 1) == "estate=龙湖花园 building=3"


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("Hauptstraße 12a, 91207 Lauf", "road=hauptstr number=12a postcode=91207 city=lauf"),
        ("Hauptstr. 12 a", "road=hauptstr number=12a"),
        ("Am Steinkreuz 6", "road=am steinkreuz number=6"),
        ("12 Main Street", "number=12 road=main st"),
        ("12-14 Main St #3, Cambridge 02139", "number=12-14 road=main st city=cambridge room=3 postcode=02139"),
        ("220 1/2 Hurley St Apt 2B", "number=220 1/2 road=hurley st room=2b"),
    ],
)
def test_street_and_number_in_latin_script(text: str, elements: str) -> None:
    assert sorted(elements_of(text).split(" ")) == sorted(elements.split(" "))


def test_every_address_of_a_german_town(shared_data: Path) -> None:
    rows = pyogrio.read_dataframe(shared_data / "lauf" / "lauf_de.gpkg", layer="addresses", read_geometry=False)
    rows = rows[rows.addr_housenumber.notna()]
    pairs = [(s, n) for s, n in zip(rows.addr_street.fillna(rows.addr_place), rows.addr_housenumber, strict=True) if s]
    read = [parse(normalize(f"{street} {number}"), EMPTY)[0] for street, number in pairs]
    right = [
        reading.value(Kind.ROAD) == normalize(street) and reading.value(Kind.NUMBER) == number.lower().replace(" ", "")
        for reading, (street, number) in zip(read, pairs, strict=True)
    ]
    assert len(right) > 4_500
    assert sum(right) >= len(right) - 5


def test_every_address_of_an_american_town(shared_data: Path) -> None:
    with gzip.open(shared_data / "cambridge" / "TaxFY14.csv.gz", "rt", encoding="utf-8-sig", errors="replace") as lines:
        addresses = [row["Location"] for row in csv.DictReader(lines)]
    numbered = [a for a in addresses if a[:1] in "123456789"]
    read = [parse(normalize(address), EMPTY)[0] for address in numbered]
    right = [
        reading.value(Kind.NUMBER) == normalize(address).split(" ")[0]
        and reading.value(Kind.ROAD) in normalize(address)
        for reading, address in zip(read, numbered, strict=True)
    ]
    assert len(right) > 27_000
    assert sum(right) > 0.99 * len(right)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("龙湖花园3栋坪山区秀新社区", "坪山区秀新社区龙湖花园3栋"),
        ("新乔围路12号 广东省深圳市坪山区坑梓街道", "广东省深圳市坪山区坑梓街道新乔围路12号"),
        ("坑梓街道秀新社区", "坑梓街道秀新社区"),
        ("坪山坑梓秀新社区", "坪山坑梓秀新社区"),
        ("龙湖花园3栋无名社区", "龙湖花园3栋无名社区"),
        ("龙湖花园3栋", "龙湖花园3栋"),
    ],
)
def test_divisions_said_last_are_put_first(text: str, expected: str) -> None:
    assert turned(normalize(text), PINGSHAN) == expected
