"""Statistics over the features of a collection: what they count, by what, and for whom."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
from django.test import Client

from gisserver.common.access.roles import Role
from gisserver.common.db.clock import database_now
from gisserver.common.web.keeping import HEADER
from layers.models import UploadedLayer
from layers.publishing import publish_file
from tests import factories
from tests.layers.conftest import read, refusal, signed_in

STATISTICS = "/collections/places/statistics"


def groups(client: Client, collection: str = "places", **parameters: Any) -> list[dict[str, Any]]:
    """Return the groups of an answer."""
    asked = {name.replace("_", "-"): value for name, value in parameters.items()}
    found: list[dict[str, Any]] = read(client, f"/collections/{collection}/statistics", **asked)["groups"]
    return found


@pytest.fixture
def shops(db: None, tmp_path: Path) -> pd.DataFrame:
    """1,000 shops in ten streets, published as ``shops``; every tenth has no area."""
    number = pd.Series(range(1000))
    frame = pd.DataFrame(
        {
            "street": "路" + (number % 10).astype(str),
            "area": (number * 7 % 101).astype(float).where(number % 10 != 3),
            "staff": number * 13 % 17,
        }
    )
    path = tmp_path / "shops.geojson"
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [114.30 + index / 100_000, 22.70]},
            "properties": {"street": row.street, "area": None if pd.isna(row.area) else row.area, "staff": row.staff},
        }
        for index, row in enumerate(frame.itertuples())
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    publish_file(path)
    return frame


def test_without_words_it_counts(analyst: Client, places: UploadedLayer) -> None:
    assert groups(analyst) == [{"count": 4}]


def test_every_statistic_is_that_of_pandas(analyst: Client, shops: pd.DataFrame) -> None:
    asked = (
        "count,sum(area),avg(area),stddev(area),min(area),max(area),median(area),percentile(area,0.9),distinct(staff)"
    )
    found = pd.DataFrame(groups(analyst, "shops", statistics=asked, group_by="street")).set_index("street")
    by = shops.groupby("street")
    wanted = pd.DataFrame(
        {
            "count": by.size(),
            "sum(area)": by.area.sum(min_count=1),
            "avg(area)": by.area.mean(),
            "stddev(area)": by.area.std(),
            "min(area)": by.area.min(),
            "max(area)": by.area.max(),
            "median(area)": by.area.median(),
            "percentile(area,0.9)": by.area.quantile(0.9),
            "distinct(staff)": by.staff.nunique(),
        }
    )
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False)


def test_names_with_brackets_and_long_ones_are_columns_too(analyst: Client, tmp_path: Path) -> None:
    """A label is longer than what PostgreSQL takes as a name, and ``having`` is a name of a property as well."""
    long, path = "建筑面积按房产测绘规范实测的数值合计", tmp_path / "rooms.geojson"
    features = [
        {"type": "Feature", "geometry": None, "properties": {"面积(m2),实测": area, long: area, "having": "x"}}
        for area in (10.5, 20.5, 90.5)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    publish_file(path)
    asked = f'sum("面积(m2),实测"),percentile("面积(m2),实测",0),percentile({long},0.50),percentile({long},1)'
    order = '-sum("面积(m2),实测")'
    having = f"percentile({long},.5) > 20 AND percentile({long},1.0) < 91"
    assert groups(analyst, "rooms", statistics=asked, having=having, orderby=order) == [
        {
            "sum(面积(m2),实测)": 121.5, "percentile(面积(m2),实测,0)": 10.5,
            f"percentile({long},0.5)": 20.5, f"percentile({long},1)": 90.5,
        }
    ]  # fmt: skip


def test_having_order_and_limit(analyst: Client, shops: pd.DataFrame) -> None:
    asked = {
        "group-by": "staff",
        "having": "sum(area) > 2500 AND NOT (count < 58)",
        "orderby": "-sum(area)",
        "limit": 3,
    }
    answer = read(analyst, "/collections/shops/statistics", statistics="count,sum(area)", **asked)
    by = shops.groupby("staff").agg(count=("staff", "size"), area=("area", "sum"))
    kept = by[(by.area > 2500) & (by["count"] >= 58)].sort_values("area", ascending=False)
    assert [group["staff"] for group in answer["groups"]] == kept.index[:3].tolist()
    assert (answer["complete"], answer["numberReturned"]) == (len(kept) <= 3, 3)


def test_moments_are_grouped_by_the_local_calendar(analyst: Client, tmp_path: Path) -> None:
    path = tmp_path / "seen.geojson"
    moments = ["2026-02-28T15:59:59Z", "2026-02-28T16:00:00Z", "2026-03-01T15:00:00Z"]
    features = [{"type": "Feature", "geometry": None, "properties": {"seen": moment}} for moment in moments]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    publish_file(path)
    by = {each: [group[f"{each}(seen)"] for group in groups(analyst, "seen", group_by=f"{each}(seen)")] for each in
          ("month", "day", "hour", "weekday", "hour_of_day")}  # fmt: skip
    assert by == {
        "month": ["2026-02-01", "2026-03-01"],
        "day": ["2026-02-28", "2026-03-01"],
        "hour": ["2026-02-28T23:00", "2026-03-01T00:00", "2026-03-01T23:00"],
        "weekday": [6, 7],
        "hour_of_day": [0, 23],
    }


@pytest.mark.parametrize("cell", ["square(100)", "hexagon(60)"])
def test_cells_hold_each_feature_once_and_lie_around_it(analyst: Client, shops: pd.DataFrame, cell: str) -> None:
    answer = read(analyst, "/collections/shops/statistics", **{"group-by": cell, "f": "geojson"})
    cells = [shapely.geometry.shape(feature["geometry"]) for feature in answer["features"]]
    counts = [feature["properties"]["count"] for feature in answer["features"]]
    points = shapely.points([[114.30 + number / 100_000, 22.70] for number in range(1000)])
    inside = [int(shapely.contains(shape, points).sum()) for shape in cells]
    assert sum(counts) == 1000
    assert (inside, len(cells) > 5) == (counts, True)


def test_shapes_of_groups(analyst: Client, places: UploadedLayer) -> None:
    [found] = groups(analyst, statistics="envelope,centroid,hull", filter="floors > 2")
    corners = shapely.get_coordinates(shapely.geometry.shape(found["envelope"]))
    assert corners[:, 0].min() == pytest.approx(114.30, abs=1e-4)
    assert found["centroid"]["coordinates"] == pytest.approx([114.31, 22.70], abs=1e-6)
    assert found["hull"]["type"] == "LineString"


def test_a_name_with_quotation_marks_is_written_as_in_a_filter(analyst: Client, places: UploadedLayer) -> None:
    assert groups(analyst, group_by='"100% ""用途"""') == [{'100% "用途"': "居住", "count": 4}]


