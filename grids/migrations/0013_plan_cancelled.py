"""A plan is called off before its moment, with the line in its log that says who did so."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
ACTIONS = [
    ("created", "创建"),
    ("edited", "修改说明"),
    ("undone", "撤销命令"),
    ("redone", "重做命令"),
    ("submitted", "提交"),
    ("approved", "批准"),
    ("rejected", "驳回"),
    ("reopened", "重新编辑"),
    ("withdrawn", "撤回"),
    ("published", "发布"),
    ("corrected", "更正"),
    ("plan_cancelled", "取消计划"),
]


class Migration(migrations.Migration):
    dependencies = [("grids", "0012_calendar")]
    operations = [
        migrations.RemoveConstraint("redrawevent", "grids_redrawevent_action"),
        migrations.AlterField("redrawevent", "action", models.CharField(choices=ACTIONS, max_length=20)),
        migrations.AddConstraint(
            "redrawevent",
            models.CheckConstraint(
                condition=models.Q(action__in=[name for name, _ in ACTIONS]), name="grids_redrawevent_action"
            ),
        ),
        migrations.RunSQL(
            (SQL / "0013_plan_cancelled.sql").read_text(), (SQL / "0013_plan_cancelled_reverse.sql").read_text()
        ),
    ]
