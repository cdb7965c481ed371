"""Law 3 for incidents: an open one always has one assignment, and no two overlap in time, whoever writes."""

from pathlib import Path

from django.db import migrations

from gisserver.common.db.triggers import independent_of_search_path

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("incidents", "0005_closed"), ("grids", "0008_isolation")]
    operations = [
        independent_of_search_path("incidents"),
        migrations.RunSQL(
            (SQL / "0006_always_assigned.sql").read_text(), (SQL / "0006_always_assigned_reverse.sql").read_text()
        ),
    ]