def test_csv_has_a_column_for_each_word(analyst: Client, places: UploadedLayer) -> None:
    response = analyst.get(f"/ogc{STATISTICS}", {"group-by": "built", "statistics": "count,sum(floors)", "f": "csv"})
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[:2] == [["built", "count", "sum(floors)"], ["2019-12-31", "1", "5"]]


def test_the_answer_is_kept_by_who_holds_it(analyst: Client, places: UploadedLayer) -> None:
    etag = analyst.get(f"/ogc{STATISTICS}")["ETag"]
    assert analyst.get(f"/ogc{STATISTICS}", headers={"If-None-Match": etag}).status_code == 304


def test_what_is_noted_as_an_export_each_time_is_not_kept(analyst: Client, places: UploadedLayer) -> None:
    few, many = (analyst.get(f"/ogc{STATISTICS}", {"limit": limit}) for limit in (100, 101))
    assert (HEADER in few, HEADER in many) == (True, False)


def test_a_refusal_of_having_names_it(analyst: Client, places: UploadedLayer) -> None:
    assert analyst.get(f"/ogc{STATISTICS}", {"having": "count >"}).json()["parameter"] == "having"


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"statistics": "sum(name)"}, "bad_value"),
        ({"statistics": "sum(nobody)"}, "unknown_property"),
        ({"statistics": "sum(floors"}, "bad_value"),
        ({"statistics": "pg_sleep(9)"}, "bad_value"),
        ({"statistics": "percentile(floors,2)"}, "bad_value"),
        ({"statistics": "count,count"}, "bad_value"),
        ({"group-by": "hour(built)"}, "bad_value"),
        ({"group-by": "square(0)"}, "bad_value"),
        ({"group-by": "square(5),hexagon(5)"}, "bad_value"),
        ({"group-by": "name; DROP TABLE x"}, "unknown_property"),
        ({"having": "sum(floors) > 1"}, "bad_filter"),
        ({"having": "count + 1 > 1"}, "bad_filter"),
        ({"having": "count > 'a'"}, "cannot_compute"),
        ({"orderby": "name"}, "bad_value"),
        ({"properties": "name"}, "unknown_parameter"),
    ],
)
def test_what_is_not_understood_is_refused(
    analyst: Client, places: UploadedLayer, parameters: dict[str, str], code: str
) -> None:
    assert refusal(analyst, STATISTICS, **parameters) == (400, code)


def test_many_groups_are_an_export(collector: Client, places: UploadedLayer) -> None:
    assert refusal(collector, STATISTICS, limit=101) == (403, "export_not_permitted")


def test_only_what_the_reader_may_see_counts(laws: None) -> None:
    near = factories.community_of("AB")
    shape = factories.drawn("ABC")["C"]
    far = factories.division("440310009009", geometry=shape)
    factories.grid("FAR", shape, far)
    person = signed_in(factories.user("near", role=Role.COLLECTOR, area=near))
    assert groups(person, "grids", statistics="count,sum(area_m2)") == [{"count": 2, "sum(area_m2)": 20_000}]


def test_divisions_of_every_level_now_and_then(laws: None) -> None:
    district = factories.division("440310000000", level="district")
    factories.community_of("AB", parent=factories.division("440310001000", level="subdistrict", parent=district))
    person = signed_in(factories.user("everywhere", role=Role.ANALYST, everywhere=True))
    now = groups(person, "grids", group_by="community,subdistrict,district")
    then = groups(person, "grids", group_by="community,subdistrict,district", at=database_now().isoformat())
    codes = {"community": "440310001001", "subdistrict": "440310001000", "district": "440310000000"}
    assert now == then == [codes | {"count": 2}]
