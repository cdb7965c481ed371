"""Every format is read back by the program that people read it with, and holds what the GeoJSON holds.

1: a square with a hole, everything said     2: no place, nothing said     3: two squares, an empty text
"""

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyogrio
import pytest
import shapely
from django.test import Client
from pyarrow import ipc, parquet

from layers.models import UploadedLayer
from layers.ogc.output import sheet
from layers.publishing import publish_file
from tests.layers.conftest import refusal

SQUARE = shapely.box(500_000, 2_500_000, 500_010.125, 2_500_010.25)
HOLED = shapely.MultiPolygon([shapely.difference(SQUARE, shapely.box(500_001, 2_500_001, 500_002, 2_500_002))])
PAIR = shapely.MultiPolygon([SQUARE, shapely.box(500_020, 2_500_000, 500_030, 2_500_010)])
MOMENT = datetime(2026, 3, 1, 0, 0, 0, 250_000, tzinfo=UTC)
ROWS: list[dict[str, Any]] = [
    {"code": "007", "name": '甲, "一"\n号', "floors": 2**40 + 1, "height": 0.1, "lit": True, "built": date(2020, 1, 31),
     "seen": MOMENT},
    {"code": None, "name": None, "floors": None, "height": None, "lit": None, "built": None, "seen": None},
    {"code": "-1", "name": "", "floors": -3, "height": 1e-7, "lit": False, "built": date(1949, 10, 1),
     "seen": MOMENT.replace(year=1970)},
]  # fmt: skip
SHAPES = [HOLED, None, PAIR]
Frame = Any


@pytest.fixture
def houses(db: None, tmp_path: Path) -> UploadedLayer:
    """The three features, published in EPSG:4547."""
    frame = gpd.GeoDataFrame(pd.DataFrame(ROWS, dtype=object), geometry=SHAPES, crs=4547)
    frame = frame.astype({"floors": "Int64", "height": float, "lit": "boolean"})
    frame["seen"] = pd.to_datetime(frame["seen"], utc=True)
    path = tmp_path / "houses.gpkg"
    pyogrio.write_dataframe(frame, path, use_arrow=True)
    layer = publish_file(path).layer
    assert isinstance(layer, UploadedLayer)
    return layer


def fetched(client: Client, form: str, **asked: str) -> bytes:
    """Return the whole file."""
    response = client.get("/ogc/collections/houses/download", {"f": form, **asked})
    assert response.status_code == 200, response.content
    return b"".join(response)


def by_gdal(body: bytes, path: Path) -> Frame:
    """Return what GDAL reads."""
    path.write_bytes(body)
    return pyogrio.read_dataframe(path)


READERS: dict[str, Callable[[bytes, Path], Frame]] = {
    "arrow": lambda body, _: gpd.GeoDataFrame.from_arrow(ipc.open_stream(body).read_all()),
    "parquet": lambda body, _: gpd.read_parquet(io.BytesIO(body)),
    "flatgeobuf": lambda body, folder: by_gdal(body, folder / "houses.fgb"),
    "gpkg": lambda body, folder: by_gdal(body, folder / "houses.gpkg"),
    "jsonfg": lambda body, folder: by_gdal(body, folder / "houses.json"),
}


def plain(value: Any) -> Any:
    """Return a value as Python has it; what is missing as None."""
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime().date() if value.tzinfo is None else value.to_pydatetime().astimezone(UTC)
    return None if pd.isna(value) else value


def said(frame: Frame) -> list[dict[str, Any]]:
    """Return the properties of the rows, in order of the names of codes (None last)."""
    rows = [{name: plain(row[name]) for name in ROWS[0]} for row in frame.to_dict("records")]
    return sorted(rows, key=lambda row: (row["code"] is None, row["code"]), reverse=True)


@pytest.mark.parametrize("form", READERS)
def test_a_format_holds_what_was_published(form: str, analyst: Client, houses: UploadedLayer, tmp_path: Path) -> None:
    stored = "http://www.opengis.net/def/crs/EPSG/0/4547"
    frame = READERS[form](fetched(analyst, form, crs=stored), tmp_path)
    assert frame.crs.to_epsg() == 4547
    assert said(frame) == said(pd.DataFrame(ROWS, dtype=object))
    shapes = sorted((shape for shape in frame.geometry if shape is not None), key=shapely.area)
    same = [shapely.equals_exact(*pair, normalize=True) for pair in zip(shapes, [HOLED, PAIR], strict=True)]
    assert same == [True, True]


@pytest.mark.parametrize("form", READERS)
def test_coordinates_are_those_of_geojson(form: str, analyst: Client, houses: UploadedLayer, tmp_path: Path) -> None:
    expected = gpd.GeoDataFrame.from_features(json.loads(fetched(analyst, "geojson"))["features"])
    frame = READERS[form](fetched(analyst, form), tmp_path)
    there = [shape for shape in frame.geometry if shape is not None]
    assert len(there) == 2
    assert shapely.union_all(there).hausdorff_distance(expected.union_all()) < 1e-8


@pytest.mark.parametrize("form", ["arrow", "parquet", "flatgeobuf"])
def test_nothing_is_a_file_too(form: str, analyst: Client, houses: UploadedLayer, tmp_path: Path) -> None:
    frame = READERS[form](fetched(analyst, form, code="none"), tmp_path)
    assert len(frame) == 0


