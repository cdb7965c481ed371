"""The laws of merges and of what was hidden: no ring of duplicates, and what an attachment said stays on record."""

from django.db import migrations

from gisserver.common.db.law_files import CarryLaws


class Migration(migrations.Migration):
    dependencies = [("incidents", "0019_attachments")]
    operations = [CarryLaws("9f245fcc11079092")]
