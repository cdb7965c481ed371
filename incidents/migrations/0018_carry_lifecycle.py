"""The laws of steps, deadlines and notices: an incident's state follows from its last step."""

from django.db import migrations

from gisserver.common.db.law_files import CarryLaws


class Migration(migrations.Migration):
    dependencies = [("incidents", "0017_lifecycle"), ("grids", "0018_carry_posts")]
    operations = [CarryLaws("07c00c5b70da2704")]
