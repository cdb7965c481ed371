"""What holds of incidents is asked once for all that a statement writes, where it can be."""

from django.db import migrations

from gisserver.common.db.law_files import CarryLaws

TABLES = ("incidents_assignment", "incidents_sourcereference")


def drop_foreign_key(table: str) -> migrations.RunSQL:
    """Make room for the law that takes its place, and its name; taken back, the law goes and the key returns."""
    name = f"{table}_incident"
    return migrations.RunSQL(
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
        f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();"
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (incident_id, occurred_at) "
        "REFERENCES incidents_incident (id, occurred_at) DEFERRABLE INITIALLY DEFERRED",
    )


class Migration(migrations.Migration):
    dependencies = [("incidents", "0015_announced")]
    operations = [
        *map(drop_foreign_key, TABLES),
        migrations.RunSQL(migrations.RunSQL.noop, "DROP TRIGGER incidents_incident_keeps_key ON incidents_incident"),
        CarryLaws("6a98349cda803396"),
    ]
