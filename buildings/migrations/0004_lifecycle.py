"""Law 4 for what changes: tables of former states, life-cycle events, views as of a moment, and their triggers."""

from pathlib import Path

import django.contrib.gis.db.models.fields
import django.contrib.gis.db.models.functions
import django.contrib.postgres.constraints
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import gisserver.common.db.fields
import gisserver.common.db.constraints
from django.conf import settings
from django.db import migrations, models

from gisserver.common.db.triggers import never_changed, never_deleted

SQL = Path(__file__).parent / "sql"
# What may change in each table, as its former states keep it.
CHANGING = {
    "building": ("community_id", "footprint", "location", "name", "kind", "status", "floors", "height_m"),
    "entrance": ("building_id", "name", "location"),
    "unit": ("building_id", "entrance_id", "number", "floor", "kind", "location"),
    "household": ("unit_id", "head_name", "phone", "residents", "registered"),
}
# Child table: (column, parent table).
BELOW = (
    ("buildings_entrance", "building_id", "buildings_building"),
    ("buildings_unit", "building_id", "buildings_building"),
    ("buildings_unit", "entrance_id", "buildings_entrance"),
    ("buildings_household", "unit_id", "buildings_unit"),
    ("buildings_buildingcode", "building_id", "buildings_building"),
    ("buildings_buildingassignment", "building_id", "buildings_building"),
    ("buildings_unitcode", "unit_id", "buildings_unit"),
    ("buildings_address", "building_id", "buildings_building"),
    ("buildings_address", "entrance_id", "buildings_entrance"),
    ("buildings_address", "unit_id", "buildings_unit"),
)


def text(name: str) -> str:
    return (SQL / name).read_text(encoding="utf-8")


def keeps_states(name: str, columns: tuple[str, ...]) -> migrations.RunSQL:
    table = f"buildings_{name}"
    arguments = f"'{table}state', '{name}_id', '{', '.join(columns)}'"
    # A community that was not known yet is no other state: it was the same all along.
    differs = " OR ".join(
        f"(OLD.{c} IS NOT NULL AND OLD.{c} IS DISTINCT FROM NEW.{c})" if c == "community_id"
        else f"OLD.{c} IS DISTINCT FROM NEW.{c}"
        for c in (*columns, "changed_at")
    )
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_keep_life BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN (OLD.valid IS DISTINCT FROM NEW.valid) EXECUTE FUNCTION buildings_keep_life({arguments});"
        f"CREATE TRIGGER {table}_keep_state BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN ({differs}) EXECUTE FUNCTION buildings_keep_state({arguments})",
        f"DROP TRIGGER {table}_keep_state ON {table}; DROP TRIGGER {table}_keep_life ON {table}",
    )


def no_orphans(table: str, column: str, parent: str) -> migrations.RunSQL:
    name = f"{table}_{column}_open"
    call = f"REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION buildings_refuse_orphans('{parent}', '{column}')"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name}_i AFTER INSERT ON {table} {call}; CREATE TRIGGER {name}_u AFTER UPDATE ON {table} {call}",
        f"DROP TRIGGER {name}_u ON {table}; DROP TRIGGER {name}_i ON {table}",
    )


def none_left_open(parent: str) -> migrations.RunSQL:
    below = ", ".join(f"'{table}', '{column}'" for table, column, of in BELOW if of == parent)
    return migrations.RunSQL(
        f"CREATE CONSTRAINT TRIGGER {parent}_left_open AFTER UPDATE ON {parent} DEFERRABLE INITIALLY DEFERRED "
        f"FOR EACH ROW WHEN (upper_inf(OLD.valid) AND NOT upper_inf(NEW.valid)) "
        f"EXECUTE FUNCTION buildings_refuse_left_open({below})",
        f"DROP TRIGGER {parent}_left_open ON {parent}",
    )


def reissues(table: str, column: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_reissued BEFORE INSERT ON {table} FOR EACH ROW WHEN (NEW.reissued) "
        f"EXECUTE FUNCTION buildings_refuse_reissue('{column}')",
        f"DROP TRIGGER {table}_reissued ON {table}",
    )


