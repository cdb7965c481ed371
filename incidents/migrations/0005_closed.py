"""An incident that is closed before a planned moment does not change hands then."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_open_places"), ("grids", "0006_proved_once")]
    operations = [
        migrations.RunSQL(
            (SQL / "0005_closed.sql").read_text(),
            # What was called off stays so: the plan of a closed incident was never what anybody meant.
            "DROP TRIGGER incidents_incident_closed ON incidents_incident; DROP FUNCTION incidents_call_off()",
        ),
    ]
