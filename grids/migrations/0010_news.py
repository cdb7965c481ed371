"""The database tells, at each commit, that grids or redraws of some communities have changed."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("grids", "0009_database_clock")]
    operations = [
        migrations.RunSQL((SQL / "0010_news.sql").read_text(), (SQL / "0010_news_reverse.sql").read_text()),
    ]
