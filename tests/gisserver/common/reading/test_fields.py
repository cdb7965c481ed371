"""Which column holds which field."""

import pytest

from gisserver.common.errors import Invalid
from gisserver.common.reading.fields import Field, parse_mapping, resolve

WANTED = (Field("code", ("grid_code", "网格编码"), required=True), Field("name", ("title",)))


def test_a_column_of_the_field_s_own_name_wins_over_an_alias() -> None:
    assert resolve(["grid_code", "code"], wanted=WANTED) == {"code": "code"}


def test_aliases_are_found_in_any_case() -> None:
    assert resolve(["GRID_CODE", "Title"], wanted=WANTED) == {"code": "GRID_CODE", "name": "Title"}


def test_a_chinese_header_is_found() -> None:
    assert resolve(["网格编码"], wanted=WANTED) == {"code": "网格编码"}


def test_what_is_told_wins() -> None:
    assert resolve(["code", "WARD"], wanted=WANTED, given={"code": "WARD"}) == {"code": "WARD"}


def test_a_column_told_in_another_case_is_found() -> None:
    assert resolve(["WARD"], wanted=WANTED, given={"code": "ward"}) == {"code": "WARD"}


def test_a_missing_required_column_names_those_there_are() -> None:
    with pytest.raises(Invalid, match="WARD, LABEL") as refusal:
        resolve(["WARD", "LABEL"], wanted=WANTED)
    assert refusal.value.code == "missing_column"


def test_a_column_told_that_is_not_there_is_refused() -> None:
    with pytest.raises(Invalid, match="no such column"):
        resolve(["code"], wanted=WANTED, given={"name": "nowhere"})


def test_a_field_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        resolve(["code"], wanted=WANTED, given={"colour": "code"})
    assert refusal.value.code == "unknown_field"


def test_the_position_columns_may_always_be_told() -> None:
    assert resolve(["code", "X"], wanted=WANTED, given={"lon": "X"}) == {"code": "code"}


@pytest.mark.parametrize("pairs", [["code"], ["=x"], ["code="], ["code=a", "code=b"]])
def test_a_mapping_that_says_nothing_is_refused(pairs: list[str]) -> None:
    with pytest.raises(Invalid):
        parse_mapping(pairs)


def test_a_column_may_have_an_equals_sign_in_it() -> None:
    assert parse_mapping(["code=a=b"]) == {"code": "a=b"}
