"""What contradicts an address or says more than it is never found for sure, and never imported without review."""

import pytest
from django.contrib.auth.models import User

from bench.addresses.contradicting import doubtful_cases
from bench.addresses.register import Town
from bench.judged.town import build
from bench.quality import accepted
from buildings.geocoding import geocoder
from buildings.geocoding.answers import Answer
from buildings.geocoding.batch import Outcome, Status, geocode_many
from buildings.models import Building, Unit
from buildings.review.doubtful import Doubtful
from buildings.review.matching import Matched, match_many
from gisserver.common.db.validity import since
from grids.models import Division, DivisionVersion
from tests.factories import LONG_AGO, administrator, at, building, drawn, to_geos

pytestmark = pytest.mark.usefixtures("laws")
ABOVE = "广东省深圳市坪山区坪山街道六联社区"


@pytest.fixture
def admin() -> User:
    return administrator()


def named(level: str, code: str, name: str, parent: Division | None, *, where: str = "A") -> Division:
    identity = Division.objects.create(level=level)
    DivisionVersion.objects.create(
        division=identity,
        parent=parent,
        level=level,
        code=code,
        name=name,
        geom=to_geos(drawn("AB")[where]),
        valid=since(LONG_AGO),
    )
    return identity


@pytest.fixture
def community(laws: None) -> Division:
    district = named("district", "440310", "坪山区", None)
    named("subdistrict", "440310002", "马峦街道", district, where="B")
    return named("community", "440310001001", "六联社区", named("subdistrict", "440310001", "坪山街道", district))


@pytest.fixture
def houses(community: Division) -> dict[str, Building]:
    """坪山大道829号 and 845号, each with the units 101 and 102 on the first floor."""
    found = {}
    for n, number in enumerate(("829", "845")):
        house = building(at(n, 0.5), address=f"{ABOVE}坪山大道{number}号", community=community)
        for room in ("101", "102"):
            Unit.objects.create(building=house, number=room, floor=1, valid=since(LONG_AGO))
        found[number] = house
    return found


def asked(admin: User, text: str) -> tuple[list[Answer], Outcome]:
    [row] = geocode_many(user=admin, texts=[text])
    return geocoder.search(user=admin, text=text), row


@pytest.mark.parametrize(
    "text",
    [
        "上海市浦东新区坪山大道829号",
        "惠州市惠阳区坪山大道829号",
        "湖南省坪山大道829号",
        "深圳市福田区坪山大道829号",
        "坪山区马峦街道坪山大道829号",
        "沙湖社区坪山大道829号",
        "829 Pingshan Avenue, Shanghai",
        "坪山大道829 A号",
        "坪山大道829号乙",
        "坪山大道829号二期",
        "坪山大道829号101之甲",
        "坪山大道829号宿舍101",
        "坪山大街829号",
        "坪山大道三巷829号",
        "坪山大道829号101、102",
        "坪山大道829号；坪山大道845号",
        "坪山大道829号对面",
        "坪山大道829号往东50米",
        "坪山大道829号东边第二家",
        "六联社区829号",
    ],
)
@pytest.mark.usefixtures("houses")
def test_no_house_is_told_for_sure(admin: User, text: str) -> None:
    answers, row = asked(admin, text)
    assert row.status is not Status.FOUND
    assert [one for one in answers if not one.ambiguous and one.confidence >= 0.7] == []
    assert isinstance(match_many([text], to=["building"])[0], Doubtful)


@pytest.mark.usefixtures("community")
def test_a_building_of_no_known_community_lies_where_the_deployment_does(admin: User) -> None:
    building(at(1, 1), address="翠景路37号")
    assert asked(admin, "上海市翠景路37号")[1].status is Status.AMBIGUOUS
    assert asked(admin, "深圳市坪山区翠景路37号")[1].status is Status.FOUND


