"""Households in two times: rows of one identity are one household for life; former beliefs stand in the states."""

from pathlib import Path

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import gisserver.common.db.constraints
import gisserver.common.db.fields
from django.db import migrations, models

from gisserver.common.db.law_files import CarryLaws

SQL = Path(__file__).parent / "sql"
PER_TABLE = Path(__file__).parents[1] / "db" / "per_table"
TABLE = "buildings_household"
WORDS = ("unit_id", "head_name", "phone", "residents", "registered")
FORMER_FIELDS = [
    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
    ("head_name", models.CharField(blank=True, db_default="", max_length=100)),
    ("phone", models.CharField(blank=True, db_default="", max_length=40)),
    ("residents", models.PositiveSmallIntegerField(default=1)),
    ("registered", models.BooleanField(default=False)),
    ("valid", gisserver.common.db.fields.ValidityField()),
]


def text(name: str) -> str:
    return (SQL / name).read_text(encoding="utf-8")


def former_triggers() -> str:
    """Return the triggers that kept the former states of households until here."""
    changed = [f"OLD.{c} IS DISTINCT FROM NEW.{c}" for c in (*WORDS, "changed_at")]
    whens = {"keep_life": "OLD.valid IS DISTINCT FROM NEW.valid", "keep_state": " OR ".join(changed)}
    made = []
    for name, when in whens.items():
        function = (PER_TABLE / f"{name}.sql").read_text(encoding="utf-8")
        columns, former = ", ".join(WORDS), ", ".join(f"OLD.{c}" for c in WORDS)
        made.append(function.format(table=TABLE, key="household_id", columns=columns, former=former))
        made.append(
            f"CREATE TRIGGER {TABLE}_{name} BEFORE UPDATE ON {TABLE} FOR EACH ROW WHEN ({when}) "
            f"EXECUTE FUNCTION {TABLE}_{name}();"
        )
    return "\n".join([*made, text("0016_former.sql")])


