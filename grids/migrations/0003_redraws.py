"""The log of redraws, and the community that a command changes; what is over is never changed."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from gisserver.common.db.triggers import never_deleted

ACTIONS = [
    ("created", "创建"),
    ("undone", "撤销命令"),
    ("redone", "重做命令"),
    ("submitted", "提交"),
    ("approved", "批准"),
    ("rejected", "驳回"),
    ("reopened", "重新编辑"),
    ("withdrawn", "撤回"),
    ("published", "发布"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("grids", "0002_laws"),
        ("common", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        # No door wrote commands before this migration: the table is empty, and needs no default.
        migrations.AddField(
            model_name="redrawcommand",
            name="community",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grids.division"
            ),
        ),
        migrations.AlterField(
            model_name="redrawcommand",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grids.division"
            ),
        ),
        migrations.CreateModel(
            name="RedrawEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("action", models.CharField(choices=ACTIONS, max_length=20)),
                ("comment", models.TextField(blank=True, db_default="")),
                ("command", models.PositiveIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "redraw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="grids.redraw"
                    ),
                ),
            ],
            options={"verbose_name": "方案日志 redraw event", "ordering": ["redraw", "pk"]},
        ),
        migrations.AddConstraint(
            model_name="redrawevent",
            constraint=models.CheckConstraint(
                condition=models.Q(action__in=[name for name, _ in ACTIONS]), name="grids_redrawevent_action"
            ),
        ),
        never_deleted("grids_redrawevent"),
        migrations.RunSQL(
            "CREATE TRIGGER grids_redrawevent_never_rewritten BEFORE UPDATE ON grids_redrawevent "
            "FOR EACH STATEMENT EXECUTE FUNCTION gis_refuse_rewrite();"
            "CREATE TRIGGER grids_redraw_final BEFORE UPDATE ON grids_redraw "
            "FOR EACH ROW WHEN (OLD.status IN ('published', 'withdrawn')) EXECUTE FUNCTION gis_refuse_rewrite();"
            "CREATE TRIGGER grids_redrawcommand_never_rewritten BEFORE UPDATE OF "
            "redraw_id, community_id, number, verb, arguments, author_id, created_at ON grids_redrawcommand "
            "FOR EACH STATEMENT EXECUTE FUNCTION gis_refuse_rewrite()",
            "DROP TRIGGER grids_redrawcommand_never_rewritten ON grids_redrawcommand;"
            "DROP TRIGGER grids_redraw_final ON grids_redraw;"
            "DROP TRIGGER grids_redrawevent_never_rewritten ON grids_redrawevent",
        ),
    ]
