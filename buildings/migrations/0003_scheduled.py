"""A building's grid from a future moment on is a plan: it may be called off until it has begun (law 4)."""

from django.db import migrations

TABLE = "buildings_buildingassignment"


def only_end(function: str) -> str:
    """Return the statements that let ``function`` guard the validity of `TABLE`."""
    return (
        f"DROP TRIGGER {TABLE}_only_end ON {TABLE}; "
        f"CREATE TRIGGER {TABLE}_only_end BEFORE UPDATE OF valid ON {TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()"
    )


class Migration(migrations.Migration):
    dependencies = [("buildings", "0002_laws"), ("grids", "0004_scheduled")]
    operations = [migrations.RunSQL(only_end("grids_only_end"), only_end("gis_only_end"))]
