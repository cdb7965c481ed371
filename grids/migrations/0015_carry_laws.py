"""The laws as they stand in `db/` and beside the models."""

from django.db import migrations

from gisserver.common.db.law_files import CarryLaws


class Migration(migrations.Migration):
    dependencies = [("grids", "0014_community_at"), ("common", "0006_carry_laws")]
    operations = [
        CarryLaws("2ff6134d4bcf7de9"),
        # Called as it is everywhere else: never_changed.
        migrations.RunSQL(
            "DROP TRIGGER grids_redrawevent_never_rewritten ON grids_redrawevent",
            "DROP TRIGGER IF EXISTS grids_redrawevent_never_changed ON grids_redrawevent; "
            "CREATE TRIGGER grids_redrawevent_never_rewritten BEFORE UPDATE ON grids_redrawevent "
            "FOR EACH STATEMENT EXECUTE FUNCTION gis_refuse_rewrite()",
        ),
    ]
