"""Registers without doubles: one building, one household of a reference; decisions on doubtful rows can be taken back."""

from pathlib import Path

import django.contrib.postgres.constraints
import django.db.models.constraints
import django.db.models.deletion
import gisserver.common.db.constraints
from django.conf import settings
from django.db import migrations, models

from gisserver.common.db.triggers import keeps_history

SQL = Path(__file__).parent / "sql"
REVIEW = "buildings_reviewitem"


def text(name: str) -> str:
    return (SQL / name).read_text(encoding="utf-8")


def decided_once(condition: str) -> str:
    """Return the statements that let a decided row change only where ``condition`` does not hold."""
    return (
        f"DROP TRIGGER {REVIEW}_decided_once ON {REVIEW}; "
        f"CREATE TRIGGER {REVIEW}_decided_once BEFORE UPDATE ON {REVIEW} FOR EACH ROW "
        f"WHEN ({condition}) EXECUTE FUNCTION gis_refuse_rewrite()"
    )


class Migration(migrations.Migration):

    dependencies = [
        ('buildings', '0011_calendar'),
        ('grids', '0007_logged'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='reviewitem',
            name='buildings_review_reason',
        ),
        migrations.AddField(
            model_name='household',
            name='source',
            field=models.CharField(blank=True, db_default='', max_length=100),
        ),
        migrations.AddField(
            model_name='household',
            name='twin',
            field=models.PositiveSmallIntegerField(db_default=1, default=1, editable=False),
        ),
        migrations.AddField(
            model_name='reviewitem',
            name='event',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='buildings.lifecycleevent'),
        ),
        migrations.AlterField(
            model_name='reviewitem',
            name='reason',
            field=models.CharField(choices=[('ambiguous', '多个候选'), ('unmatched', '未找到'), ('too_coarse', '不够详细'), ('unsure', '把握不足'), ('unknown_unit', '房屋未登记')], max_length=20),
        ),
        migrations.RunSQL(text("0012_doubles.sql"), text("0012_doubles_reverse.sql")),
        migrations.AddIndex(
            model_name='household',
            index=models.Index(condition=models.Q(('source_ref', ''), _negated=True), fields=['source_ref'], name='buildings_household_ref'),
        ),
        migrations.AddConstraint(
            model_name='building',
            constraint=models.UniqueConstraint(condition=models.Q(('valid__upper_inf', True), models.Q(('source_ref', ''), _negated=True)), fields=('source', 'source_ref'), name='buildings_building_one_reference'),
        ),
        migrations.AddConstraint(
            model_name='household',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(models.Q(('source', ''), _negated=True), models.Q(('source_ref', ''), _negated=True)), deferrable=django.db.models.constraints.Deferrable['DEFERRED'], expressions=[(gisserver.common.db.constraints.Hash('source', 'source_ref'), '='), ('valid', '&&')], name='buildings_household_one_reference'),
        ),
        migrations.AddConstraint(
            model_name='household',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('source_ref', '')), deferrable=django.db.models.constraints.Deferrable['DEFERRED'], expressions=[('unit', '='), (gisserver.common.db.constraints.Hash('head_name', 'phone', 'twin'), '='), ('valid', '&&')], name='buildings_household_one_of_equals'),
        ),
        migrations.AddConstraint(
            model_name='reviewitem',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['ambiguous', 'unmatched', 'too_coarse', 'unsure', 'unknown_unit'])), name='buildings_review_reason'),
        ),
        # A decision is taken back as a whole: the row waits again, and what it said before stays in its history.
        migrations.RunSQL(
            decided_once("OLD.status <> 'open' AND NEW.status <> 'open'"), decided_once("OLD.status <> 'open'")
        ),
        keeps_history(REVIEW),
    ]
