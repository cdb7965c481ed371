"""The laws as they stand in `db/` and beside the models."""

from django.db import migrations

from gisserver.common.db.law_files import CarryLaws


class Migration(migrations.Migration):
    dependencies = [("common", "0005_database_clock")]
    operations = [CarryLaws("cf7315adf278d809")]
