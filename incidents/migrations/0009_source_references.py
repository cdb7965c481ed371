"""A source's own id names one incident, whichever door it comes in by (law 8)."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from gisserver.common.db.triggers import never_changed, never_deleted

SQL = Path(__file__).parent / "sql"
TABLE = "incidents_sourcereference"


class Migration(migrations.Migration):
    dependencies = [("incidents", "0008_calendar")]
    operations = [
        migrations.CreateModel(
            name="SourceReference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(blank=True, max_length=100)),
                ("external_id", models.CharField(db_collation="C", max_length=100)),
                ("occurred_at", models.DateTimeField()),
                (
                    "incident",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="references",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={"verbose_name": "来源编号 source reference"},
        ),
        migrations.AddConstraint(
            model_name="sourcereference",
            constraint=models.UniqueConstraint(
                fields=("source", "external_id"), name="incidents_sourcereference_once"
            ),
        ),
        migrations.RunSQL(
            (SQL / "0009_source_references.sql").read_text(),
            "DROP TRIGGER incidents_incident_refers ON incidents_incident; DROP FUNCTION incidents_refer()",
        ),
        never_changed(TABLE),
        never_deleted(TABLE),
        migrations.RemoveIndex(model_name="incident", name="incidents_incident_external"),
    ]
