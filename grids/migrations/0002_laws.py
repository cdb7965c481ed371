"""Law 1, 3 and 4 in the database: no overlap, exact partition, one grid of a point, nothing deleted or rewritten."""

from pathlib import Path

from django.db import migrations

from gisserver.common.db.triggers import never_changed, never_deleted, never_rewritten

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("grids", "0001_initial"), ("common", "0001_initial")]
    operations = [
        migrations.RunSQL((SQL / "0002_laws.sql").read_text(), (SQL / "0002_laws_reverse.sql").read_text()),
        *[
            never_deleted(table)
            for table in (
                "grids_division",
                "grids_divisionversion",
                "grids_grid",
                "grids_gridversion",
                "grids_redraw",
                "grids_redrawcommand",
            )
        ],
        never_rewritten(
            "grids_divisionversion",
            "division_id", "parent_id", "level", "code", "name", "name_en", "kind", "geom", "source", "recorded_at",
        ),
        never_rewritten(
            "grids_gridversion",
            "grid_id", "community_id", "code", "name", "kind", "officer", "geom", "source", "redraw_id", "recorded_at",
        ),
        never_changed("grids_division"),
        never_changed("grids_grid"),
    ]
