"""Functions that find what they name whatever the caller's search_path."""

from django.db import migrations

from gisserver.common.db.triggers import independent_of_search_path


class Migration(migrations.Migration):
    dependencies = [("common", "0003_web_map_positions")]
    operations = [independent_of_search_path("gis")]
