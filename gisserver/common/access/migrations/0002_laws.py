"""Law 7 in the database: the record of personal data read is never changed or deleted."""

from django.db import migrations

from gisserver.common.db.triggers import never_changed, never_deleted


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("common", "0001_initial")]
    operations = [never_deleted("access_personaldataread"), never_changed("access_personaldataread")]
