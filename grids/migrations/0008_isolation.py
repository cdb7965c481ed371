"""Boundaries are written by READ COMMITTED transactions only; functions that no search_path can mislead."""

from pathlib import Path

from django.db import migrations

from gisserver.common.db.triggers import independent_of_search_path

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("grids", "0007_logged")]
    operations = [
        independent_of_search_path("grids"),
        migrations.RunSQL((SQL / "0008_isolation.sql").read_text(), (SQL / "0008_isolation_reverse.sql").read_text()),
    ]
