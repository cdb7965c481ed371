"""What a sender declares of columns: types, forms of moments, words for words."""

from pathlib import Path
from typing import Any

import pytest

from gisserver.common.errors import Invalid
from layers.kinds import FieldType
from layers.reading.declared import parse_declared
from layers.reading.vector import Features, read_features

REPORTS = """id,收到,状态,层数,电话
007,3/1/2012 2:05:09 PM,Completed,3,1
008,3/12/2012 12:00:00 AM,Voided,,2
009,2012年3月1日,Open,六,3
"""


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """Three rows: the last has its floors in words."""
    path = tmp_path / "reports.csv"
    path.write_text(REPORTS, encoding="utf-8")
    return path


def read(path: Path, *, partial: bool = False, **columns: Any) -> Features:
    return read_features(
        path,
        layer=None,
        crs=None,
        encoding=None,
        zone="Asia/Shanghai",
        declared=parse_declared(columns),
        partial=partial,
    )


def values(features: Features, title: str) -> tuple[FieldType, list[Any]]:
    (column,) = [column for column in features.columns if column.title == title]
    return column.type, column.values


def test_moments_in_a_declared_form_are_moments(reports: Path) -> None:
    kind, moments = values(read(reports, 收到={"format": "%m/%d/%Y %I:%M:%S %p"}), "收到")
    assert kind is FieldType.DATETIME
    assert moments == ["2012-03-01T06:05:09+00:00", "2012-03-11T16:00:00+00:00", "2012-02-29T16:00:00+00:00"]


def test_a_form_without_a_time_of_day_is_a_date(tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_text("built\n31.12.1999\n")
    assert values(read(path, built={"format": "%d.%m.%Y"}), "built") == (FieldType.DATE, ["1999-12-31"])


def test_epoch_milliseconds_of_a_typed_file_are_moments(tmp_path: Path) -> None:
    path = tmp_path / "phone.geojson"
    path.write_text('{"type": "Feature", "geometry": null, "properties": {"at": 1330578309000}}')
    features = read(path, at={"format": "epoch-ms"})
    assert values(features, "at") == (FieldType.DATETIME, ["2012-03-01T05:05:09+00:00"])


def test_words_become_other_words_and_unknown_ones_stay(reports: Path) -> None:
    features = read(reports, 状态={"values": {"Completed": "closed", "Voided": "closed"}})
    assert values(features, "状态") == (FieldType.STRING, ["closed", "closed", "Open"])


def test_a_column_of_persons_may_be_left_out(reports: Path) -> None:
    columns = read(reports, 电话={"leave_out": True}).columns
    assert [column.title for column in columns] == ["id", "收到", "状态", "层数"]


def test_a_value_of_another_type_names_its_row(reports: Path) -> None:
    with pytest.raises(Invalid, match="Row 3: '六' in the column '层数' is no integer") as refused:
        read(reports, 层数={"type": "integer"})
    assert (refused.value.code, refused.value.data["row"]) == ("bad_value", 3)


def test_a_partial_reading_leaves_the_row_out_and_says_so(reports: Path) -> None:
    features = read(reports, partial=True, 层数={"type": "integer"})
    assert values(features, "id") == (FieldType.STRING, ["007", "008"])
    assert [(each.number, each.code) for each in features.refused] == [(3, "bad_value")]
    assert features.notes[-1] == "1 rows could not be read, and are left out: rows 3."


def test_a_file_of_which_nothing_can_be_read_is_refused_though_partial(reports: Path) -> None:
    with pytest.raises(Invalid, match="Row 1"):
        read(reports, partial=True, 状态={"type": "number"})


def test_a_partial_reading_leaves_out_what_lies_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "places.geojson"
    feature = '{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [%s, %s]}}'
    features = ", ".join([feature % (114, 22), feature % (500, 22), feature % (115, 22)])
    path.write_text('{"type": "FeatureCollection", "features": [' + features + "]}")
    read_in = read(path, partial=True)
    assert [geometry.wkt for geometry in read_in.geometries] == ["POINT (114 22)", "POINT (115 22)"]
    assert [(each.number, each.code) for each in read_in.refused] == [(2, "coordinate_outside_area")]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ([], "bad_columns"),
        ({"a": "text"}, "bad_columns"),
        ({"a": {"typ": "string"}}, "bad_columns"),
        ({"a": {"type": "json"}}, "bad_columns"),
        ({"a": {"format": [1]}}, "bad_columns"),
        ({"a": {"format": "%H:%M"}}, "bad_time_format"),
        ({"a": {"values": {"x": 1}}}, "bad_columns"),
        ({"a": {"leave_out": "yes"}}, "bad_columns"),
    ],
)
def test_what_can_not_be_declared_is_refused(said: Any, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_declared(said)
    assert refused.value.code == code


def test_a_column_that_the_file_does_not_have_is_refused_with_those_it_has(reports: Path) -> None:
    with pytest.raises(Invalid, match="'Status'; it has: id, 收到"):
        read(reports, Status={"type": "string"})
