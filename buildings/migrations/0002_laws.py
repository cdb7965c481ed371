"""Law 4 for buildings: nothing is deleted, what is overwritten is kept, codes and addresses only end."""

from django.db import migrations

from gisserver.common.db.triggers import keeps_history, never_deleted, never_rewritten

KEPT = ("buildings_building", "buildings_entrance", "buildings_unit", "buildings_household")


class Migration(migrations.Migration):
    dependencies = [("buildings", "0001_initial"), ("common", "0001_initial")]
    operations = [
        *[
            never_deleted(table)
            for table in (
                *KEPT,
                "buildings_buildingassignment",
                "buildings_buildingcode",
                "buildings_unitcode",
                "buildings_address",
            )
        ],
        *[keeps_history(table) for table in KEPT],
        never_rewritten(
            "buildings_buildingassignment", "building_id", "grid_id", "grid_version_id", "rule", "margin_m"
        ),
        never_rewritten("buildings_buildingcode", "building_id", "code", "scheme", "issuer"),
        never_rewritten("buildings_unitcode", "unit_id", "code", "scheme", "issuer"),
        never_rewritten(
            "buildings_address",
            "division_id", "building_id", "entrance_id", "unit_id", "text", "kind", "road", "number", "source",
        ),
    ]
