"""GCJ-02 and BD-09 in SQL, beside the Python of `gisserver.common.geo.gcj02`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("common", "0002_alter_rowhistory_id")]
    operations = [
        migrations.RunSQL(
            (SQL / "0003_web_map_positions.sql").read_text(), (SQL / "0003_web_map_positions_reverse.sql").read_text()
        ),
    ]
