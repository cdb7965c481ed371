"""What has been told in the feed of changes is never rewritten."""

from django.db import migrations

from gisserver.common.db.law_files import CarryLaws


class Migration(migrations.Migration):
    dependencies = [("common", "0008_changes")]
    operations = [CarryLaws("cca29914ee61d6c2")]
