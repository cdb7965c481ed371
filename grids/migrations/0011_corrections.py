"""A line of a redraw's log may be corrected by a later line, which names it."""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.deletion import PROTECT

FORMER = [
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
ACTIONS = [*FORMER, ("corrected", "更正")]
LINES = "grids_redrawevent"


class Migration(migrations.Migration):
    dependencies = [("grids", "0010_news")]
    operations = [
        migrations.RemoveConstraint("redrawevent", f"{LINES}_action"),
        migrations.AlterField("redrawevent", "action", models.CharField(choices=ACTIONS, max_length=20)),
        migrations.AddConstraint(
            "redrawevent",
            models.CheckConstraint(
                condition=Q(action__in=[action for action, _ in ACTIONS]), name=f"{LINES}_action"
            ),
        ),
        migrations.AddField(
            "redrawevent",
            "corrects",
            models.ForeignKey("grids.redrawevent", PROTECT, null=True, blank=True, related_name="corrections"),
        ),
        migrations.AddConstraint(
            "redrawevent",
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) & ~Q(action="corrected")
                | Q(corrects__isnull=False, action="corrected") & ~Q(comment=""),
                name=f"{LINES}_correction",
            ),
        ),
        migrations.AddConstraint(
            "redrawevent", models.UniqueConstraint(fields=["id", "redraw"], name=f"{LINES}_of_redraw")
        ),
        # What corrects a line stands in the log of the same redraw.
        migrations.RunSQL(
            f"ALTER TABLE {LINES} ADD CONSTRAINT {LINES}_corrects_own"
            f" FOREIGN KEY (corrects_id, redraw_id) REFERENCES {LINES} (id, redraw_id)",
            f"ALTER TABLE {LINES} DROP CONSTRAINT {LINES}_corrects_own",
        ),
    ]
