"""The laws as they stand in `db/`; each table's triggers call a function that has its columns written out."""

from pathlib import Path

from django.db import migrations

from gisserver.common.db.law_files import CarryLaws
from gisserver.common.db.triggers import independent_of_search_path

SQL = Path(__file__).parent / "sql"
# `tiles.receivers` puts the triggers on again once all is migrated.
UNWATCH = """
DO $$
DECLARE
    function regprocedure;
BEGIN
    FOR function IN SELECT oid FROM pg_proc WHERE proname LIKE 'tiles\\_changed\\_%' LOOP
        EXECUTE format('DROP FUNCTION %s CASCADE', function);
    END LOOP;
END $$;
DROP FUNCTION IF EXISTS tiles_changes(int[], tstzrange), tiles_cells(geometry);
DROP FUNCTION tiles_touch_layer(text), tiles_compact(), tiles_cell(float8);
"""


class Migration(migrations.Migration):
    dependencies = [("tiles", "0002_search_path"), ("common", "0006_carry_laws")]
    operations = [
        CarryLaws("9e062764b8362648"),
        migrations.RunSQL(
            "DROP FUNCTION tiles_watch(text, regclass, text); DROP FUNCTION tiles_ground_changed() CASCADE",
            UNWATCH + (SQL / "ground.sql").read_text(encoding="utf-8") + independent_of_search_path("tiles").sql,
        ),
    ]
