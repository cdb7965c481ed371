"""How incidents are placed, as dated data; the terms that run now; pairs that are no duplicates."""

from pathlib import Path

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import gisserver.common.db.constraints
import gisserver.common.db.fields
from django.conf import settings
from django.db import migrations, models

from gisserver.common.db.law_files import CarryLaws

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('buildings', '0021_legal_persons'),
        ('grids', '0018_carry_posts'),
        ('incidents', '0020_carry_merges'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DistinctPair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_occurred_at', models.DateTimeField()),
                ('second_occurred_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, db_default='', max_length=500)),
                ('decided_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('withdrawn_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'pair of distinct incidents',
                'verbose_name_plural': 'pairs of distinct incidents',
            },
        ),
        migrations.CreateModel(
            name='PlacingOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('members', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), size=None)),
                ('road_side', models.BooleanField(default=False)),
                ('valid', gisserver.common.db.fields.ValidityField()),
                ('reason', models.CharField(max_length=500)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'verbose_name': 'order of placing',
                'verbose_name_plural': 'orders of placing',
            },
        ),
        migrations.CreateModel(
            name='RoadSide',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('width_m', models.FloatField()),
                ('valid', gisserver.common.db.fields.ValidityField()),
                ('reason', models.CharField(max_length=500)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'verbose_name': 'road along a border',
                'verbose_name_plural': 'roads along borders',
            },
        ),
        migrations.CreateModel(
            name='RunningTerm',
            fields=[
                ('incident_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('occurred_at', models.DateTimeField()),
                ('number', models.PositiveIntegerField()),
                ('due_at', models.DateTimeField()),
                ('remind_at', models.DateTimeField(blank=True, null=True)),
                ('escalate_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'running term',
                'verbose_name_plural': 'running terms',
            },
        ),
        migrations.RemoveConstraint(
            model_name='assignment',
            name='incidents_assignment_rule',
        ),
        migrations.AddField(
            model_name='incident',
            name='placed_by',
            field=models.CharField(blank=True, choices=[('unit', 'unit'), ('building', 'building'), ('address', 'address')], db_default='', max_length=10),
        ),
        migrations.AddField(
            model_name='incident',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='incidents', to='buildings.unit'),
        ),
        migrations.AlterField(
            model_name='assignment',
            name='rule',
            field=models.CharField(choices=[('inside', 'inside'), ('border', 'border'), ('nearest', 'nearest'), ('none', 'none'), ('road_side', 'road_side'), ('manual', 'manual')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('grid__isnull', True), ('rule', 'none')), models.Q(('grid__isnull', False), ('rule__in', ['inside', 'border', 'nearest', 'road_side', 'manual'])), _connector='OR'), name='incidents_assignment_rule'),
        ),
        migrations.AddField(
            model_name='distinctpair',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='distinctpair',
            name='first',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.incident'),
        ),
        migrations.AddField(
            model_name='distinctpair',
            name='second',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.incident'),
        ),
        migrations.AddField(
            model_name='distinctpair',
            name='withdrawn_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='placingorder',
            name='set_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='placingorder',
            name='type',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='placing_orders', to='incidents.incidenttype'),
        ),
        migrations.AddField(
            model_name='incident',
            name='placing_order',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='incidents', to='incidents.placingorder'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('placed_by', ''), models.Q(('location__isnull', False), ('placed_by', 'address')), models.Q(('building__isnull', False), ('location__isnull', False), ('placed_by', 'building')), models.Q(('location__isnull', False), ('placed_by', 'unit'), ('unit__isnull', False)), _connector='OR'), name='incidents_incident_placed_by'),
        ),
        migrations.AddField(
            model_name='roadside',
            name='grid',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roads', to='grids.grid'),
        ),
        migrations.AddField(
            model_name='roadside',
            name='other',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roads_of_others', to='grids.grid'),
        ),
        migrations.AddField(
            model_name='roadside',
            name='set_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='runningterm',
            index=models.Index(fields=['due_at'], name='incidents_runningterm_due'),
        ),
        migrations.AddIndex(
            model_name='runningterm',
            index=models.Index(django.db.models.functions.comparison.Least('remind_at', 'due_at'), name='incidents_runningterm_tell'),
        ),
        migrations.AddConstraint(
            model_name='runningterm',
            constraint=models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.MomentInCalendar('occurred_at'), gisserver.common.db.constraints.MomentInCalendar('due_at'), gisserver.common.db.constraints.MomentInCalendar('remind_at'), gisserver.common.db.constraints.MomentInCalendar('escalate_at')), name='incidents_runningterm_calendar'),
        ),
        migrations.AddConstraint(
            model_name='distinctpair',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('first', 'second'), name='incidents_distinctpair_once'),
        ),
        migrations.AddConstraint(
            model_name='distinctpair',
            constraint=models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='incidents_distinctpair_ordered'),
        ),
        migrations.AddConstraint(
            model_name='distinctpair',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='incidents_distinctpair_withdrawn'),
        ),
        migrations.AddConstraint(
            model_name='distinctpair',
            constraint=models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.MomentInCalendar('first_occurred_at'), gisserver.common.db.constraints.MomentInCalendar('second_occurred_at'), gisserver.common.db.constraints.MomentInCalendar('decided_at'), gisserver.common.db.constraints.MomentInCalendar('withdrawn_at')), name='incidents_distinctpair_calendar'),
        ),
        migrations.AddConstraint(
            model_name='placingorder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(gisserver.common.db.constraints.DatedRange('valid'), ('valid__isempty', False), ('valid__lower_inc', True), ('valid__lower_inf', False), ('valid__upper_inc', False)), ('valid__isempty', True), _connector='OR'), name='incidents_placingorder_dated'),
        ),
        migrations.AddConstraint(
            model_name='placingorder',
            constraint=models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.RangeInCalendar('valid')), name='incidents_placingorder_calendar'),
        ),
        migrations.AddConstraint(
            model_name='placingorder',
            constraint=models.CheckConstraint(condition=models.Q(('members__contained_by', ['unit', 'building', 'address', 'point']), ('members__len__gt', 0), models.Q(('reason', ''), _negated=True)), name='incidents_placingorder_members'),
        ),
        migrations.AddConstraint(
            model_name='placingorder',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(django.db.models.functions.comparison.Coalesce('type_id', models.Value(0)), '='), ('valid', '&&')], name='incidents_placingorder_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='roadside',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(gisserver.common.db.constraints.DatedRange('valid'), ('valid__isempty', False), ('valid__lower_inc', True), ('valid__lower_inf', False), ('valid__upper_inc', False)), ('valid__isempty', True), _connector='OR'), name='incidents_roadside_dated'),
        ),
        migrations.AddConstraint(
            model_name='roadside',
            constraint=models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.RangeInCalendar('valid')), name='incidents_roadside_calendar'),
        ),
        migrations.AddConstraint(
            model_name='roadside',
            constraint=models.CheckConstraint(condition=models.Q(('width_m__gt', 0), ('width_m__lte', 100), models.Q(('grid', models.F('other')), _negated=True), models.Q(('reason', ''), _negated=True)), name='incidents_roadside_width'),
        ),
        migrations.AddConstraint(
            model_name='roadside',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func('grid_id', 'other_id', function='least'), '='), (models.Func('grid_id', 'other_id', function='greatest'), '='), ('valid', '&&')], name='incidents_roadside_one_at_a_time'),
        ),
        migrations.RunSQL(
            (SQL / "0021_terms.sql").read_text(encoding="utf-8"),
            (SQL / "0021_terms_reverse.sql").read_text(encoding="utf-8"),
        ),
        CarryLaws("020231b82b507b1f"),
    ]
