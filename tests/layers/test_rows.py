"""The SQL of a collection's rows."""

from django.db import connection

from layers import registry
from layers.models import UploadedLayer
from layers.rows import select
from tests import factories


def test_columns_bear_the_published_names_whatever_they_are(places: UploadedLayer) -> None:
    collection = registry.get("places", factories.administrator())
    made = select(collection, collection.rows(None).order_by("fid"), geometry=None)
    with connection.cursor() as cursor:
        cursor.execute(made.sql, made.params)
        assert [column.name for column in cursor.description] == ["__fid", "name", "floors", "built", '100% "用途"']
        assert cursor.fetchone()[:3] == (1, "甲", 3)


def test_no_rows_is_no_error(places: UploadedLayer) -> None:
    collection = registry.get("places", factories.administrator())
    made = select(collection, collection.rows(None).none(), geometry="geom")
    with connection.cursor() as cursor:
        cursor.execute(made.sql, made.params)
        assert cursor.fetchall() == []
