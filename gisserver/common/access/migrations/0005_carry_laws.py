"""The laws as they stand in `db/` and beside the models."""

from django.db import migrations

from gisserver.common.db.law_files import CarryLaws


class Migration(migrations.Migration):
    dependencies = [("access", "0004_sign_ins"), ("common", "0006_carry_laws")]
    operations = [CarryLaws("8af00d1166347acc")]
