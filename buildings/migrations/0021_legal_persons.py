"""Legal persons by their credit codes, with their former states; events may touch them."""

import buildings.fields
import buildings.models.legal_person
import django.contrib.gis.db.models.fields
import django.contrib.gis.db.models.functions
import django.contrib.postgres.constraints
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import gisserver.common.db.constraints
import gisserver.common.db.fields
from django.db import migrations, models

from gisserver.common.db.law_files import CarryLaws

# The constraint of codes calls it; what it says today stands in buildings/db/credit_code.sql.
IS_CREDIT_CODE = """
CREATE FUNCTION buildings_is_credit_code(code text) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT code ~ '^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$' AND sum(
        (ARRAY[1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1])[place]
        * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(code, place, 1)) - 1)
    ) % 31 = 0
    FROM generate_series(1, 18) AS place;
END
"""
# What the laws have hung on other tables, and on these, beside their own triggers.
NO_MORE = """
DROP TRIGGER IF EXISTS buildings_building_take_legal_persons ON buildings_building;
DROP TRIGGER IF EXISTS buildings_unit_take_legal_persons ON buildings_unit;
DROP TRIGGER IF EXISTS buildings_legalperson_derive ON buildings_legalperson;
DROP FUNCTION IF EXISTS buildings_take_legal_persons();
DROP FUNCTION IF EXISTS buildings_derive_legal_person();
DROP VIEW IF EXISTS buildings_legalperson_asof
"""