class Migration(migrations.Migration):

    dependencies = [
        ("buildings", "0015_names_from_catalogue"),
    ]

    operations = [
        migrations.RunSQL(
            f"DROP VIEW IF EXISTS buildings_household_asof; DROP FUNCTION IF EXISTS {TABLE}_keep_life() CASCADE; "
            f"DROP FUNCTION IF EXISTS {TABLE}_keep_state() CASCADE; "
            f"DROP TRIGGER IF EXISTS {TABLE}_keeps_history ON {TABLE}; "
            f"DROP TRIGGER IF EXISTS {TABLE}_isolation ON {TABLE};",
            former_triggers(),
        ),
        migrations.DeleteModel(
            name='HouseholdAsOf',
        ),
        migrations.RemoveConstraint(
            model_name='household',
            name='buildings_household_dated',
        ),
        migrations.RemoveConstraint(
            model_name='household',
            name='buildings_household_calendar',
        ),
        migrations.AddField(
            model_name='household',
            name='children',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='household',
            name='elderly',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='household',
            name='event',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='buildings.lifecycleevent'),
        ),
        migrations.AddField(
            model_name='household',
            name='floating',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='household',
            name='identity',
            field=models.BigIntegerField(default=None, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='household',
            name='known_since',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.RunSQL(text("0016_rows.sql"), text("0016_rows_reverse.sql")),
        migrations.DeleteModel(name="HouseholdState"),
        migrations.RemoveField(
            model_name='household',
            name='changed_at',
        ),
        migrations.AlterField(
            model_name='household',
            name='identity',
            field=models.BigIntegerField(default=None, editable=False),
        ),
        migrations.CreateModel(
            name='HouseholdState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('head_name', models.CharField(blank=True, db_default='', max_length=100)),
                ('phone', models.CharField(blank=True, db_default='', max_length=40)),
                ('residents', models.PositiveSmallIntegerField(default=1)),
                ('registered', models.BooleanField(default=False)),
                ('children', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('elderly', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('floating', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('source', models.CharField(blank=True, db_default='', max_length=100)),
                ('source_ref', models.CharField(blank=True, db_collation='C', db_default='', max_length=100)),
                ('twin', models.PositiveSmallIntegerField(db_default=1, default=1, editable=False)),
                ('identity', models.BigIntegerField()),
                ('valid', gisserver.common.db.fields.ValidityField()),
                ('known', gisserver.common.db.fields.ValidityField()),
                ('event', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='buildings.lifecycleevent')),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='states', to='buildings.household')),
                ('superseded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='buildings.lifecycleevent')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='buildings.unit')),
            ],
            options={
                'verbose_name': 'former state of a household',
                'verbose_name_plural': 'former states of households',
                'indexes': [models.Index(fields=['identity'], name='buildings_hhstate_identity')],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(gisserver.common.db.constraints.DatedRange('valid'), ('valid__isempty', False), ('valid__lower_inc', True), ('valid__lower_inf', False), ('valid__upper_inc', False)), ('valid__isempty', True), _connector='OR'), name='buildings_householdstate_dated'),
                    models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.RangeInCalendar('valid')), name='buildings_householdstate_calendar'),
                    models.CheckConstraint(condition=models.Q(('known__isempty', False)), name='buildings_householdstate_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='HouseholdAsKnown',
            fields=[
                ('head_name', models.CharField(blank=True, db_default='', max_length=100)),
                ('phone', models.CharField(blank=True, db_default='', max_length=40)),
                ('residents', models.PositiveSmallIntegerField(default=1)),
                ('registered', models.BooleanField(default=False)),
                ('children', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('elderly', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('floating', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('source', models.CharField(blank=True, db_default='', max_length=100)),
                ('source_ref', models.CharField(blank=True, db_collation='C', db_default='', max_length=100)),
                ('twin', models.PositiveSmallIntegerField(db_default=1, default=1, editable=False)),
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('identity', models.BigIntegerField()),
                ('valid', gisserver.common.db.fields.ValidityField()),
                ('known', gisserver.common.db.fields.ValidityField()),
                ('invented', models.BooleanField()),
            ],
            options={
                'db_table': 'buildings_household_asknown',
                'managed': False,
            },
        ),
        migrations.AddIndex(
            model_name='household',
            index=models.Index(fields=['identity'], name='buildings_household_identity'),
        ),
        migrations.AddConstraint(
            model_name='household',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(gisserver.common.db.constraints.DatedRange('valid'), ('valid__isempty', False), ('valid__lower_inc', True), ('valid__lower_inf', False), ('valid__upper_inc', False)), ('valid__isempty', True), _connector='OR'), name='buildings_household_dated'),
        ),
        migrations.AddConstraint(
            model_name='household',
            constraint=models.CheckConstraint(condition=models.Q(gisserver.common.db.constraints.RangeInCalendar('valid')), name='buildings_household_calendar'),
        ),
        migrations.AddConstraint(
            model_name='household',
            constraint=models.CheckConstraint(condition=models.Q(('residents__gte', django.db.models.expressions.CombinedExpression(django.db.models.functions.comparison.Coalesce('children', 0), '+', django.db.models.functions.comparison.Coalesce('elderly', 0))), ('residents__gte', django.db.models.functions.comparison.Coalesce(models.F('floating'), 0))), name='buildings_household_people'),
        ),
        migrations.AddConstraint(
            model_name='household',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], expressions=[('identity', '='), ('valid', '&&')], name='buildings_household_one_at_a_time'),
        ),
        migrations.RemoveConstraint(
            model_name='lifecycleevent',
            name='buildings_event_kind',
        ),
        migrations.RemoveConstraint(
            model_name='reviewitem',
            name='buildings_review_reason',
        ),
        migrations.AlterField(
            model_name='lifecycleevent',
            name='kind',
            field=models.CharField(choices=[('create', 'create'), ('update', 'change'), ('split', 'split'), ('merge', 'merge'), ('renumber', 'renumber'), ('readdress', 'readdress'), ('recode', 'recode'), ('demolish', 'demolish'), ('move_in', 'move in'), ('move', 'move'), ('move_out', 'move out'), ('dissolve', 'dissolve'), ('import', 'import'), ('revert', 'revert')], max_length=20),
        ),
        migrations.AlterField(
            model_name='reviewitem',
            name='reason',
            field=models.CharField(choices=[('ambiguous', 'several candidates'), ('unmatched', 'not found'), ('too_coarse', 'not detailed enough'), ('unsure', 'not sure enough'), ('unknown_unit', 'unit not registered'), ('ended_home', 'home no longer stands')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='lifecycleevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['create', 'update', 'split', 'merge', 'renumber', 'readdress', 'recode', 'demolish', 'move_in', 'move', 'move_out', 'dissolve', 'import', 'revert'])), name='buildings_event_kind'),
        ),
        migrations.AddConstraint(
            model_name='reviewitem',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['ambiguous', 'unmatched', 'too_coarse', 'unsure', 'unknown_unit', 'ended_home'])), name='buildings_review_reason'),
        ),
        migrations.CreateModel(
            name='RegisterRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('register', models.CharField(max_length=20)),
                ('source', models.CharField(max_length=100)),
                ('moment', models.DateTimeField()),
                ('full', models.BooleanField()),
                ('communities', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('counts', models.JSONField(default=dict)),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='run', to='buildings.lifecycleevent')),
            ],
            options={
                'verbose_name': 'import of a register',
                'verbose_name_plural': 'imports of registers',
            },
        ),
        migrations.AddIndex(
            model_name='registerrun',
            index=models.Index(fields=['register', 'source', 'moment'], name='buildings_run_source'),
        ),
        migrations.RunSQL(
            migrations.RunSQL.noop,
            f"DROP VIEW IF EXISTS buildings_household_asknown; DROP FUNCTION IF EXISTS {TABLE}_keep_belief() CASCADE; "
            f"DROP FUNCTION IF EXISTS {TABLE}_identify() CASCADE",
        ),
        CarryLaws("7d778ebf360a099f"),
    ]
