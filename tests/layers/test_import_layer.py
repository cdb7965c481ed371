"""Files become collections: any format, any CRS, all or nothing."""

import json
from io import StringIO
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.db import connection
from shapely.geometry import Polygon, box

from gisserver.common.access.roles import Role
from gisserver.common.errors import Conflict, Forbidden, Invalid
from gisserver.common.geo.crs import parse_crs
from layers.models import RasterLayer, UploadedLayer
from layers.publishing import publish_file
from layers.rasters import raster_path
from layers.signals import layer_changed
from tests import factories


def rows_of(layer: UploadedLayer) -> list[tuple[object, ...]]:
    """Return the stored rows: WKT and the values."""
    with connection.cursor() as cursor:
        columns = ", ".join(f'"{field["column"]}"'.replace("%", "%%") for field in layer.fields)
        cursor.execute(f"SELECT ST_AsText(geom), {columns} FROM {layer.table} ORDER BY fid", [])
        return cursor.fetchall()


def indexes_of(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(indexdef, ';') FROM pg_indexes WHERE tablename = %s", [table])
        return cursor.fetchone()[0]


def test_a_geojson_file(places: UploadedLayer) -> None:
    assert (places.slug, places.srid, places.geometry_type, places.feature_count) == ("places", 4326, "Point", 4)
    assert rows_of(places)[0][:3] == ("POINT(114.3 22.7)", "甲", 3)
    assert [field["type"] for field in places.fields] == ["string", "integer", "date", "string"]


def test_both_geometries_are_indexed(places: UploadedLayer) -> None:
    indexes = indexes_of(places.table)
    assert "gist (geom)" in indexes
    assert "gist (geom_3857)" in indexes


def test_the_extent_is_in_degrees(places: UploadedLayer) -> None:
    assert places.extent == [114.30, 22.70, 114.32, 22.70]


def test_the_same_file_again_changes_nothing(places: UploadedLayer, places_file: Path) -> None:
    again = publish_file(places_file)
    assert (again.changed, again.layer.pk) == (False, places.pk)
    assert UploadedLayer.objects.count() == 1


def test_another_file_under_the_same_id_is_refused(places: UploadedLayer, places_file: Path) -> None:
    places_file.write_text(places_file.read_text().replace("甲", "子"))
    with pytest.raises(Conflict):
        publish_file(places_file)


def test_replacing_keeps_the_former_rows(places: UploadedLayer, places_file: Path) -> None:
    places_file.write_text(places_file.read_text().replace("甲", "子"))
    new = publish_file(places_file, replace=True).layer
    places.refresh_from_db()
    assert places.withdrawn_at is not None
    assert rows_of(places)[0][1] == "甲"
    assert isinstance(new, UploadedLayer)
    assert rows_of(new)[0][1] == "子"


def test_a_stranger_may_not_replace(places_file: Path, db: None) -> None:
    owner = factories.user("owner", role=Role.ANALYST, everywhere=True)
    stranger = factories.user("stranger", role=Role.ANALYST, everywhere=True)
    publish_file(places_file, owner=owner)
    places_file.write_text(places_file.read_text().replace("甲", "子"))
    with pytest.raises(Forbidden):
        publish_file(places_file, owner=stranger, replace=True)


def test_an_import_that_fails_at_the_end_leaves_nothing(places_file: Path, db: None) -> None:
    def fail(**news: object) -> None:
        raise RuntimeError("the last step")

    layer_changed.connect(fail)
    try:
        with pytest.raises(RuntimeError, match="the last step"):
            publish_file(places_file)
    finally:
        layer_changed.disconnect(fail)
    assert not UploadedLayer.objects.exists()
    assert not [name for name in connection.introspection.table_names() if name.startswith("layer_")]


def test_coordinates_stay_in_the_crs_they_came_in(tmp_path: Path, db: None) -> None:
    path = tmp_path / "wards.gpkg"
    gpd.GeoDataFrame({"n": [1]}, geometry=[box(2700000.25, 250000.125, 2700010, 250010)], crs=2272).to_file(path)
    layer = publish_file(path).layer
    assert layer.srid == 2272
    assert "2700000.25 250000.125" in str(rows_of(layer)[0][0])


def test_a_csv_with_coordinates_and_codes(tmp_path: Path, db: None) -> None:
    path = tmp_path / "shops.csv"
    path.write_text("编码,lon,lat,层\n007,114.3,22.7,3\n440310001001001,114.4,22.8,\n", encoding="gb18030")
    layer = publish_file(path, crs=parse_crs("wgs84")).layer
    assert rows_of(layer)[0] == ("POINT(114.3 22.7)", "007", 114.3, 22.7, 3)
    assert layer.title == "shops"


def test_a_csv_without_places(tmp_path: Path, db: None) -> None:
    path = tmp_path / "events.csv"
    path.write_text("name,count\na,1\nb,2\n")
    layer = publish_file(path).layer
    assert (layer.geometry_type, layer.feature_count, layer.extent) == ("None", 2, None)


def test_gcj02_is_undone(tmp_path: Path, db: None) -> None:
    path = tmp_path / "shifted.csv"
    path.write_text("lon,lat\n114.35,22.69\n")
    layer = publish_file(path, crs=parse_crs("gcj02")).layer
    moved = shapely.from_wkt(str(rows_of(layer)[0][0]))
    assert layer.srid == 4326
    assert 0.003 < shapely.distance(moved, shapely.Point(114.35, 22.69)) < 0.008


def test_the_poles_do_not_stop_an_import(tmp_path: Path, db: None) -> None:
    path = tmp_path / "world.geojson"
    gpd.GeoDataFrame(
        {"n": ["south", "pole"]}, geometry=[box(-180, -90, 180, -60), box(-1, 86, 1, 90)], crs=4326
    ).to_file(path)
    layer = publish_file(path).layer
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT round(ST_YMin(geom_3857)), ST_AsText(geom) FROM {layer.table} ORDER BY fid")
        south, pole = cursor.fetchall()
    assert south[0] == -20037508
    assert "-90" in south[1]
    assert pole[0] is None


def test_single_and_multi_become_multi(tmp_path: Path, db: None) -> None:
    path = tmp_path / "mixed.geojson"
    shapes = [box(0, 0, 1, 1), shapely.MultiPolygon([box(2, 2, 3, 3), box(4, 4, 5, 5)])]
    gpd.GeoDataFrame({"n": [1, 2]}, geometry=shapes, crs=4326).to_file(path)
    assert publish_file(path).layer.geometry_type == "MultiPolygon"


def test_an_invalid_polygon_is_mended_and_told(tmp_path: Path, db: None) -> None:
    path = tmp_path / "bow.geojson"
    bow = Polygon([(0, 0), (1, 1), (1, 0), (0, 1), (0, 0)])
    gpd.GeoDataFrame({"n": [1]}, geometry=[bow], crs=4326).to_file(path)
    done = publish_file(path)
    assert done.notes == ("1 geometries were invalid and have been mended: rows 1.",)
    assert shapely.from_wkt(str(rows_of(done.layer)[0][0])).is_valid


def test_strings_compare_by_code_point(places: UploadedLayer) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT collation_name FROM information_schema.columns WHERE table_name = %s AND column_name = 'name'",
            [places.table],
        )
        assert cursor.fetchone() == ("C",)


