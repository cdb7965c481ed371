"""Files as people really send them, of which each once lost or changed something: every one is read as it was meant."""

from pathlib import Path
from typing import Any

import pytest

from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import DeclaredCRS, parse_crs
from layers.kinds import FieldType
from layers.reading.vector import Features, read_features

CASES = Path(__file__).with_name("cases")
SHANGHAI = "Asia/Shanghai"
WGS84 = parse_crs("wgs84")


def read(name: str, *, layer: str | None = None, crs: DeclaredCRS | None = None, zone: str = SHANGHAI) -> Features:
    return read_features(CASES / name, layer=layer, crs=crs, encoding=None, zone=zone)


def column(features: Features, name: str) -> tuple[FieldType, list[Any]]:
    (found,) = (each for each in features.columns if each.name == name)
    return found.type, found.values


def refused(name: str, **options: Any) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read(name, **options)
    return caught.value


@pytest.mark.parametrize(
    ("name", "layer", "names"),
    [
        ("01_subfolder.zip", "wards", ["新和社区", "江岭社区", "沙田社区"]),
        ("02_gbk_entry_names.zip", "社区", ["新和社区", "江岭社区", "沙田社区"]),
        ("03_backslash_entries.zip", "wards", ["新和社区", "江岭社区", "沙壆社区"]),
        ("04_upper_case.zip", "WARDS", ["新和社区", "江岭社区", "沙田社区"]),
        ("05_ldid936_rare.zip", "rare", ["玥堃里", "喆珺巷", "垚淼坊"]),
        ("05b_shabo_no_cpg.zip", "w", ["新和社区", "江岭社区", "沙壆社区"]),
        ("07_cpg_88591.zip", "de", ["Schönberg", "Heuchling", "Rückersdorf"]),
        ("08_cpg_ansi1252.zip", "de", ["Schönberg", "Heuchling", "Rückersdorf"]),
        ("11_cpg_936.zip", "de", ["新和社区", "江岭社区", "沙壆社区"]),
        ("社区.zip", "w", ["新和社区", "江岭社区", "沙田社区"]),
    ],
)
def test_a_zipped_shapefile_is_read_whoever_packed_it(name: str, layer: str, names: list[str]) -> None:
    features = read(name)
    assert (features.layer, column(features, "NAME")[1], features.notes) == (layer, names, ())


def test_only_a_sign_that_the_width_has_cut_is_lost_and_a_note_says_so() -> None:
    features = read("14_gbk_cut_char.zip")
    assert column(features, "NAME")[1] == ["坪山区马峦街道", "新和", "沙田"]
    assert features.notes == (
        "Column 'NAME': in 1 rows the last character is cut in two by the column's width, and left out.",
    )


@pytest.mark.parametrize(
    ("layer", "name"), [("de", "Schönberg"), ("wards", "新和社区"), ("a/de", "Schönberg"), ("b/wards", "新和社区")]
)
def test_each_layer_of_a_zip_has_its_own_encoding(layer: str, name: str) -> None:
    features = read("19_two_shapes_two_cpg.zip", layer=layer)
    assert column(features, "NAME")[1][0] == name


def test_layers_of_one_name_are_told_apart_by_their_folders() -> None:
    assert "2022/wards, 2023/wards" in refused("19b_same_stem.zip").detail
    assert read("19b_same_stem.zip", layer="2023/wards").layer == "2023/wards"


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("15_n19_code.zip", ["4403100010010010012", "4403100010010010013", "4403100010010010014"]),
        ("17_n18_code.zip", ["440310001001001001", "440310001001001003", "440310001001001005"]),
        ("20_int64_null.geojson", ["440310001001001001", "440310001001001003", None]),
        ("21_int64.geojson", ["440310001001001001", "440310001001001003"]),
    ],
)
def test_a_code_in_a_number_column_keeps_every_digit(name: str, codes: list[str | None]) -> None:
    assert column(read(name), "code") == (FieldType.STRING, codes)


