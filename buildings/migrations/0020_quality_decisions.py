"""What people say of cases of the quality work list."""

import django.db.models.deletion
import gisserver.common.db.constraints
import gisserver.common.db.fields
from django.conf import settings
from django.db import migrations, models

from gisserver.common.db.law_files import CarryLaws


class Migration(migrations.Migration):

    dependencies = [
        ('buildings', '0019_registers_in_calendar'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='QualityDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('target_id', models.BigIntegerField()),
                ('detail', models.TextField(blank=True)),
                ('reason', models.TextField()),
                ('ended_reason', models.TextField(blank=True, db_default='')),
                ('valid', gisserver.common.db.fields.ValidityField()),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'decision on a quality case',
                'verbose_name_plural': 'decisions on quality cases',
                'constraints': [models.UniqueConstraint(condition=models.Q(('valid__upper_inf', True)), fields=('kind', 'target_id'), name='buildings_qualitydecision_once'), models.CheckConstraint(condition=models.Q(('reason__regex', '\\S')), name='buildings_qualitydecision_reason'), models.CheckConstraint(condition=models.Q(models.Q(('ended_by__isnull', True), ('valid__upper_inf', True)), models.Q(('ended_by__isnull', False), ('valid__upper_inf', False)), _connector='OR'), name='buildings_qualitydecision_ended'), models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.DatedRange('valid'), ('valid__isempty', False), ('valid__lower_inc', True), ('valid__lower_inf', False), ('valid__upper_inc', False)), name='buildings_qualitydecision_dated'), models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.RangeInCalendar('valid')), name='buildings_qualitydecision_calendar')],
            },
        ),
        CarryLaws("838cf1327b32f6b5"),
    ]
