"""Buildings whose ground went to another community before they followed it are given that community."""

from django.db import migrations

FOLLOW = """
UPDATE buildings_building b SET community_id = g.community_id
FROM buildings_buildingassignment a JOIN grids_grid g ON g.id = a.grid_id
WHERE a.building_id = b.id AND a.valid @> now() AND b.valid @> now() AND b.community_id IS DISTINCT FROM g.community_id
"""


class Migration(migrations.Migration):
    dependencies = [("buildings", "0012_registers"), ("grids", "0014_community_at")]
    operations = [migrations.RunSQL(FOLLOW, migrations.RunSQL.noop)]
