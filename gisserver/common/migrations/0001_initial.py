"""Extensions, and the SQL functions by which the laws of DESIGN §3 are enforced to any writer."""

from pathlib import Path

from django.contrib.postgres.operations import CreateExtension
from django.db import migrations, models

from gisserver.common.db.triggers import never_changed, never_deleted
import django.utils.timezone

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        CreateExtension("postgis"),
        CreateExtension("btree_gist"),
        CreateExtension("pg_trgm"),
        migrations.CreateModel(
            name="RowHistory",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("table_name", models.CharField(max_length=63)),
                ("row_id", models.BigIntegerField()),
                ("row", models.JSONField()),
                ("replaced_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "历史行 row history",
                "indexes": [models.Index(fields=["table_name", "row_id"], name="common_rowhistory_row")],
            },
        ),
        migrations.RunSQL(
            (SQL / "0001_functions.sql").read_text(), (SQL / "0001_functions_reverse.sql").read_text()
        ),
        never_deleted("common_rowhistory"),
        never_changed("common_rowhistory"),
    ]