@pytest.mark.parametrize(
    "text",
    [
        "坪山大道829号负一层101",
        "坪山大道829号9楼101",
        "坪山大道829号101之三",
        "坪山大道829号B101",
        "坪山大道829号负101",
    ],
)
def test_the_house_is_found_and_not_a_room_that_is_another_one(
    admin: User, houses: dict[str, Building], text: str
) -> None:
    [found], row = asked(admin, text)
    assert (found.target, found.id) == ("building", houses["829"].pk)
    assert row.answer is not None
    assert (row.answer.target, row.answer.id) == ("building", houses["829"].pk)
    assert ("room", "missing") in [(r.kind, r.verdict) for r in found.reasons]
    assert isinstance(match_many([text], to=["unit"])[0], Doubtful)


@pytest.mark.parametrize(
    "text",
    [
        "坪山大道829号101",
        "坪山大道829号0101",
        "坪山大道829号1楼01室",
        "坪山大道829号1-01",
        "坪山大道82\u200b9号101",
        "坪山大道82 9号101",
        "坪山大道82\n9号101",
        "101室，坪山大道829号，六联社区，坪山区",
        "829号101，坪山大道，坪山区",
        "Room 101, 829 Pingshan Avenue, Pingshan District, Shenzhen",
        "收件人：某某 电话 189 0000 0000 坪山大道829号101",
        "市民来电反映：坪山大道829号101漏水严重，请处理",
        "来电人反映坪山大道829号101漏水严重",
        "龙岗区坪山镇坪山大道829号101",
        "六联社区坪山大道829号101，坪山街道，坪山区，深圳市，广东省",
    ],
)
def test_a_room_is_found_however_it_is_said(admin: User, houses: dict[str, Building], text: str) -> None:
    answers, row = asked(admin, text)
    unit = Unit.objects.get(building=houses["829"], number="101")
    assert [(one.target, one.id, one.ambiguous) for one in answers[:1]] == [("unit", unit.pk, False)]
    assert row.status is Status.FOUND
    assert match_many([text], to=["unit"]) == [Matched("unit", unit.pk, houses["829"].pk)]


def test_of_several_addresses_the_present_one_comes_first_with_its_role(
    admin: User, houses: dict[str, Building]
) -> None:
    answers, row = asked(admin, "坪山大道829号（现搬到坪山大道845号）")
    assert [(one.id, one.role, one.ambiguous) for one in answers] == [
        (houses["845"].pk, "present", True),
        (houses["829"].pk, "former", True),
    ]
    assert row.answer is not None
    assert (row.answer.id, row.answer.role) == (houses["845"].pk, "present")


def test_the_house_below_which_something_is_is_found_with_the_relation(
    admin: User, houses: dict[str, Building]
) -> None:
    [found], row = asked(admin, "市民来电反映：坪山区坪山大道829号楼下垃圾堆积，请处理")
    assert (found.id, found.relation, found.ambiguous) == (houses["829"].pk, "below", False)
    assert row.answer is not None
    assert row.answer.relation == "below"


def test_what_is_registered_word_for_word_is_found_as_it_stands(admin: User) -> None:
    house = building(at(1, 1), address="坪山大道829号对面")
    [found], row = asked(admin, "坪山大道829号对面")
    assert (found.id, found.relation, found.ambiguous) == (house.pk, None, False)
    assert row.status is Status.FOUND


@pytest.mark.parametrize(
    ("text", "sure"), [("坪山区六联社区", True), ("惠州市坪山区", False), ("马峦街道六联社区", False)]
)
@pytest.mark.usefixtures("community")
def test_a_division_that_lies_elsewhere_is_not_told_for_sure(admin: User, text: str, sure: bool) -> None:
    [found], row = asked(admin, text)
    assert found.ambiguous is not sure
    assert (row.status is Status.FOUND) is sure


def test_nothing_that_contradicts_is_accepted_in_a_town_of_siblings(admin: User) -> None:
    homes = build()
    town = Town(home for home in homes if home.unit is None)
    cases = list(doubtful_cases(homes, town, each=12, seed=5))
    outcomes = geocode_many(user=admin, texts=[case.text for case in cases])
    assert [case.text for case, outcome in zip(cases, outcomes, strict=True) if accepted(case, outcome)] == []
