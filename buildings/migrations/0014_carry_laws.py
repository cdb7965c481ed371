"""The laws as they stand in `db/` and beside the models; former states are kept by a function for each table."""

from importlib import import_module
from pathlib import Path

from django.db import migrations

from gisserver.common.db.law_files import CarryLaws
from gisserver.common.db.triggers import independent_of_search_path

SQL = Path(__file__).parent / "sql"
TABLES = [f"buildings_{name}" for name in ("building", "entrance", "unit", "household")]
FUNCTIONS = ["buildings_keep_life()", "buildings_keep_state()"]


def former() -> str:
    """Return the statements that make the triggers which called one function for all tables."""
    states, bytewise = (import_module(f"buildings.migrations.{name}") for name in ("0004_lifecycle", "0009_search_path"))
    functions = (SQL / "0004_lifecycle.sql").read_text(encoding="utf-8").split("-- AFTER INSERT or UPDATE")[0]
    return ";\n".join(
        [
            *(f"DROP FUNCTION IF EXISTS {t}_keep_state() CASCADE; DROP FUNCTION IF EXISTS {t}_keep_life() CASCADE" for t in TABLES),
            functions,
            *(states.keeps_states(name, columns).sql for name, columns in states.CHANGING.items()),
            *(
                bytewise.keeps_state(name, differs, cast="::bytea")
                for name, differs in (
                    ("building", bytewise.BUILDING), ("entrance", bytewise.ENTRANCE), ("unit", bytewise.UNIT)
                )
            ),
            independent_of_search_path("buildings").sql,
        ]
    )


class Migration(migrations.Migration):
    dependencies = [("buildings", "0013_community_of_ground"), ("grids", "0015_carry_laws")]
    operations = [
        CarryLaws("cfd960c6d2950406"),
        # CASCADE: where a later migration carries the laws, the former triggers still stand here.
        migrations.RunSQL("; ".join(f"DROP FUNCTION {each} CASCADE" for each in FUNCTIONS), former()),
    ]
