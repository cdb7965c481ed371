"""Files of many formats, good and hostile, become tables or refusals with a name."""

import gzip
import json
import shutil
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import parse_crs
from gisserver.common.reading import Table
from gisserver.common.reading.reader import list_layers, read_table

WGS84 = parse_crs("wgs84")
SQUARE = [[[114.3, 22.6], [114.4, 22.6], [114.4, 22.7], [114.3, 22.7], [114.3, 22.6]]]


def feature(**properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": SQUARE}}


def collection(*features: dict[str, Any]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False)


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(path: Path, **arguments: Any) -> str:
    with pytest.raises(Invalid) as caught:
        read_table(path, **arguments)
    assert len(caught.value.detail) < 2500
    return caught.value.code


@pytest.fixture(params=["gpkg", "fgb", "geojson", "shp", "geojson.gz", "shp.zip"])
def any_format(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The same two squares in every format, one of them called 龙田."""
    kind: str = request.param
    driver = {"gpkg": "GPKG", "fgb": "FlatGeobuf", "geojson": "GeoJSON", "shp": "ESRI Shapefile"}[kind.split(".")[0]]
    path = tmp_path / f"grids.{kind.split('.')[0]}"
    squares = shapely.to_wkb(np.array([shapely.box(114, 22, 115, 23), shapely.box(115, 22, 116, 23)]))
    names = [np.array(["龙田", None], dtype=object), np.array([1, 2])]
    pyogrio.raw.write(path, squares, names, ["name", "number"], geometry_type="Polygon", crs="EPSG:4326", driver=driver)
    if kind == "geojson.gz":
        return written(tmp_path / "grids.geojson.gz", gzip.compress(path.read_bytes()))
    if kind == "shp.zip":
        with zipfile.ZipFile(tmp_path / "grids.zip", "w") as archive:
            for part in tmp_path.glob("grids.*"):
                archive.write(part, f"inner/{part.name}") if part.suffix != ".zip" else None
        return tmp_path / "grids.zip"
    return path


def test_any_format_gives_the_same_table(any_format: Path) -> None:
    table = read_table(any_format)
    assert table.geometry is not None
    # FlatGeobuf stores rows in an order of its own.
    rows = sorted(zip(table.text("number"), table.text("name"), shapely.bounds(table.geometry).tolist(), strict=True))
    assert rows == [("1", "龙田", [114, 22, 115, 23]), ("2", "", [115, 22, 116, 23])]
    assert table.crs == WGS84


def gbk_shapefile(folder: Path, *, cpg: bool) -> Path:
    """A Shapefile as Chinese desktop programs write it: GBK, often without a .cpg."""
    path = folder / "g.shp"
    names = [np.array(["六联社区", "龙田社区"], dtype=object)]
    points = shapely.to_wkb(shapely.points([[114.0, 22.0], [114.1, 22.1]]))
    pyogrio.raw.write(
        path,
        points,
        names,
        ["名称"],
        geometry_type="Point",
        crs="EPSG:4326",
        driver="ESRI Shapefile",
        encoding="GB18030",
    )
    (folder / "g.cpg").write_text("GB18030") if cpg else (folder / "g.cpg").unlink(missing_ok=True)
    return path


@pytest.mark.parametrize("cpg", [True, False])
def test_a_gbk_shapefile_is_read_with_or_without_its_cpg(tmp_path: Path, cpg: bool) -> None:
    table = read_table(gbk_shapefile(tmp_path, cpg=cpg))
    assert table.text("名称") == ["六联社区", "龙田社区"]


def test_a_gbk_shapefile_called_utf_8_is_refused(tmp_path: Path) -> None:
    assert refusal(gbk_shapefile(tmp_path, cpg=False), encoding="utf-8") == "wrong_encoding"


def test_a_bare_list_of_features_is_read(tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "list.json", json.dumps([feature(name="a")])))
    assert (len(table), table.text("name")) == (1, ["a"])


def test_topojson_says_no_crs_so_one_must_be_declared(shared_data: Path) -> None:
    path = shared_data / "cambridge" / "BOUNDARY_CityBoundary.topojson"
    assert refusal(path) == "crs_missing"
    assert len(read_table(path, crs=WGS84)) == 1


def test_the_declared_crs_wins_and_a_note_says_so(shared_data: Path) -> None:
    table = read_table(shared_data / "nanshan" / "nanshan_buildings_exploded.gpkg", crs=parse_crs("gcj02"))
    assert table.crs == parse_crs("gcj02")
    assert table.notes == ("The file claims wgs84; it is read as gcj02, as declared.",)


def test_several_layers_must_be_chosen_from(shared_data: Path) -> None:
    path = shared_data / "lauf" / "lauf_de.gpkg"
    assert [layer.name for layer in list_layers(path)] == ["buildings", "addresses"]
    assert refusal(path) == "layer_needed"
    assert refusal(path, layer="roads") == "layer_not_found"
    assert len(read_table(path, layer="addresses")) == 4778


def csv_table(folder: Path, text: str, **arguments: Any) -> Table:
    return read_table(written(folder / "t.csv", text), **arguments)


def test_csv_with_longitude_and_latitude(tmp_path: Path) -> None:
    table = csv_table(tmp_path, "id,经度,纬度\na,114.3,22.7\nb,,\n", crs=WGS84)
    assert table.geometry is not None
    assert [geometry and geometry.wkt for geometry in table.geometry] == ["POINT (114.3 22.7)", None]
    assert not table.problems


def test_csv_with_well_known_text(tmp_path: Path) -> None:
    table = csv_table(tmp_path, 'id;wkt\na;"POINT (1 2)"\nb;"POINT (1"\n', crs=WGS84)
    assert table.geometry is not None
    assert table.geometry[0] == shapely.Point(1, 2)
    assert table.problems[1].code == "bad_wkt"


def test_csv_without_positions_needs_no_crs(tmp_path: Path) -> None:
    assert csv_table(tmp_path, "code\tname\n1\t甲\n").geometry is None


def test_columns_of_positions_may_be_told(tmp_path: Path) -> None:
    table = csv_table(tmp_path, "a,b\n1,2\n", crs=WGS84, mapping={"lon": "b", "lat": "a"})
    assert table.geometry is not None
    assert table.geometry[0] == shapely.Point(2, 1)


@pytest.mark.parametrize("cell", ["nan", "inf", "-inf", "1e999", "abc", "9" * 10_000_000, "114,3"])
def test_a_coordinate_that_is_no_number_is_that_row_s_problem(tmp_path: Path, cell: str) -> None:
    table = csv_table(tmp_path, f'id,lon,lat\na,"{cell}",22.7\nb,114.3,22.7\n', crs=WGS84)
    assert {index: problem.code for index, problem in table.problems.items()} == {0: "bad_coordinate"}


def test_half_a_position_is_that_row_s_problem(tmp_path: Path) -> None:
    assert csv_table(tmp_path, "lon,lat\n114.3,\n", crs=WGS84).problems[0].code == "bad_coordinate"


def test_a_ragged_row_is_that_row_s_problem(tmp_path: Path) -> None:
    table = csv_table(tmp_path, "a,b\n1,2,3\n4,5\n")
    assert (table.problems[0].code, table.text("a")) == ("ragged_row", ["1", "4"])


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    assert len(csv_table(tmp_path, "a,b\n\n1,2\n\n")) == 1


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.csv", b"", "file_empty"),
        ("empty.geojson", b"", "file_empty"),
        ("blank.csv", b"  \n \n", "file_empty"),
        ("header.csv", b"a,b\n", "no_rows"),
        ("twice.csv", b"a,a\n1,2\n", "bad_header"),
        ("open.csv", b'a,b\n"1,2\n', "bad_csv"),
        ("zeros.csv", b"\x00" * 5000, "not_text"),
        ("noise.csv", bytes(range(256)) * 40, "encoding_unclear"),
        ("noise.gpkg", bytes(range(256)) * 40, "unreadable_file"),
        ("noise.shp", bytes(range(256)) * 40, "unreadable_file"),
        ("noise.geojson", bytes(range(256)) * 40, "unreadable_file"),
        ("noise.zip", bytes(range(256)) * 40, "bad_archive"),
        ("noise.csv.gz", bytes(range(256)) * 40, "bad_archive"),
        ("cut.geojson", b'{"type": "FeatureCollection", "features": [{"type": "Fea', "unreadable_file"),
        ("list.json", b"[1, 2]", "unreadable_file"),
        ("deep.json", b"[" * 100_000, "unreadable_file"),
        ("none.geojson", b'{"type": "FeatureCollection", "features": []}', "no_rows"),
        ("points.vrt", b"<OGRVRTDataSource><OGRVRTLayer/></OGRVRTDataSource>", "pointing_file"),
        ("points.gpkg", b'  <OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>', "pointing_file"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "unreadable_file"),
    ],
)
def test_a_hostile_file_is_refused_by_name(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    assert refusal(written(tmp_path / name, content), crs=WGS84) == code


def test_a_file_that_is_not_there_is_refused_without_its_path(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        read_table(tmp_path / "nowhere.csv")
    assert str(tmp_path) not in caught.value.detail


def test_a_connection_string_is_no_file() -> None:
    assert refusal(Path("PG:dbname=postgres")) == "file_not_found"
    assert refusal(Path("/vsicurl/http://127.0.0.1/x.geojson")) == "file_not_found"


def test_a_zip_without_data_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing here")
    assert refusal(tmp_path / "a.zip") == "archive_without_data"


def test_a_zip_that_claims_to_unpack_to_terabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.geojson", collection(feature()))
    data = bytearray(path.read_bytes())
    central = data.rindex(b"PK\x01\x02")
    data[central + 24 : central + 28] = struct.pack("<I", 0xFFFF_FFF0)
    path.write_bytes(bytes(data))
    assert refusal(path) in {"file_too_large", "bad_archive"}


def test_a_cut_gzip_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(b"a,b\n" + b"1,2\n" * 10_000)
    assert refusal(written(tmp_path / "cut.csv.gz", packed[: len(packed) // 2])) == "bad_archive"


def test_a_crs_that_has_no_code_is_shown_and_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "local.gpkg"
    local = (
        'PROJCS["mine",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
        'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
        'PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",113.987],PARAMETER["scale_factor",1],'
        'PARAMETER["false_easting",12345],PARAMETER["false_northing",0],UNIT["metre",1]]'
    )
    pyogrio.raw.write(
        path, shapely.to_wkb(shapely.points([[1, 2]])), [np.array([1])], ["a"], geometry_type="Point", crs=local
    )
    assert refusal(path) == "crs_missing"


def test_a_copy_under_a_name_with_blanks_and_chinese_is_read(tmp_path: Path, shared_data: Path) -> None:
    folder = tmp_path / "数据 folder"
    folder.mkdir()
    path = shutil.copy(shared_data / "pingshan" / "outline_wgs84.geojson", folder / "坪山 outline.geojson")
    assert read_table(Path(path)).text("qh") == ["坪山"]
