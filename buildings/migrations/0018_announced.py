"""The feed of changes is told of buildings, units and households."""

from django.db import migrations

from gisserver.common.db.law_files import CarryLaws


class Migration(migrations.Migration):
    dependencies = [("buildings", "0017_addresses_follow"), ("common", "0009_carry_changes")]
    operations = [CarryLaws("9918fb9fc6d93c58")]
