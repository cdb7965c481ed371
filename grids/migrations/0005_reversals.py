"""A redraw may reverse another; its title and reason may be edited, which the log tells."""

import django.db.models.deletion
from django.db import migrations, models

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
]


class Migration(migrations.Migration):
    dependencies = [("grids", "0004_scheduled")]
    operations = [
        migrations.AddField(
            model_name="redraw",
            name="reverses",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reversals",
                to="grids.redraw",
            ),
        ),
        migrations.AlterField(
            model_name="redrawevent",
            name="action",
            field=models.CharField(choices=ACTIONS, max_length=20),
        ),
        migrations.RemoveConstraint(model_name="redrawevent", name="grids_redrawevent_action"),
        migrations.AddConstraint(
            model_name="redrawevent",
            constraint=models.CheckConstraint(
                condition=models.Q(action__in=[name for name, _ in ACTIONS]), name="grids_redrawevent_action"
            ),
        ),
    ]
