"""Steps, deadlines and notices of incidents; decisions by hand; the taxonomy by stream and version."""

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import gisserver.common.db.constraints
import gisserver.common.db.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('buildings', '0021_legal_persons'),
        ('grids', '0018_carry_posts'),
        ('incidents', '0016_laws_for_many'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Deadline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('reported', 'reported'), ('accepted', 'accepted'), ('returned', 'returned'), ('reopened', 'reopened'), ('dispatched', 'dispatched'), ('in_progress', 'in_progress'), ('suspended', 'suspended'), ('handled', 'handled'), ('verified', 'verified'), ('closed', 'closed'), ('duplicate', 'duplicate'), ('invalid', 'invalid')], max_length=20)),
                ('level', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('minutes', models.PositiveIntegerField()),
                ('remind_before', models.PositiveIntegerField(blank=True, null=True)),
                ('escalate_after', models.PositiveIntegerField(blank=True, null=True)),
                ('valid', gisserver.common.db.fields.ValidityField()),
                ('source', models.CharField(blank=True, db_default='', max_length=100)),
            ],
            options={
                'verbose_name': 'deadline',
                'verbose_name_plural': 'deadlines',
            },
        ),
        migrations.CreateModel(
            name='IncidentStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('occurred_at', models.DateTimeField()),
                ('number', models.PositiveIntegerField()),
                ('step', models.CharField(choices=[('accept', 'accept'), ('dispatch', 'dispatch'), ('start', 'start'), ('handle', 'handle'), ('return', 'return'), ('suspend', 'suspend'), ('resume', 'resume'), ('verify', 'verify'), ('rework', 'rework'), ('close', 'close'), ('merge', 'merge'), ('invalidate', 'invalidate'), ('reopen', 'reopen')], max_length=20)),
                ('before', models.CharField(choices=[('reported', 'reported'), ('accepted', 'accepted'), ('returned', 'returned'), ('reopened', 'reopened'), ('dispatched', 'dispatched'), ('in_progress', 'in_progress'), ('suspended', 'suspended'), ('handled', 'handled'), ('verified', 'verified'), ('closed', 'closed'), ('duplicate', 'duplicate'), ('invalid', 'invalid')], max_length=20)),
                ('after', models.CharField(choices=[('reported', 'reported'), ('accepted', 'accepted'), ('returned', 'returned'), ('reopened', 'reopened'), ('dispatched', 'dispatched'), ('in_progress', 'in_progress'), ('suspended', 'suspended'), ('handled', 'handled'), ('verified', 'verified'), ('closed', 'closed'), ('duplicate', 'duplicate'), ('invalid', 'invalid')], max_length=20)),
                ('reason', models.CharField(blank=True, db_default='', max_length=500)),
                ('level', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('unit', models.CharField(blank=True, db_default='', max_length=200)),
                ('duplicate_occurred_at', models.DateTimeField(blank=True, null=True)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('remind_at', models.DateTimeField(blank=True, null=True)),
                ('escalate_at', models.DateTimeField(blank=True, null=True)),
                ('taken_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'verbose_name': 'step of an incident',
                'verbose_name_plural': 'steps of incidents',
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('occurred_at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('reminder', 'reminder'), ('overdue', 'overdue'), ('escalation', 'escalation'), ('handover', 'handover')], max_length=20)),
                ('about', models.BigIntegerField()),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
            },
        ),
        migrations.CreateModel(
            name='TypeSuccession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('share', models.FloatField(default=1)),
                ('source', models.CharField(blank=True, db_default='', max_length=100)),
            ],
            options={
                'verbose_name': 'succession of types',
                'verbose_name_plural': 'successions of types',
            },
        ),
        migrations.RemoveConstraint(
            model_name='assignment',
            name='incidents_assignment_rule',
        ),
        migrations.AddField(
            model_name='assignment',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='assignment',
            name='note',
            field=models.CharField(blank=True, db_default='', max_length=500),
        ),
        # Of the receipts that are there nobody knows it: they get no default.
        migrations.AddField(
            model_name='assignment',
            name='recorded_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='assignment',
            name='recorded_at',
            field=models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), null=True),
        ),
        migrations.AddField(
            model_name='incidenttype',
            name='stream',
            field=models.CharField(blank=True, choices=[('service', 'service'), ('social', 'social management'), ('urban', 'digital urban management')], db_default='', max_length=20),
        ),
        migrations.AlterField(
            model_name='assignment',
            name='rule',
            field=models.CharField(choices=[('inside', 'inside'), ('border', 'border'), ('nearest', 'nearest'), ('none', 'none'), ('manual', 'manual')], max_length=10),
        ),
        migrations.AlterField(
            model_name='incidenttype',
            name='code',
            field=models.CharField(db_collation='C', db_index=True, max_length=60),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(models.Func('valid', function='lower', output_field=models.DateTimeField()), condition=models.Q(('reason', 'redraw'), ('reason', 'decision_ended'), _connector='OR'), name='incidents_assignment_redrawn'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('rule', 'manual')), fields=['incident'], name='incidents_assignment_manual'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(condition=models.Q(('status', 'new'), ('status', 'assigned'), ('status', 'in_progress'), ('status', 'resolved'), _connector='OR'), fields=['received_at', 'id'], name='incidents_incident_unfinished'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('grid__isnull', True), ('rule', 'none')), models.Q(('grid__isnull', False), ('rule__in', ['inside', 'border', 'nearest', 'manual'])), _connector='OR'), name='incidents_assignment_rule'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rule', 'manual'), _negated=True), models.Q(('decided_by__isnull', False), models.Q(('note', ''), _negated=True)), _connector='OR'), name='incidents_assignment_decided'),
        ),
        migrations.AddConstraint(
            model_name='incidenttype',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('code', '='), ('valid', '&&')], name='incidents_incidenttype_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='incidenttype',
            constraint=models.CheckConstraint(condition=models.Q(('stream__in', ['', 'service', 'social', 'urban'])), name='incidents_incidenttype_stream'),
        ),
        migrations.AddField(
            model_name='deadline',
            name='type',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deadlines', to='incidents.incidenttype'),
        ),
        migrations.AddField(
            model_name='incidentstep',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='incidentstep',
            name='duplicate_of',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='duplicates', to='incidents.incident'),
        ),
        migrations.AddField(
            model_name='incidentstep',
            name='incident',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='incidents.incident'),
        ),
        migrations.AddField(
            model_name='incidentstep',
            name='officer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='incident_steps', to='grids.officer'),
        ),
        migrations.AddField(
            model_name='notice',
            name='grid',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.grid'),
        ),
        migrations.AddField(
            model_name='notice',
            name='incident',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='incidents.incident'),
        ),
        migrations.AddField(
            model_name='notice',
            name='officer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='grids.officer'),
        ),
        migrations.AddField(
            model_name='typesuccession',
            name='former',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='successions', to='incidents.incidenttype'),
        ),
        migrations.AddField(
            model_name='typesuccession',
            name='successor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='preceded_by', to='incidents.incidenttype'),
        ),
        migrations.AddConstraint(
            model_name='deadline',
            constraint=models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.DatedRange('valid'), ('valid__isempty', False), ('valid__lower_inc', True), ('valid__lower_inf', False), ('valid__upper_inc', False)), name='incidents_deadline_dated'),
        ),
        migrations.AddConstraint(
            model_name='deadline',
            constraint=models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.RangeInCalendar('valid')), name='incidents_deadline_calendar'),
        ),
        migrations.AddConstraint(
            model_name='deadline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('level__isnull', True), ('level__in', (1, 2, 3, 4)), _connector='OR'), ('minutes__gt', 0)), name='incidents_deadline_level'),
        ),
        migrations.AddConstraint(
            model_name='deadline',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('state', '='), (django.db.models.functions.comparison.Coalesce('type_id', models.Value(0)), '='), (django.db.models.functions.comparison.Coalesce('level', models.Value(0)), '='), ('valid', '&&')], name='incidents_deadline_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='incidentstep',
            constraint=models.UniqueConstraint(fields=('incident', 'number'), name='incidents_incidentstep_number'),
        ),
        migrations.AddConstraint(
            model_name='incidentstep',
            constraint=models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.MomentInCalendar('occurred_at'), gisserver.common.db.constraints.MomentInCalendar('taken_at'), gisserver.common.db.constraints.MomentInCalendar('duplicate_occurred_at'), gisserver.common.db.constraints.MomentInCalendar('due_at'), gisserver.common.db.constraints.MomentInCalendar('remind_at'), gisserver.common.db.constraints.MomentInCalendar('escalate_at')), name='incidents_incidentstep_calendar'),
        ),
        migrations.AddConstraint(
            model_name='incidentstep',
            constraint=models.CheckConstraint(condition=models.Q(('level__isnull', True), ('level__in', (1, 2, 3, 4)), _connector='OR'), name='incidents_incidentstep_level'),
        ),
        migrations.AddConstraint(
            model_name='incidentstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('duplicate_occurred_at__isnull', True), ('duplicate_of__isnull', True), models.Q(('step', 'merge'), _negated=True)), models.Q(('duplicate_occurred_at__isnull', False), ('duplicate_of__isnull', False), ('step', 'merge'), models.Q(('duplicate_of', models.F('incident')), _negated=True)), _connector='OR'), name='incidents_incidentstep_duplicate'),
        ),
        migrations.AddConstraint(
            model_name='incidentstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('step__in', ['return', 'suspend', 'rework', 'invalidate', 'reopen']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='incidents_incidentstep_reason'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('incident', 'kind', 'about', 'grid', 'officer'), name='incidents_notice_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.MomentInCalendar('occurred_at'), gisserver.common.db.constraints.MomentInCalendar('recorded_at'), gisserver.common.db.constraints.MomentInCalendar('due_at')), name='incidents_notice_calendar'),
        ),
        migrations.AddConstraint(
            model_name='typesuccession',
            constraint=models.UniqueConstraint(fields=('former', 'successor'), name='incidents_typesuccession_once'),
        ),
        migrations.AddConstraint(
            model_name='typesuccession',
            constraint=models.CheckConstraint(condition=models.Q(('share__gt', 0), ('share__lte', 1), models.Q(('former', models.F('successor')), _negated=True)), name='incidents_typesuccession_share'),
        ),
    ]
