"""The ground's versions, and the functions that write them."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    initial = True
    dependencies = [("common", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="GroundVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("layer", models.TextField()),
                ("x", models.IntegerField()),
                ("y", models.IntegerField()),
                ("effective_at", models.DateTimeField()),
                ("version", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "地面版本 ground version",
                "indexes": [
                    models.Index(
                        fields=["layer", "x", "y"],
                        include=["effective_at", "version"],
                        name="tiles_groundversion_cell",
                    )
                ],
            },
        ),
        migrations.RunSQL((SQL / "ground.sql").read_text(), (SQL / "ground_undo.sql").read_text()),
        migrations.RunSQL(
            (SQL / "speck.sql").read_text(), "DROP FUNCTION tiles_speck(geometry, geometry, geometry)"
        ),
    ]
