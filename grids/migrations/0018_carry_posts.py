"""The laws of posts; the feed of changes is told of divisions, grids, redraws, officers and posts."""

from django.db import migrations

from gisserver.common.db.law_files import CarryLaws


class Migration(migrations.Migration):
    dependencies = [("grids", "0017_posts"), ("common", "0009_carry_changes")]
    operations = [CarryLaws("1add789e3f9f3b3f")]