def test_integers_with_nulls_remain_integers(analyst: Client, houses: UploadedLayer) -> None:
    schema = ipc.open_stream(fetched(analyst, "arrow")).schema
    kinds = {name: schema.field(name).type for name in ROWS[0]}
    assert kinds == {
        "code": pa.string(), "name": pa.string(), "floors": pa.int64(), "height": pa.float64(), "lit": pa.bool_(),
        "built": pa.date32(), "seen": pa.timestamp("us", "UTC"),
    }  # fmt: skip


def test_geoparquet_tells_readers_what_to_skip(analyst: Client, houses: UploadedLayer) -> None:
    stored = "http://www.opengis.net/def/crs/EPSG/0/4547"
    file = parquet.ParquetFile(io.BytesIO(fetched(analyst, "parquet", crs=stored)))
    told = json.loads(file.metadata.metadata[b"geo"])
    column = told["columns"]["geometry"]
    assert (told["version"], column["geometry_types"]) == ("1.1.0", ["MultiPolygon"])
    assert column["bbox"] == [500_000, 2_500_000, 500_030, 2_500_010.25]
    boxes = file.read().column("bbox").to_pylist()
    assert boxes[0] == {"xmin": 500_000, "ymin": 2_500_000, "xmax": 500_010.125, "ymax": 2_500_010.25}
    assert set(boxes[1].values()) == {None}
    ends = {column.path_in_schema: column.statistics for column in map(file.metadata.row_group(0).column, range(12))}
    assert (ends["bbox.xmin"].min, ends["bbox.xmax"].max) == (500_000, 500_030)


def test_flatgeobuf_has_its_index(analyst: Client, houses: UploadedLayer, tmp_path: Path) -> None:
    path = tmp_path / "houses.fgb"
    path.write_bytes(fetched(analyst, "flatgeobuf", filter="code IS NOT NULL"))
    assert pyogrio.read_info(path)["capabilities"]["fast_spatial_filter"]


def test_a_geopackage_names_its_layer(analyst: Client, houses: UploadedLayer, tmp_path: Path) -> None:
    path = tmp_path / "file.gpkg"
    path.write_bytes(fetched(analyst, "gpkg"))
    assert pyogrio.list_layers(path).tolist() == [["houses", "MultiPolygon"]]


def test_a_workbook_has_codes_as_texts_and_no_formulas(analyst: Client, houses: UploadedLayer, tmp_path: Path) -> None:
    path = tmp_path / "houses.xlsx"
    path.write_bytes(fetched(analyst, "xlsx"))
    frame = pyogrio.read_dataframe(path).sort_values("fid")
    assert frame["code"].fillna("").tolist() == ["007", "", "'-1"]
    assert [plain(value) for value in frame["floors"]] == [2**40 + 1, None, -3]
    assert frame["seen"].iloc[0] == "2026-03-01T00:00:00.25+00:00"


def test_too_many_rows_for_a_workbook_are_refused(
    analyst: Client, houses: UploadedLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "MAX_ROWS", 2)
    assert refusal(analyst, "/collections/houses/download", f="xlsx") == (400, "too_many_rows")


def test_a_number_that_a_workbook_would_round_is_refused(
    analyst: Client, houses: UploadedLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "_MAX_NUMBER", 2**40)
    assert refusal(analyst, "/collections/houses/download", f="xlsx") == (400, "too_long_for_cell")


def test_jsonfg_says_when_and_where(analyst: Client, places: UploadedLayer) -> None:
    body = analyst.get("/ogc/collections/places/download", {"f": "jsonfg", "crs": "EPSG:4490"})
    told = json.loads(b"".join(body))
    first = told["features"][0]
    assert told["coordRefSys"] == "http://www.opengis.net/def/crs/EPSG/0/4490"
    assert (first["geometry"], first["time"]) == (None, {"date": "2020-01-01"})
    assert first["place"]["coordinates"] == pytest.approx([22.70, 114.30])  # the authority writes latitude first


def test_binary_formats_write_east_first_in_every_crs(analyst: Client, places: UploadedLayer) -> None:
    body = analyst.get("/ogc/collections/places/download", {"f": "arrow", "crs": "EPSG:4490"})
    frame = gpd.GeoDataFrame.from_arrow(ipc.open_stream(b"".join(body)).read_all())
    assert (frame.crs.to_epsg(), frame.geometry.iloc[0].x) == (4490, pytest.approx(114.30))


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("application/flatgeobuf;q=0.5, application/vnd.apache.arrow.stream", "application/vnd.apache.arrow.stream"),
        ("application/json", "application/geo+json"),
        ("text/*;q=0.1", "text/csv"),
        ("text/csv;q=0, */*", "application/geo+json"),
    ],
)
def test_accept_chooses_by_its_weights(accept: str, given: str, analyst: Client, places: UploadedLayer) -> None:
    response = analyst.head("/ogc/collections/places/download", headers={"Accept": accept})
    assert response["Content-Type"] == given


def test_what_is_packed_is_not_packed_again(analyst: Client, places: UploadedLayer) -> None:
    asked = {"f": "parquet"}
    response = analyst.get("/ogc/collections/places/download", asked, headers={"Accept-Encoding": "gzip, zstd"})
    assert not response.has_header("Content-Encoding")
    assert b"".join(response).startswith(b"PAR1")


def test_a_long_body_is_packed_as_zstd(analyst: Client, houses: UploadedLayer) -> None:
    asked = {"f": "geojson", "filter": "1 = 1"}
    response = analyst.get("/ogc/collections/houses/download", asked, headers={"Accept-Encoding": "gzip, br, zstd"})
    packed = b"".join(response)
    assert response["Content-Encoding"] == "zstd"
    with pa.input_stream(pa.BufferReader(packed), compression="zstd") as body:
        assert body.read() == fetched(analyst, "geojson")
