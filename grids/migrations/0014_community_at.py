"""Which community covers a place, asked in one function by whoever needs the community of the ground."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("grids", "0013_plan_cancelled")]
    operations = [
        migrations.RunSQL(
            (SQL / "0014_community_at.sql").read_text(), "DROP FUNCTION grids_community_at(geometry, timestamptz)"
        ),
    ]
