"""What of the feed of changes is settled no longer waits for the transactions of other databases."""

from django.db import migrations

from gisserver.common.db.law_files import CarryLaws


class Migration(migrations.Migration):
    dependencies = [("common", "0009_carry_changes")]
    operations = [CarryLaws("70b69b32768528f5")]
