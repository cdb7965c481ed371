"""What the geocoder searches by substring and resemblance: all but the addresses of units, which are ten times as many."""

import django.contrib.postgres.indexes
from django.db import migrations
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("buildings", "0002_laws")]
    operations = [
        migrations.AddIndex(
            model_name="address",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=Q(unit__isnull=True),
                fields=["normalized"],
                name="buildings_address_houses",
                opclasses=["gin_trgm_ops"],
            ),
        ),
    ]
