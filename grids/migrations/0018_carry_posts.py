"""The laws of posts: who serves which grid, and what follows from redraws."""

from django.db import migrations

from gisserver.common.db.law_files import CarryLaws


class Migration(migrations.Migration):
    dependencies = [("grids", "0017_posts")]
    operations = [CarryLaws("a3ee3be602a10c73")]
