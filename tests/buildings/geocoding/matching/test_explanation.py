"""What becomes of everything that a question says."""

import pytest

from buildings.addresses.parsing.elements import EMPTY, Element, Kind, Place, Reading
from buildings.addresses.parsing.parse import parse
from buildings.addresses.text.normalize import normalize
from buildings.geocoding.matching.explanation import DOUBTED, ELSEWHERE, Verdict, ceiling, explain
from buildings.geocoding.matching.rank import said

HERE = said((Place(Kind.CITY, "深圳市"), Place(Kind.DISTRICT, "坪山区"), Place(Kind.DISTRICT, "龙岗区")))


def read(text: str, *, within: tuple[Element, ...] = ()) -> Reading:
    return Reading((*within, *parse(normalize(text), EMPTY)[0].elements))


def verdicts(asked: str, registered: str) -> list[tuple[Kind, Verdict]]:
    return [(r.kind, r.verdict) for r in explain(read(asked), read(registered, within=HERE))]


@pytest.mark.parametrize(
    ("asked", "registered", "reason"),
    [
        ("上海市坪山大道829号", "坪山大道829号", (Kind.CITY, Verdict.CONFLICT)),
        ("福田区坪山大道829号", "坪山大道829号", (Kind.DISTRICT, Verdict.CONFLICT)),
        ("坪山大道829号乙", "坪山大道829号", (Kind.QUALIFIER, Verdict.LEFT_OVER)),
        ("坪山大道829 A号", "坪山大道829号", (Kind.QUALIFIER, Verdict.LEFT_OVER)),
        ("坪山大道829号101甲", "坪山大道829号101", (Kind.QUALIFIER, Verdict.LEFT_OVER)),
        ("龙湖花园二期3栋", "龙湖花园3栋", (Kind.QUALIFIER, Verdict.LEFT_OVER)),
        ("龙湖花园A区3栋", "龙湖花园3栋", (Kind.QUALIFIER, Verdict.LEFT_OVER)),
        ("龙湖花园甲3栋", "龙湖花园3栋", (Kind.QUALIFIER, Verdict.LEFT_OVER)),
        ("坪山大道829号乙", "坪山大道829号乙", (Kind.QUALIFIER, Verdict.MATCH)),
        ("坪山大道三巷829号", "坪山大道829号", (Kind.LANE, Verdict.MISSING)),
        ("坪山大道829号9楼101", "坪山大道829号101", (Kind.FLOOR, Verdict.CONFLICT)),
        ("坪山大道829号1楼101", "坪山大道829号101", (Kind.FLOOR, Verdict.MATCH)),
        ("坪山大街829号", "坪山大道829号", (Kind.ROAD, Verdict.CORRECTED)),
        ("龙岗区坪山大道829号", "坪山大道829号", (Kind.DISTRICT, Verdict.MATCH)),
    ],
)
def test_each_part_of_a_question_is_explained(asked: str, registered: str, reason: tuple[Kind, Verdict]) -> None:
    assert reason in verdicts(asked, registered)


@pytest.mark.parametrize(
    ("asked", "most"),
    [
        ("上海市坪山大道829号", ELSEWHERE),
        ("福田区坪山大道829号", ELSEWHERE),
        ("布吉街道坪山大道829号", DOUBTED),
        ("坪山大道829号乙", DOUBTED),
        ("坪山大道三巷829号", DOUBTED),
        ("坪山大街829号", DOUBTED),
        ("坪山大道829号", 1.0),
        ("深圳市坪山区坪山大道829号", 1.0),
        ("坪山大道829号101", 1.0),
    ],
)
def test_what_contradicts_or_is_left_over_leaves_no_answer_sure(asked: str, most: float) -> None:
    registered = read("坪山街道坪山大道829号", within=HERE)
    assert ceiling(explain(read(asked), registered)) == most


def test_a_name_of_the_country_s_is_no_slip_of_another() -> None:
    asked = Reading((Element(Kind.CITY, "福州市", "福州市", 0, "3501"),))
    [reason] = explain(asked, Reading((Element(Kind.CITY, "广州市", "广州市", 0),)))
    assert reason.verdict is Verdict.CONFLICT
