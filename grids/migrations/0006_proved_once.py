"""Law 1 proved once for each community that a transaction writes, however many versions it ends and begins."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("grids", "0005_reversals")]
    operations = [
        migrations.RunSQL(
            (SQL / "0006_proved_once.sql").read_text(), (SQL / "0006_proved_once_reverse.sql").read_text()
        ),
    ]
