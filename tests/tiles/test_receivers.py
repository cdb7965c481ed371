import gzip
import json
from pathlib import Path

import pytest
from django.db import connection

from layers import registry, services
from layers.models import UploadedLayer
from tiles import mvt, tile_version
from tiles.address import TileAddress
from tiles.models import GroundVersion
from tiles.receivers import watch_all
from tiles.tileset import tileset

# The tile of zoom 12 with the place 114.35 E, 22.69 N.
HERE = TileAddress(12, 3349, 1782)


@pytest.fixture
def trees(db: None, tmp_path: Path) -> UploadedLayer:
    """An uploaded layer: a tree, a pond that crosses itself, a row without a place, a collection of both kinds."""
    pond = [[[114.351, 22.691], [114.352, 22.692], [114.352, 22.691], [114.351, 22.692], [114.351, 22.691]]]
    tree = {"type": "Point", "coordinates": [114.35, 22.69, 12.5]}
    both = [tree, {"type": "LineString", "coordinates": [[114.35, 22.69], [114.36, 22.69]]}]
    geometries = [
        tree,
        {"type": "Polygon", "coordinates": pond},
        None,
        {"type": "GeometryCollection", "geometries": both},
    ]
    features = [
        {"type": "Feature", "properties": {"名称 100%": f"第{n}"}, "geometry": geometry}
        for n, geometry in enumerate(geometries)
    ]
    path = tmp_path / "trees.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    row = services.import_vector(path, slug="trees").layer
    assert isinstance(row, UploadedLayer)
    return row


def test_an_uploaded_layer_has_tiles_whatever_its_geometries(trees, analyst, decode):
    layer = decode(gzip.decompress(mvt.render(tileset("trees", analyst), HERE).body))["trees"]
    assert {f["properties"]["名称 100%"] for f in layer["features"]} == {"第0", "第1", "第3"}


def test_a_row_written_into_an_uploaded_layer_makes_its_tiles_newer(trees):
    before = tile_version.version_under(["trees"], HERE)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {trees.table} (fid, geom) VALUES (99, ST_SetSRID(ST_MakePoint(114.35, 22.69), %s))",
            [trees.srid],
        )
    assert tile_version.version_under(["trees"], HERE) > before


def test_withdrawing_a_layer_makes_its_tiles_old(trees, administrator):
    before = tile_version.version_under(["trees"], HERE)
    services.withdraw(slug="trees", user=administrator)
    assert registry.find("trees") is None
    assert tile_version.version_under(["trees"], HERE) > before


def test_every_declared_collection_is_watched(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT split_part(encode(tgargs, 'escape'), '\\000', 1) FROM pg_trigger"
            " WHERE tgfoid::regproc::text LIKE 'tiles_changed_%'"
        )
        watched = {name for (name,) in cursor.fetchall()}
    assert watched >= registry.declared_ids() | {tile_version.EVERY_LAYER}


def test_watching_again_changes_no_trigger(db):
    with connection.cursor() as cursor:
        count = "SELECT count(*) FROM pg_trigger WHERE tgfoid::regproc::text LIKE 'tiles_changed_%'"
        cursor.execute(count)
        before = cursor.fetchone()
        watch_all()
        cursor.execute(count)
        assert cursor.fetchone() == before


def test_the_migration_has_a_way_back(transactional_db):
    from django.core.management import call_command

    call_command("migrate", "tiles", "zero", verbosity=0)
    names = connection.introspection.table_names()
    call_command("migrate", "tiles", verbosity=0)
    assert GroundVersion._meta.db_table not in names
    assert GroundVersion.objects.filter(layer="grids").exists()
