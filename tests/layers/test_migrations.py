"""Tables that are there already become as new ones are."""

import os
import subprocess
import sys
from importlib import import_module

import psycopg
from django.apps import apps
from django.db import connection

from layers import tables
from layers.models import UploadedLayer
from tests.databases import ROOT, new_database


def shape_of(table: str) -> list[str]:
    """Return the columns, constraints, indexes and triggers of a table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT concat_ws(' ', column_name, data_type, is_nullable, is_identity, column_default, is_generated)"
            " FROM information_schema.columns WHERE table_name = %(table)s"
            " UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %(table)s::regclass"
            " UNION ALL SELECT indexdef FROM pg_indexes WHERE tablename = %(table)s"
            " UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %(table)s::regclass"
            " ORDER BY 1",
            {"table": table},
        )
        return [text for (text,) in cursor.fetchall()]


def test_a_table_from_before_gets_versions(places: UploadedLayer) -> None:
    migration = import_module("layers.migrations.0006_versions_of_features")
    new = shape_of(places.table)
    with connection.schema_editor() as editor:
        migration.backwards(apps, editor)
        assert shape_of(places.table) != new
        migration.forwards(apps, editor)
    assert shape_of(places.table) == new
    held = tables.versions_of(places).at(places.created_at).order_by("fid")
    assert list(held.values_list("fid", "version")) == [(1, 1), (2, 2), (3, 3), (4, 4)]


def test_a_database_with_uploads_of_the_release_before_is_migrated() -> None:
    with new_database(f"before_{os.getpid()}") as url:

        def migrate(*words: str) -> None:
            command = [sys.executable, "manage.py", "migrate", "--verbosity=0", *words]
            told = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "gisserver.settings.dev"}
            subprocess.run(command, cwd=ROOT, env=told, check=True, timeout=600)

        migrate("layers", "0004_names_from_catalogue")
        with psycopg.connect(url, autocommit=True) as before:
            before.execute(
                "INSERT INTO layers_uploadedlayer (slug, title, srid, source_name, source_layer, source_hash,"
                " geometry_type, fields, feature_count) VALUES ('old', 'old', 4326, '', '', '', 'Point', '[]', 1)"
            )
            before.execute("CREATE TABLE layer_1 (fid bigint PRIMARY KEY, geom geometry, geom_3857 geometry)")
            before.execute("INSERT INTO layer_1 (fid) VALUES (7)")
        migrate()
        with psycopg.connect(url, autocommit=True) as after:
            assert after.execute('SELECT fid, "__version", "__ended_at" FROM layer_1').fetchall() == [(7, 1, None)]