class Migration(migrations.Migration):

    dependencies = [
        ('buildings', '0003_scheduled'),
        ('grids', '0004_scheduled'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(text("0004_one_standard.sql"), migrations.RunSQL.noop),
        migrations.CreateModel(
            name='BuildingAsOf',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('valid', gisserver.common.db.fields.ValidityField()),
                ('shown', gisserver.common.db.fields.ValidityField()),
                ('footprint', gisserver.common.db.fields.SurveyMultiPolygonField(blank=True, null=True, spatial_index=False)),
                ('footprint_3857', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('footprint', 3857), output_field=django.contrib.gis.db.models.fields.MultiPolygonField(null=True, srid=3857))),
                ('location', gisserver.common.db.fields.SurveyPointField()),
                ('location_3857', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('location', 3857), output_field=django.contrib.gis.db.models.fields.PointField(null=True, srid=3857))),
                ('name', models.CharField(blank=True, db_default='', max_length=200)),
                ('kind', models.CharField(choices=[('residential', '居住'), ('commercial', '商业'), ('industrial', '工业'), ('public', '公共'), ('mixed', '商住'), ('other', '其他')], default='other', max_length=20)),
                ('status', models.CharField(choices=[('planned', '规划'), ('under_construction', '在建'), ('in_use', '在用'), ('disused', '停用')], db_default='in_use', default='in_use', max_length=20)),
                ('floors', models.SmallIntegerField(blank=True, null=True)),
                ('height_m', models.FloatField(blank=True, null=True)),
                ('source', models.CharField(max_length=100)),
                ('source_ref', models.CharField(db_collation='C', max_length=100)),
                ('recorded_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'buildings_building_asof',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='EntranceAsOf',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('valid', gisserver.common.db.fields.ValidityField()),
                ('shown', gisserver.common.db.fields.ValidityField()),
                ('name', models.CharField(max_length=50)),
                ('location', gisserver.common.db.fields.SurveyPointField(blank=True, null=True)),
                ('location_3857', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('location', 3857), output_field=django.contrib.gis.db.models.fields.PointField(null=True, srid=3857))),
                ('source_ref', models.CharField(db_collation='C', max_length=100)),
            ],
            options={
                'db_table': 'buildings_entrance_asof',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='HouseholdAsOf',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('valid', gisserver.common.db.fields.ValidityField()),
                ('shown', gisserver.common.db.fields.ValidityField()),
                ('head_name', models.CharField(blank=True, db_default='', max_length=100)),
                ('phone', models.CharField(blank=True, db_default='', max_length=40)),
                ('residents', models.PositiveSmallIntegerField(default=1)),
                ('registered', models.BooleanField(default=False)),
                ('invented', models.BooleanField()),
                ('source_ref', models.CharField(db_collation='C', max_length=100)),
            ],
            options={
                'db_table': 'buildings_household_asof',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='UnitAsOf',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('valid', gisserver.common.db.fields.ValidityField()),
                ('shown', gisserver.common.db.fields.ValidityField()),
                ('number', models.CharField(max_length=50)),
                ('floor', models.SmallIntegerField(blank=True, null=True)),
                ('kind', models.CharField(choices=[('residential', '居住'), ('commercial', '商业'), ('industrial', '工业'), ('public', '公共'), ('mixed', '商住'), ('other', '其他')], default='residential', max_length=20)),
                ('location', gisserver.common.db.fields.SurveyPointField(blank=True, null=True, spatial_index=False)),
                ('source_ref', models.CharField(db_collation='C', max_length=100)),
            ],
            options={
                'db_table': 'buildings_unit_asof',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='BuildingState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid', gisserver.common.db.fields.ValidityField()),
                ('footprint', gisserver.common.db.fields.SurveyMultiPolygonField(blank=True, null=True, spatial_index=False)),
                ('footprint_3857', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('footprint', 3857), output_field=django.contrib.gis.db.models.fields.MultiPolygonField(null=True, srid=3857))),
                ('location', gisserver.common.db.fields.SurveyPointField()),
                ('location_3857', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('location', 3857), output_field=django.contrib.gis.db.models.fields.PointField(null=True, srid=3857))),
                ('name', models.CharField(blank=True, db_default='', max_length=200)),
                ('kind', models.CharField(choices=[('residential', '居住'), ('commercial', '商业'), ('industrial', '工业'), ('public', '公共'), ('mixed', '商住'), ('other', '其他')], default='other', max_length=20)),
                ('status', models.CharField(choices=[('planned', '规划'), ('under_construction', '在建'), ('in_use', '在用'), ('disused', '停用')], db_default='in_use', default='in_use', max_length=20)),
                ('floors', models.SmallIntegerField(blank=True, null=True)),
                ('height_m', models.FloatField(blank=True, null=True)),
            ],
            options={
                'verbose_name': '楼栋旧状态 former state of a building',
            },
        ),
        migrations.CreateModel(
            name='EntranceState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid', gisserver.common.db.fields.ValidityField()),
                ('name', models.CharField(max_length=50)),
                ('location', gisserver.common.db.fields.SurveyPointField(blank=True, null=True)),
                ('location_3857', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('location', 3857), output_field=django.contrib.gis.db.models.fields.PointField(null=True, srid=3857))),
            ],
            options={
                'verbose_name': '单元旧状态 former state of an entrance',
            },
        ),
        migrations.CreateModel(
            name='EventEffect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.CharField(choices=[('building', '楼栋'), ('entrance', '单元'), ('unit', '房屋'), ('household', '户'), ('address', '地址'), ('building_code', '楼栋编码'), ('unit_code', '房屋编码')], max_length=20)),
                ('target_id', models.BigIntegerField()),
                ('building_id', models.BigIntegerField(db_index=True, null=True)),
                ('role', models.CharField(choices=[('begun', '开始'), ('changed', '改变'), ('ended', '终止'), ('revived', '恢复')], max_length=10)),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
            ],
            options={
                'verbose_name': '事件影响 effect of an event',
            },
        ),
        migrations.CreateModel(
            name='HouseholdState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid', gisserver.common.db.fields.ValidityField()),
                ('head_name', models.CharField(blank=True, db_default='', max_length=100)),
                ('phone', models.CharField(blank=True, db_default='', max_length=40)),
                ('residents', models.PositiveSmallIntegerField(default=1)),
                ('registered', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': '户旧状态 former state of a household',
            },
        ),
        migrations.CreateModel(
            name='LifecycleEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('create', '新建'), ('update', '变更'), ('split', '拆分'), ('merge', '合并'), ('renumber', '重编房号'), ('readdress', '变更地址'), ('recode', '变更编码'), ('demolish', '拆除'), ('revert', '撤回')], max_length=20)),
                ('effective_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reason', models.TextField(blank=True, db_default='')),
                ('source', models.CharField(blank=True, db_default='', max_length=100)),
            ],
            options={
                'verbose_name': '生命周期事件 life-cycle event',
            },
        ),
        migrations.CreateModel(
            name='UnitState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid', gisserver.common.db.fields.ValidityField()),
                ('number', models.CharField(max_length=50)),
                ('floor', models.SmallIntegerField(blank=True, null=True)),
                ('kind', models.CharField(choices=[('residential', '居住'), ('commercial', '商业'), ('industrial', '工业'), ('public', '公共'), ('mixed', '商住'), ('other', '其他')], default='residential', max_length=20)),
                ('location', gisserver.common.db.fields.SurveyPointField(blank=True, null=True, spatial_index=False)),
            ],
            options={
                'verbose_name': '房屋旧状态 former state of a unit',
            },
        ),
        migrations.RemoveConstraint(
            model_name='buildingcode',
            name='buildings_buildingcode_code_never_reused',
        ),
        migrations.RemoveConstraint(
            model_name='unitcode',
            name='buildings_unitcode_code_never_reused',
        ),
        migrations.AddField(
            model_name='building',
            name='changed_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='building',
            name='status',
            field=models.CharField(choices=[('planned', '规划'), ('under_construction', '在建'), ('in_use', '在用'), ('disused', '停用')], db_default='in_use', default='in_use', max_length=20),
        ),
        migrations.AddField(
            model_name='buildingcode',
            name='reissued',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='entrance',
            name='changed_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='household',
            name='changed_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='unit',
            name='changed_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='unit',
            name='location',
            field=gisserver.common.db.fields.SurveyPointField(blank=True, null=True, spatial_index=False),
        ),
        migrations.AddField(
            model_name='unitcode',
            name='reissued',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name='building',
            name='community',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='grids.division'),
        ),
        migrations.AlterField(
            model_name='entrance',
            name='building',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='buildings.building'),
        ),
        migrations.AlterField(
            model_name='household',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='buildings.unit'),
        ),
        migrations.AlterField(
            model_name='unit',
            name='building',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='buildings.building'),
        ),
        migrations.AlterField(
            model_name='unit',
            name='entrance',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='buildings.entrance'),
        ),
        migrations.AddConstraint(
            model_name='address',
            constraint=models.UniqueConstraint(condition=models.Q(('building__isnull', False), ('kind', 'standard'), ('valid__upper_inf', True)), fields=('building',), name='buildings_address_one_standard_building'),
        ),
        migrations.AddConstraint(
            model_name='address',
            constraint=models.UniqueConstraint(condition=models.Q(('entrance__isnull', False), ('kind', 'standard'), ('valid__upper_inf', True)), fields=('entrance',), name='buildings_address_one_standard_entrance'),
        ),
        migrations.AddConstraint(
            model_name='address',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'standard'), ('unit__isnull', False), ('valid__upper_inf', True)), fields=('unit',), name='buildings_address_one_standard_unit'),
        ),
        migrations.AddConstraint(
            model_name='building',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['planned', 'under_construction', 'in_use', 'disused'])), name='buildings_building_status'),
        ),
        migrations.AddConstraint(
            model_name='buildingcode',
            constraint=models.UniqueConstraint(condition=models.Q(('reissued', False)), fields=('code',), name='buildings_buildingcode_code_never_reused'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('location__isvalid', True), ('location__isnull', True), _connector='OR'), name='buildings_unit_location_valid'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('location__isempty', False), ('location__isnull', True), _connector='OR'), name='buildings_unit_location_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.IsMillimetre('location'), ('location__isnull', True), _connector='OR'), name='buildings_unit_location_millimetre'),
        ),
        migrations.AddConstraint(
            model_name='unitcode',
            constraint=models.UniqueConstraint(condition=models.Q(('reissued', False)), fields=('code',), name='buildings_unitcode_code_never_reused'),
        ),
        migrations.AddField(
            model_name='buildingstate',
            name='building',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='states', to='buildings.building'),
        ),
        migrations.AddField(
            model_name='buildingstate',
            name='community',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='grids.division'),
        ),
        migrations.AddField(
            model_name='entrancestate',
            name='building',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='buildings.building'),
        ),
        migrations.AddField(
            model_name='entrancestate',
            name='entrance',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='states', to='buildings.entrance'),
        ),
        migrations.AddField(
            model_name='householdstate',
            name='household',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='states', to='buildings.household'),
        ),
        migrations.AddField(
            model_name='householdstate',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='buildings.unit'),
        ),
        migrations.AddField(
            model_name='lifecycleevent',
            name='author',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='lifecycleevent',
            name='reverts',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reverted_by', to='buildings.lifecycleevent'),
        ),
        migrations.AddField(
            model_name='eventeffect',
            name='event',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='effects', to='buildings.lifecycleevent'),
        ),
        migrations.AddField(
            model_name='unitstate',
            name='building',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='buildings.building'),
        ),
        migrations.AddField(
            model_name='unitstate',
            name='entrance',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='buildings.entrance'),
        ),
        migrations.AddField(
            model_name='unitstate',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='states', to='buildings.unit'),
        ),
        migrations.AddIndex(
            model_name='buildingstate',
            index=django.contrib.postgres.indexes.GistIndex(fields=['footprint_3857'], name='buildings_bstate_fp_3857'),
        ),
        migrations.AddConstraint(
            model_name='buildingstate',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('building', '='), ('valid', '&&')], name='buildings_buildingstate_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='buildingstate',
            constraint=models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.DatedRange('valid'), ('valid__isempty', False), ('valid__lower_inc', True), ('valid__lower_inf', False), ('valid__upper_inc', False)), name='buildings_buildingstate_dated'),
        ),
        migrations.AddConstraint(
            model_name='entrancestate',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('entrance', '='), ('valid', '&&')], name='buildings_entrancestate_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='entrancestate',
            constraint=models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.DatedRange('valid'), ('valid__isempty', False), ('valid__lower_inc', True), ('valid__lower_inf', False), ('valid__upper_inc', False)), name='buildings_entrancestate_dated'),
        ),
        migrations.AddConstraint(
            model_name='householdstate',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('household', '='), ('valid', '&&')], name='buildings_householdstate_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='householdstate',
            constraint=models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.DatedRange('valid'), ('valid__isempty', False), ('valid__lower_inc', True), ('valid__lower_inf', False), ('valid__upper_inc', False)), name='buildings_householdstate_dated'),
        ),
        migrations.AddConstraint(
            model_name='lifecycleevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['create', 'update', 'split', 'merge', 'renumber', 'readdress', 'recode', 'demolish', 'revert'])), name='buildings_event_kind'),
        ),
        migrations.AddConstraint(
            model_name='lifecycleevent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'revert'), ('reverts__isnull', False)), models.Q(models.Q(('kind', 'revert'), _negated=True), ('reverts__isnull', True)), _connector='OR'), name='buildings_event_reverts'),
        ),
        migrations.AddConstraint(
            model_name='lifecycleevent',
            constraint=models.CheckConstraint(condition=models.Q(('effective_at__lte', django.db.models.expressions.CombinedExpression(models.F('recorded_at'), '+', models.Value('00:01:00', models.DurationField())))), name='buildings_event_not_ahead'),
        ),
        migrations.AddIndex(
            model_name='eventeffect',
            index=models.Index(fields=['target', 'target_id'], name='buildings_effect_target'),
        ),
        migrations.AddConstraint(
            model_name='eventeffect',
            constraint=models.CheckConstraint(condition=models.Q(('target__in', ['building', 'entrance', 'unit', 'household', 'address', 'building_code', 'unit_code'])), name='buildings_effect_target_known'),
        ),
        migrations.AddConstraint(
            model_name='eventeffect',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['begun', 'changed', 'ended', 'revived'])), name='buildings_effect_role'),
        ),
        migrations.AddConstraint(
            model_name='unitstate',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('unit', '='), ('valid', '&&')], name='buildings_unitstate_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='unitstate',
            constraint=models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.DatedRange('valid'), ('valid__isempty', False), ('valid__lower_inc', True), ('valid__lower_inf', False), ('valid__upper_inc', False)), name='buildings_unitstate_dated'),
        ),
        migrations.RunSQL(text("0004_lifecycle.sql"), text("0004_lifecycle_reverse.sql")),
        *[keeps_states(name, columns) for name, columns in CHANGING.items()],
        *[no_orphans(*below) for below in BELOW],
        *[none_left_open(f"buildings_{name}") for name in ("building", "entrance", "unit")],
        reissues("buildings_buildingcode", "building_id"),
        reissues("buildings_unitcode", "unit_id"),
        *[never_deleted(f"buildings_{name}state") for name in CHANGING],
        *[never_changed(f"buildings_{name}state") for name in CHANGING],
        *[never_deleted(table) for table in ("buildings_lifecycleevent", "buildings_eventeffect")],
        *[never_changed(table) for table in ("buildings_lifecycleevent", "buildings_eventeffect")],
        migrations.RunSQL(
            text("0004_asof.sql"), "; ".join(f"DROP VIEW buildings_{name}_asof" for name in CHANGING)
        ),
    ]
