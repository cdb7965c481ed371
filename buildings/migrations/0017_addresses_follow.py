"""One current building has a standard address, unless it was decided that several share it; a blank one is none."""

from django.db import migrations, models
from django.db.models import Q

from gisserver.common.db.law_files import CarryLaws

# What stands twice already stays, and says so; `check_doubles` and the register's quality report tell of it.
SHARED = """
UPDATE buildings_address a SET shared = true
FROM (SELECT id, row_number() OVER (PARTITION BY normalized ORDER BY id) AS n FROM buildings_address
      WHERE kind = 'standard' AND upper_inf(valid) AND building_id IS NOT NULL) held
WHERE held.id = a.id AND held.n > 1
"""
# A blank address says nothing; it ends (law 4), one that begins in the future as soon as it has begun.
BLANK = r"""
UPDATE buildings_address SET valid = tstzrange(lower(valid), greatest(now(), lower(valid) + interval '1 microsecond'), '[)')
WHERE upper_inf(valid) AND (normalized = '' OR text !~ '\S')
"""


class Migration(migrations.Migration):
    dependencies = [("buildings", "0016_households_in_two_times")]
    operations = [
        migrations.AddField("address", "shared", models.BooleanField(default=False, db_default=False)),
        migrations.RunSQL([SHARED, BLANK, "SET CONSTRAINTS ALL IMMEDIATE"], migrations.RunSQL.noop),
        migrations.AddConstraint(
            "address",
            models.UniqueConstraint(
                fields=["normalized"],
                condition=Q(kind="standard", valid__upper_inf=True, building__isnull=False, shared=False),
                name="buildings_address_held_once",
            ),
        ),
        migrations.AddConstraint(
            "address",
            models.CheckConstraint(
                condition=Q(valid__upper_inf=False) | (~Q(normalized="") & Q(text__regex=r"\S")),
                name="buildings_address_not_blank",
            ),
        ),
        CarryLaws("638c222554bbfa64"),
    ]
