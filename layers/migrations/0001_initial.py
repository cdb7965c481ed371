"""The catalogue of uploads, and the function that makes their Web Mercator copies."""

from pathlib import Path

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql" / "0001_to_web_mercator.sql"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("common", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(SQL.read_text(), "DROP FUNCTION gis_layers_to_web_mercator(geometry)"),
        migrations.CreateModel(
            name='RasterLayer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=63)),
                ('title', models.CharField(max_length=200)),
                ('srid', models.IntegerField()),
                ('extent', models.JSONField(null=True)),
                ('source_name', models.CharField(max_length=255)),
                ('source_layer', models.CharField(blank=True, max_length=255)),
                ('source_hash', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('path', models.CharField(max_length=255)),
                ('width', models.IntegerField()),
                ('height', models.IntegerField()),
                ('bands', models.JSONField()),
                ('transform', models.JSONField()),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '栅格图层 raster layer',
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('slug',), name='layers_raster_slug_once')],
            },
        ),
        migrations.CreateModel(
            name='UploadedLayer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=63)),
                ('title', models.CharField(max_length=200)),
                ('srid', models.IntegerField()),
                ('extent', models.JSONField(null=True)),
                ('source_name', models.CharField(max_length=255)),
                ('source_layer', models.CharField(blank=True, max_length=255)),
                ('source_hash', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('geometry_type', models.CharField(choices=[('Point', 'Point'), ('MultiPoint', 'MultiPoint'), ('LineString', 'LineString'), ('MultiLineString', 'MultiLineString'), ('Polygon', 'Polygon'), ('MultiPolygon', 'MultiPolygon'), ('GeometryCollection', 'GeometryCollection'), ('Geometry', 'Geometry'), ('None', 'None')], max_length=20)),
                ('fields', models.JSONField()),
                ('feature_count', models.BigIntegerField(default=0)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '上传图层 uploaded layer',
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('slug',), name='layers_upload_slug_once')],
            },
        ),
    ]
