"""The feed of changes is told of buildings, units and households."""

from django.db import migrations

from gisserver.common.db.law_files import CarryLaws


class Migration(migrations.Migration):
    dependencies = [("buildings", "0016_households_in_two_times"), ("common", "0009_carry_changes")]
    operations = [CarryLaws("c44077e4ed86637e")]
