"""Functions that find what they name whatever the caller's search_path."""

from django.db import migrations

from gisserver.common.db.triggers import independent_of_search_path


class Migration(migrations.Migration):
    dependencies = [("tiles", "0001_initial")]
    operations = [independent_of_search_path("tiles")]
