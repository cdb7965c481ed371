"""An index of the places of open incidents: what a redraw asks for, and few among all that ever happened."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0003_scheduled")]
    operations = [
        migrations.AddIndex(
            model_name="incident",
            index=django.contrib.postgres.indexes.GistIndex(
                models.F("location"),
                condition=models.Q(("status", "new"), ("status", "assigned"), ("status", "in_progress"), _connector="OR"),
                name="incidents_incident_open_place",
            ),
        )
    ]
