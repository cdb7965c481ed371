"""The feed of changes is told of incidents and their assignments."""

from django.db import migrations

from gisserver.common.db.law_files import CarryLaws


class Migration(migrations.Migration):
    dependencies = [("incidents", "0014_receipt_asked_first"), ("common", "0009_carry_changes")]
    operations = [CarryLaws("87fafbe9a7168209")]
