from django.db import migrations

from gisserver.common.db.law_files import CarryLaws


class Migration(migrations.Migration):
    dependencies = [("incidents", "0013_names_from_catalogue")]

    operations = [CarryLaws("aa6ce67b7f4c2ab7")]
