"""The laws as they stand in `db/` and beside the models."""

from django.db import migrations

from gisserver.common.db.law_files import CarryLaws


class Migration(migrations.Migration):
    dependencies = [("layers", "0002_database_clock"), ("common", "0006_carry_laws")]
    operations = [CarryLaws("c35034ec901c549f")]
