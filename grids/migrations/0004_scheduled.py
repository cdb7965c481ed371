"""Versions that begin in the future: found by their moments, called off while only planned, proved at each moment."""

from pathlib import Path

from django.contrib.postgres.fields.ranges import RangeEndsWith, RangeStartsWith
from django.db import migrations, models

from gisserver.common.db.constraints import dated

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("grids", "0003_redraws")]
    operations = [
        migrations.AddIndex(
            model_name="gridversion",
            index=models.Index(RangeStartsWith("valid"), name="grids_gridversion_begins"),
        ),
        migrations.AddIndex(
            model_name="gridversion",
            index=models.Index(RangeEndsWith("valid"), name="grids_gridversion_ends"),
        ),
        migrations.RemoveConstraint(model_name="gridversion", name="grids_gridversion_dated"),
        migrations.AddConstraint(
            model_name="gridversion", constraint=dated("grids_gridversion", may_be_called_off=True)
        ),
        migrations.RunSQL(
            (SQL / "0004_scheduled.sql").read_text(), (SQL / "0004_scheduled_reverse.sql").read_text()
        ),
    ]
