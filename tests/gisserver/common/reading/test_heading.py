"""Where a sheet's table begins and ends: titles, headers of one line and of two, totals."""

import pytest

from gisserver.common.errors import Invalid
from gisserver.common.reading.heading import Expected, Heading, find_heading, without_totals

WORDS = Expected(words={"房屋编码", "户主", "电话", "人数", "户号", "地址"})
HEADER = ["序号", "房屋编码", "户主", "电话", "人数"]
DATA = ["1", "4403100010010100001000101", "王一", "13800001234", "3"]


def found(*rows: list[str], expected: Expected = WORDS) -> Heading:
    return find_heading(rows, expected)


@pytest.mark.parametrize(
    "above",
    [
        [],
        [["坪山街道房屋登记表", "", "", "", ""]],
        [["坪山街道房屋登记表"], [], ["填报单位：六和社区", "", "", "2026年3月", ""]],
    ],
)
def test_titles_above_the_header_are_passed_over(above: list[list[str]]) -> None:
    assert found(*above, HEADER, DATA) == Heading(tuple(HEADER), len(above), len(above) + 1)


def test_without_known_words_a_title_is_one_cell_above_several() -> None:
    rows = (["Register of March", "", ""], ["a", "b", "c"], ["1", "2", "3"])
    assert found(*rows, expected=Expected()).names == ("a", "b", "c")
    assert found(["a"], ["1"], ["2"], expected=Expected()).names == ("a",)


def test_a_row_as_wide_as_the_header_above_it_is_the_header() -> None:
    assert found(["A", "B", "C", "D", "E"], HEADER).first == 0


def test_groups_above_columns_name_those_below_that_say_too_little() -> None:
    rows = (
        ["序号", "房屋", "", "户主", "", "人数", ""],
        ["", "房屋编码", "名称", "名称", "电话", "合计", "儿童"],
        ["1", "4403", "幸福花园", "王一", "138", "3", "1"],
    )
    heading = found(["登记表", "", "", "", "", "", ""], *rows)
    assert heading == Heading(("序号", "房屋编码", "房屋名称", "户主名称", "电话", "人数", "儿童"), 1, 3)


def test_a_second_line_below_names_that_span_columns_belongs_to_the_header() -> None:
    rows = (
        ["房屋编码", "户主", "电话", "人口", "", ""],
        ["", "", "", "总数", "儿童", "老人"],
        ["4403", "王一", "138", "3", "1", "0"],
    )
    assert found(*rows) == Heading(("房屋编码", "户主", "电话", "人口", "儿童", "老人"), 0, 2)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (["房屋编码", "户主", "", ""], ["4403", "王一", "甲", "乙"]),
        (["房屋编码", "户主", ""], ["", "张三", "李四"]),
        (["房屋编码", "户主", "", ""], ["", "", "张三", "李四"]),
    ],
)
def test_data_below_an_unnamed_column_is_data(header: list[str], row: list[str]) -> None:
    assert found(header, row, ["1", "2", "3"]).below == 1


def test_of_any_sheet_a_last_column_without_a_name_is_no_group() -> None:
    assert found(["a", "b", ""], ["", "张三", "李四"], ["1", "2", "3"], expected=Expected()).below == 1
    assert found(["a", "b", "", "c"], ["", "x", "y", ""], ["1", "2", "3", "4"], expected=Expected()).below == 2


def test_the_row_that_is_told_is_the_header() -> None:
    assert found(HEADER, DATA, ["a", "b"], ["1", "2"], expected=Expected(row=3)) == Heading(("a", "b"), 2, 3)


@pytest.mark.parametrize("row", [0, 3, 99])
def test_a_row_that_names_nothing_is_refused(row: int) -> None:
    with pytest.raises(Invalid, match="names no columns"):
        found(HEADER, DATA, ["", ""], expected=Expected(row=row))


def test_totals_and_signatures_at_the_end_are_told() -> None:
    rows = [DATA, ["合计", "", "", "", "3"], ["制表人：王某", "", "", "", ""]]
    assert without_totals(rows, WORDS) == ["2 lines of totals or signatures at the end are left out."]
    assert rows == [DATA]


def test_where_it_is_not_known_what_a_table_is_about_every_row_is_one() -> None:
    rows = [["合计", "3"]]
    assert without_totals(rows, Expected()) == []
    assert rows == [["合计", "3"]]
