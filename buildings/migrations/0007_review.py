"""The review queue: rows whose address could not be told for sure; what was decided stays (law 4)."""

import django.db.models.deletion
import django.utils.timezone
import gisserver.common.db.constraints
from django.conf import settings
from django.db import migrations, models

from gisserver.common.db.triggers import never_deleted

TABLE = "buildings_reviewitem"


class Migration(migrations.Migration):

    dependencies = [
        ('buildings', '0006_known_names'),
        ('grids', '0004_scheduled'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReviewItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('register', models.CharField(max_length=20)),
                ('run', models.CharField(max_length=150)),
                ('row_number', models.PositiveIntegerField()),
                ('source', models.CharField(blank=True, db_default='', max_length=100)),
                ('source_ref', models.CharField(blank=True, db_collation='C', db_default='', max_length=100)),
                ('text', models.CharField(max_length=300)),
                ('normalized', models.CharField(db_collation='C', db_index=True, max_length=300)),
                ('digest', models.CharField(max_length=64)),
                ('row', models.JSONField()),
                ('reason', models.CharField(choices=[('ambiguous', '多个候选'), ('unmatched', '未找到'), ('too_coarse', '不够详细'), ('unsure', '把握不足')], max_length=20)),
                ('candidates', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('status', models.CharField(choices=[('open', '待处理'), ('decided', '已判定'), ('dismissed', '已驳回')], default='open', max_length=10)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('comment', models.TextField(blank=True, db_default='')),
                ('loaded', models.BooleanField(db_default=False, default=False)),
                ('alias', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='buildings.address')),
                ('building', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='buildings.building')),
                ('community', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.division')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entrance', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='buildings.entrance')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='buildings.unit')),
            ],
            options={
                'verbose_name': '待审地址 review item',
                'indexes': [models.Index(fields=['community', 'status', 'reason'], name='buildings_review_list')],
                'constraints': [models.UniqueConstraint(fields=('register', 'source', 'digest'), name='buildings_review_once'), models.CheckConstraint(condition=models.Q(('reason__in', ['ambiguous', 'unmatched', 'too_coarse', 'unsure'])), name='buildings_review_reason'), models.CheckConstraint(condition=models.Q(('status__in', ['open', 'decided', 'dismissed'])), name='buildings_review_status'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('status', 'open')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('status__in', ['decided', 'dismissed'])), _connector='OR'), name='buildings_review_decided'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'decided'), _negated=True), gisserver.common.db.constraints.OneOf('building', 'entrance', 'unit'), _connector='OR'), name='buildings_review_one_target')],
            },
        ),
        never_deleted(TABLE),
        migrations.RunSQL(
            f"CREATE TRIGGER {TABLE}_decided_once BEFORE UPDATE ON {TABLE} FOR EACH ROW "
            "WHEN (OLD.status <> 'open') EXECUTE FUNCTION gis_refuse_rewrite()",
            f"DROP TRIGGER {TABLE}_decided_once ON {TABLE}",
        ),
    ]
