"""A redraw is submitted, approved, published … only with the line in its log that says who did so."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("grids", "0006_proved_once")]
    operations = [
        migrations.RunSQL((SQL / "0007_logged.sql").read_text(), (SQL / "0007_logged_reverse.sql").read_text()),
    ]