@pytest.mark.parametrize("slug", ["grids", "../x", "UPPER", "a,b", "dummycollection", "-a", "a" * 64])
def test_some_ids_cannot_be_taken(places_file: Path, db: None, slug: str) -> None:
    with pytest.raises(Invalid):
        publish_file(places_file, slug=slug)


def test_degrees_out_of_range_are_refused(tmp_path: Path, db: None) -> None:
    path = tmp_path / "metres.geojson"
    path.write_text(
        json.dumps(
            {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [527000, 2510000]}}
        )
    )
    with pytest.raises(Invalid):
        publish_file(path)


def test_the_command_says_what_it_did(places_file: Path, db: None) -> None:
    out = StringIO()
    call_command("import_layer", str(places_file), "--id", "mine", stdout=out)
    assert out.getvalue() == "mine: published at /ogc/collections/mine\n"


def test_the_command_says_what_is_wrong(tmp_path: Path, db: None) -> None:
    with pytest.raises(CommandError, match="file_not_found"):
        call_command("import_layer", str(tmp_path / "nothing.gpkg"))


def test_a_geotiff_is_kept_in_the_home(shared_data: Path, tmp_path: Path, db: None, settings: object) -> None:
    settings.GISSERVER_HOME = tmp_path  # type: ignore[attr-defined]
    layer = publish_file(shared_data / "lauf" / "lauf_srtm3.tif").layer
    assert isinstance(layer, RasterLayer)
    assert (layer.srid, len(layer.bands)) == (4326, 1)
    assert raster_path(layer).is_file()


def test_a_topojson_of_a_real_city(shared_data: Path, db: None) -> None:
    path = shared_data / "cambridge" / "ASSESSING_ParcelsFY2014.topojson.gz"
    layer = publish_file(path, slug="parcels", crs=parse_crs("wgs84")).layer
    assert (layer.feature_count, layer.geometry_type) == (13116, "MultiPolygon")