def test_a_code_that_looks_like_a_number_stays_as_it_is() -> None:
    features = read("42_beats_e.csv", crs=WGS84)
    assert column(features, "beat") == (FieldType.STRING, ["1E1", "1E2", "2E1"])
    assert column(features, "sector") == (FieldType.STRING, ["1.1", "1.10", "1.2"])
    assert column(features, "lon") == (FieldType.NUMBER, [114.35, 114.36, 114.37])


def test_codes_that_a_spreadsheet_has_destroyed_are_refused_with_row_and_cure() -> None:
    refusal = refused("43_sci.csv", crs=WGS84)
    assert (refusal.code, refusal.data) == ("digits_lost", {"row": 1, "column": "code"})
    assert "format the column as text" in refusal.detail


def test_ids_that_meet_are_told_and_are_no_column() -> None:
    features = read("22c_dup_id.geojson")
    assert [each.name for each in features.columns] == ["a"]
    assert "Several features with id = 5" in features.notes[0]


def test_ids_of_features_are_a_column(tmp_path: Path) -> None:
    path = tmp_path / "ids.geojson"
    path.write_text((CASES / "22c_dup_id.geojson").read_text().replace('"id": 5', '"id": 7', 1))
    features = read_features(path, layer=None, crs=None, encoding=None, zone=SHANGHAI)
    assert column(features, "id") == (FieldType.INTEGER, [7, 5])


def test_a_null_or_empty_geometry_is_a_row_without_one() -> None:
    features = read("24_nulls_empty.geojson")
    assert [geometry is not None for geometry in features.geometries] == [False, False, True, False]
    assert column(features, "k")[1] == ["null", "empty", "ok", "emptygc"]


@pytest.mark.parametrize("name", ["25_mixed_dims.geojson", "25b_all3d.geojson", "25c_3d.kml"])
def test_heights_change_nothing_about_the_crs(name: str) -> None:
    features = read(name)
    assert features.srid == 4326
    assert any("heights or measures" in note for note in features.notes)


def test_what_reaches_beyond_180_degrees_is_cut_there() -> None:
    features = read("27_beyond180.geojson")
    assert sorted(part.bounds for part in features.geometries[0].geoms) == [
        (-180, -18, -178, -16),
        (179, -18, 180, -16),
    ]
    assert "cut there: rows 1" in features.notes[-1]


def test_lists_and_objects_are_json() -> None:
    nested, lists = read("28_nested.geojson"), read("28b_lists.geojson")
    assert column(nested, "obj") == (FieldType.JSON, ['{"x": 1}', None])
    assert column(nested, "tags") == (FieldType.JSON, ['["a", "b"]', "[]"])
    assert column(lists, "tags") == (FieldType.JSON, ['["it\'s", "北\\"门"]'])
    assert column(lists, "nums") == (FieldType.JSON, ["[1.5, 2]"])


def test_a_moment_without_offset_is_local() -> None:
    features = read("32_foreign_times.geojson")
    assert column(features, "t")[1] == ["2012-03-11T02:30:00+08:00", "1901-01-01T00:00:00+08:00"]
    assert column(features, "tz")[1] == ["2012-01-01T00:00:00+08:00", "1969-12-31T23:59:59-05:00"]
    assert column(features, "d") == (FieldType.DATE, ["1931-05-01", "0001-01-01"])


def test_a_moment_in_a_geopackage_is_utc_as_its_standard_says() -> None:
    assert column(read("35_gpkg_times.gpkg"), "t") == (FieldType.DATETIME, ["2012-03-11T02:30:00+00:00"])


def test_invalid_rings_are_mended_or_left_out_and_named() -> None:
    features = read("33_invalids.geojson")
    assert [geometry is not None for geometry in features.geometries] == [True, True, False, False]
    assert features.notes == (
        "2 geometries were invalid and have been mended: rows 1, 2.",
        "2 geometries enclose nothing, and are left out of their rows: rows 3, 4.",
    )


