"""The laws as they stand in `db/` and beside the models."""

from django.db import migrations

from gisserver.common.db.law_files import CarryLaws


class Migration(migrations.Migration):
    dependencies = [("incidents", "0011_source_reference_calendar"), ("grids", "0015_carry_laws")]
    operations = [CarryLaws("4df83dbd7a82cb23")]
