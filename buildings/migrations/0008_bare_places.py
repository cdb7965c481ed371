"""The places of buildings without a footprint, among which the nearest is looked for.

In SQL, for GeoDjango leaves out the condition of an index on a geometry.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("buildings", "0007_review")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX buildings_building_bare ON buildings_building USING gist (location) WHERE footprint IS NULL",
            "DROP INDEX buildings_building_bare",
        ),
    ]
