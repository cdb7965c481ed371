"""Open incidents whose ground went to another community before they followed it are given that community."""

from django.db import migrations

FOLLOW = """
UPDATE incidents_incident i SET community_id = g.community_id
FROM incidents_assignment a JOIN grids_grid g ON g.id = a.grid_id
WHERE a.incident_id = i.id AND a.occurred_at = i.occurred_at AND a.valid @> now()
  AND i.status IN ('new', 'assigned', 'in_progress') AND i.community_id IS DISTINCT FROM g.community_id
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0009_source_references"), ("grids", "0014_community_at")]
    operations = [migrations.RunSQL(FOLLOW, migrations.RunSQL.noop)]