def test_a_number_for_which_gdal_has_no_room_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.geojson"
    path.write_text('{"type": "Feature", "geometry": null, "properties": {"code": ' + "9" * 60 + "}}")
    with pytest.raises(Invalid, match="lost its last digits"):
        read_features(path, layer=None, crs=None, encoding=None, zone=SHANGHAI)


def test_collections_in_collections_become_one(tmp_path: Path) -> None:
    path = tmp_path / "nested.csv"
    path.write_text('wkt\n"GEOMETRYCOLLECTION(POINT(1 1),GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POINT(2 2))))"\n')
    features = read_features(path, layer=None, crs=WGS84, encoding=None, zone=SHANGHAI)
    assert features.geometries[0].wkt == "GEOMETRYCOLLECTION (POINT (1 1), POINT (2 2))"
    assert features.notes == ("1 geometries held collections in collections, now one: rows 1.",)


def test_a_curve_becomes_short_straight_segments() -> None:
    (geometry,) = read("34_curve.gpkg").geometries
    assert geometry.geom_type == "Polygon"
    assert len(geometry.exterior.coords) > 50


@pytest.mark.parametrize(
    ("name", "place", "code"),
    [
        ("40_excel_bom_semicolon.csv", (11.2801, 49.5102), "001"),
        ("41_sep_line.csv", (114.35, 22.69), "001"),
        ("44_utf16_tab.csv", (114.35, 22.69), "001"),
        ("49_dms.csv", (114.35, 22.69), 1),
        ("51_quoted_newline.csv", (114.35, 22.69), "001"),
    ],
)
def test_a_csv_is_read_in_whatever_dialect(name: str, place: tuple[float, float], code: str) -> None:
    features = read(name, crs=WGS84)
    assert features.geometries[0].coords[0] == pytest.approx(place)
    assert column(features, "code")[1][0] == code


def test_a_newline_in_a_cell_stays() -> None:
    assert column(read("51_quoted_newline.csv", crs=WGS84), "text")[1] == ["line one\r\nline two"]


def test_words_and_zeros_that_mean_no_coordinates_are_counted() -> None:
    features = read("47_null_island.csv", crs=WGS84)
    assert [geometry is not None for geometry in features.geometries] == [False, True, False, False]
    assert features.notes == (
        "2 rows have no coordinates.",
        "1 rows lie at (0, 0) or the projection's origin, which stands for no coordinates.",
    )


def test_swapped_axes_are_refused_with_row_and_cure() -> None:
    refusal = refused("48_swapped.csv", crs=WGS84)
    assert (refusal.code, refusal.data["row"]) == ("coordinate_axes_swapped", 1)
    assert "give longitude (east) first" in refusal.detail


def test_a_workbook_of_text_cells_has_a_header_and_keeps_its_zeros() -> None:
    features = read("x1_divisions.xlsx")
    assert column(features, "code") == (FieldType.STRING, ["0201", "202", "440310001001"])


def drawn(folder: Path, geometry: str) -> Features:
    path = folder / "drawn.geojson"
    path.write_text('{"type": "Feature", "properties": {}, "geometry": ' + geometry + "}")
    return read_features(path, layer=None, crs=None, encoding=None, zone=SHANGHAI)


def test_arithmetics_noise_at_the_antimeridian_leaves_no_sliver(tmp_path: Path) -> None:
    """Natural Earth's Russia reaches to 180.00000000000014."""
    ring = "[[178, 60], [180.00000000000014, 60], [180.00000000000014, 61], [178, 61], [178, 60]]"
    features = drawn(tmp_path, '{"type": "Polygon", "coordinates": [' + ring + "]}")
    assert [(each.geom_type, each.bounds) for each in features.geometries] == [("Polygon", (178, 60, 180, 61))]


def test_a_point_that_a_file_draws_at_the_origin_is_a_place(tmp_path: Path) -> None:
    features = drawn(tmp_path, '{"type": "Point", "coordinates": [0, 0]}')
    assert [(each.x, each.y) for each in features.geometries] == [(0, 0)]
