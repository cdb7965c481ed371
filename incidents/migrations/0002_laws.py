"""Law 3 and 4 for incidents: monthly partitions made on demand, nothing deleted, receipts never rewritten."""

from pathlib import Path

from django.db import migrations

from gisserver.common.db.triggers import keeps_history, never_deleted, never_rewritten

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial"), ("common", "0001_initial")]
    operations = [
        migrations.RunSQL((SQL / "0002_laws.sql").read_text(), (SQL / "0002_laws_reverse.sql").read_text()),
        migrations.RunSQL(
            "ALTER TABLE incidents_assignment ADD CONSTRAINT incidents_assignment_incident "
            "FOREIGN KEY (incident_id, occurred_at) REFERENCES incidents_incident (id, occurred_at) "
            "DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE incidents_assignment DROP CONSTRAINT incidents_assignment_incident",
        ),
        # Where and when something happened, as it was reported, is testimony: it is not edited.
        migrations.RunSQL(
            "CREATE TRIGGER incidents_incident_never_rewritten BEFORE UPDATE OF occurred_at, received_at, "
            "reported_x, reported_y, declared_crs, source, external_id ON incidents_incident "
            "FOR EACH STATEMENT EXECUTE FUNCTION gis_refuse_rewrite()",
            "DROP TRIGGER incidents_incident_never_rewritten ON incidents_incident",
        ),
        keeps_history("incidents_incident"),
        keeps_history("incidents_incidenttype"),
        never_deleted("incidents_incidenttype"),
        never_deleted("incidents_assignment"),
        never_rewritten(
            "incidents_assignment",
            "incident_id", "occurred_at", "grid_id", "grid_version_id", "rule", "margin_m", "confidence", "reason",
        ),
    ]
