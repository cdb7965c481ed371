"""Queries over collections that are kept under a name."""

import django.db.models.deletion
import django.db.models.functions.datetime
import gisserver.common.db.constraints
from django.conf import settings
from django.db import migrations, models

from gisserver.common.db.law_files import CarryLaws


class Migration(migrations.Migration):

    dependencies = [
        ('layers', '0006_versions_of_features'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredQuery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=63)),
                ('expression', models.JSONField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'stored query',
                'verbose_name_plural': 'stored queries',
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('slug',), name='layers_storedquery_slug_once'), models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.MomentInCalendar('created_at'), gisserver.common.db.constraints.MomentInCalendar('withdrawn_at')), name='layers_storedquery_calendar')],
            },
        ),
        CarryLaws("4a5f01a937706a0b"),
    ]
