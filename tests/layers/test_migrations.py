"""Tables that are there already become as new ones are."""

from importlib import import_module

from django.apps import apps
from django.db import connection

from layers import tables
from layers.models import UploadedLayer


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