class Migration(migrations.Migration):

    dependencies = [
        ('buildings', '0020_quality_decisions'),
    ]

    operations = [
        migrations.RunSQL(IS_CREDIT_CODE, "DROP FUNCTION buildings_is_credit_code(text)"),
        migrations.CreateModel(
            name='LegalPersonAsOf',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('valid', gisserver.common.db.fields.ValidityField()),
                ('shown', gisserver.common.db.fields.ValidityField()),
                ('name', models.CharField(max_length=200)),
                ('sounds', buildings.fields.SoundsField(db_collation='C', editable=False)),
                ('kind', models.CharField(choices=[('enterprise', 'enterprise'), ('sole_trader', 'sole trader'), ('cooperative', 'cooperative'), ('institution', 'public institution'), ('association', 'association'), ('other', 'other')], max_length=20)),
                ('status', models.CharField(choices=[('operating', 'operating'), ('suspended', 'suspended'), ('revoked', 'licence revoked')], db_default='operating', default='operating', max_length=20)),
                ('registered_address', models.CharField(blank=True, db_default='', max_length=300)),
                ('actual_address', models.CharField(blank=True, db_default='', max_length=300)),
                ('location', gisserver.common.db.fields.SurveyPointField()),
                ('location_3857', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('location', 3857), output_field=django.contrib.gis.db.models.fields.PointField(null=True, srid=3857))),
                ('credit_code', models.CharField(db_collation='C', max_length=18)),
                ('source', models.CharField(max_length=100)),
            ],
            options={
                'db_table': 'buildings_legalperson_asof',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='LegalPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid', gisserver.common.db.fields.ValidityField()),
                ('changed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('name', models.CharField(max_length=200)),
                ('sounds', buildings.fields.SoundsField(db_collation='C', editable=False)),
                ('kind', models.CharField(choices=[('enterprise', 'enterprise'), ('sole_trader', 'sole trader'), ('cooperative', 'cooperative'), ('institution', 'public institution'), ('association', 'association'), ('other', 'other')], max_length=20)),
                ('status', models.CharField(choices=[('operating', 'operating'), ('suspended', 'suspended'), ('revoked', 'licence revoked')], db_default='operating', default='operating', max_length=20)),
                ('registered_address', models.CharField(blank=True, db_default='', max_length=300)),
                ('actual_address', models.CharField(blank=True, db_default='', max_length=300)),
                ('location', gisserver.common.db.fields.SurveyPointField()),
                ('location_3857', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('location', 3857), output_field=django.contrib.gis.db.models.fields.PointField(null=True, srid=3857))),
                ('credit_code', models.CharField(db_collation='C', max_length=18)),
                ('source', models.CharField(blank=True, db_default='', max_length=100)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'verbose_name': 'legal person',
                'verbose_name_plural': 'legal persons',
            },
        ),
        migrations.CreateModel(
            name='LegalPersonState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid', gisserver.common.db.fields.ValidityField()),
                ('name', models.CharField(max_length=200)),
                ('sounds', buildings.fields.SoundsField(db_collation='C', editable=False)),
                ('kind', models.CharField(choices=[('enterprise', 'enterprise'), ('sole_trader', 'sole trader'), ('cooperative', 'cooperative'), ('institution', 'public institution'), ('association', 'association'), ('other', 'other')], max_length=20)),
                ('status', models.CharField(choices=[('operating', 'operating'), ('suspended', 'suspended'), ('revoked', 'licence revoked')], db_default='operating', default='operating', max_length=20)),
                ('registered_address', models.CharField(blank=True, db_default='', max_length=300)),
                ('actual_address', models.CharField(blank=True, db_default='', max_length=300)),
                ('location', gisserver.common.db.fields.SurveyPointField()),
                ('location_3857', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('location', 3857), output_field=django.contrib.gis.db.models.fields.PointField(null=True, srid=3857))),
            ],
            options={
                'verbose_name': 'former state of a legal person',
                'verbose_name_plural': 'former states of legal persons',
            },
        ),
        migrations.RemoveConstraint(
            model_name='eventeffect',
            name='buildings_effect_target_known',
        ),
        migrations.AlterField(
            model_name='eventeffect',
            name='target',
            field=models.CharField(choices=[('building', 'building'), ('entrance', 'entrance'), ('unit', 'unit'), ('household', 'household'), ('legal_person', 'legal person'), ('address', 'address'), ('building_code', 'building code'), ('unit_code', 'unit code')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='eventeffect',
            constraint=models.CheckConstraint(condition=models.Q(('target__in', ['building', 'entrance', 'unit', 'household', 'legal_person', 'address', 'building_code', 'unit_code'])), name='buildings_effect_target_known'),
        ),
        migrations.AddField(
            model_name='legalperson',
            name='building',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='buildings.building'),
        ),
        migrations.AddField(
            model_name='legalperson',
            name='registered_building',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='buildings.building'),
        ),
        migrations.AddField(
            model_name='legalperson',
            name='registered_unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='buildings.unit'),
        ),
        migrations.AddField(
            model_name='legalperson',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='buildings.unit'),
        ),
        migrations.AddField(
            model_name='legalpersonstate',
            name='building',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='buildings.building'),
        ),
        migrations.AddField(
            model_name='legalpersonstate',
            name='legalperson',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='states', to='buildings.legalperson'),
        ),
        migrations.AddField(
            model_name='legalpersonstate',
            name='registered_building',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='buildings.building'),
        ),
        migrations.AddField(
            model_name='legalpersonstate',
            name='registered_unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='buildings.unit'),
        ),
        migrations.AddField(
            model_name='legalpersonstate',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='buildings.unit'),
        ),
        migrations.AddIndex(
            model_name='legalperson',
            index=django.contrib.postgres.indexes.GistIndex(fields=['location_3857'], name='buildings_legalperson_loc_3857'),
        ),
        migrations.AddIndex(
            model_name='legalperson',
            index=django.contrib.postgres.indexes.GinIndex(fields=['sounds'], name='buildings_legalperson_sounds', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddConstraint(
            model_name='legalperson',
            constraint=models.UniqueConstraint(fields=('credit_code',), name='buildings_legalperson_one_code'),
        ),
        migrations.AddConstraint(
            model_name='legalperson',
            constraint=models.CheckConstraint(condition=models.Q(buildings.models.legal_person.IsCreditCode('credit_code')), name='buildings_legalperson_code'),
        ),
        migrations.AddConstraint(
            model_name='legalperson',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='buildings_legalperson_named'),
        ),
        migrations.AddConstraint(
            model_name='legalperson',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['enterprise', 'sole_trader', 'cooperative', 'institution', 'association', 'other'])), name='buildings_legalperson_kind'),
        ),
        migrations.AddConstraint(
            model_name='legalperson',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['operating', 'suspended', 'revoked'])), name='buildings_legalperson_status'),
        ),
        migrations.AddConstraint(
            model_name='legalperson',
            constraint=models.CheckConstraint(condition=models.Q(('location__isvalid', True), ('location__isnull', True), _connector='OR'), name='buildings_legalperson_location_valid'),
        ),
        migrations.AddConstraint(
            model_name='legalperson',
            constraint=models.CheckConstraint(condition=models.Q(('location__isempty', False), ('location__isnull', True), _connector='OR'), name='buildings_legalperson_location_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='legalperson',
            constraint=models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.IsMillimetre('location'), ('location__isnull', True), _connector='OR'), name='buildings_legalperson_location_millimetre'),
        ),
        migrations.AddConstraint(
            model_name='legalperson',
            constraint=models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.DatedRange('valid'), ('valid__isempty', False), ('valid__lower_inc', True), ('valid__lower_inf', False), ('valid__upper_inc', False)), name='buildings_legalperson_dated'),
        ),
        migrations.AddConstraint(
            model_name='legalperson',
            constraint=models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.RangeInCalendar('valid'), gisserver.common.db.constraints.MomentInCalendar('changed_at')), name='buildings_legalperson_calendar'),
        ),
        migrations.AddConstraint(
            model_name='legalpersonstate',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('legalperson', '='), ('valid', '&&')], name='buildings_legalpersonstate_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='legalpersonstate',
            constraint=models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.DatedRange('valid'), ('valid__isempty', False), ('valid__lower_inc', True), ('valid__lower_inf', False), ('valid__upper_inc', False)), name='buildings_legalpersonstate_dated'),
        ),
        migrations.AddConstraint(
            model_name='legalpersonstate',
            constraint=models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.RangeInCalendar('valid')), name='buildings_legalpersonstate_calendar'),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, NO_MORE),
        CarryLaws("b71712144af70f74"),
    ]
