"""Functions and triggers that restore from a dump, and an end of a building that sees what hangs on it."""

from django.db import migrations

from gisserver.common.db.triggers import independent_of_search_path

# Geometries are compared byte for byte: their operator = is found by the search_path, which is empty in a restore.
BUILDING = (
    "(OLD.community_id IS NOT NULL AND OLD.community_id IS DISTINCT FROM NEW.community_id)",
    *(f"OLD.{g}::bytea IS DISTINCT FROM NEW.{g}::bytea" for g in ("footprint", "location")),
    *(f"OLD.{c} IS DISTINCT FROM NEW.{c}" for c in ("name", "kind", "status", "floors", "height_m", "changed_at")),
)
ENTRANCE = (
    "OLD.location::bytea IS DISTINCT FROM NEW.location::bytea",
    *(f"OLD.{c} IS DISTINCT FROM NEW.{c}" for c in ("building_id", "name", "changed_at")),
)
UNIT = (
    "OLD.location::bytea IS DISTINCT FROM NEW.location::bytea",
    *(
        f"OLD.{c} IS DISTINCT FROM NEW.{c}"
        for c in ("building_id", "entrance_id", "number", "floor", "kind", "changed_at")
    ),
)
COLUMNS = {
    "building": "community_id, footprint, location, name, kind, status, floors, height_m",
    "entrance": "building_id, name, location",
    "unit": "building_id, entrance_id, number, floor, kind, location",
}
TABLES = ("buildings_building", "buildings_entrance", "buildings_unit", "buildings_household")


def keeps_state(name: str, differs: tuple[str, ...], *, cast: str) -> str:
    """Return the statements that renew the trigger which keeps the former states of one table."""
    table = f"buildings_{name}"
    return (
        f"DROP TRIGGER {table}_keep_state ON {table}; "
        f"CREATE TRIGGER {table}_keep_state BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN ({' OR '.join(differs).replace('::bytea', cast)}) "
        f"EXECUTE FUNCTION buildings_keep_state('{table}state', '{name}_id', '{COLUMNS[name]}')"
    )


class Migration(migrations.Migration):
    dependencies = [("buildings", "0008_bare_places"), ("grids", "0008_isolation")]
    operations = [
        independent_of_search_path("buildings"),
        *(
            migrations.RunSQL(keeps_state(name, differs, cast="::bytea"), keeps_state(name, differs, cast=""))
            for name, differs in (("building", BUILDING), ("entrance", ENTRANCE), ("unit", UNIT))
        ),
        # Whoever ends a row must see what was hung on it meanwhile.
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_isolation BEFORE UPDATE OF valid ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION grids_demand_read_committed()",
                f"DROP TRIGGER {table}_isolation ON {table}",
            )
            for table in TABLES
        ),
    ]
