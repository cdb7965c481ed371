"""Bringing old moments into the calendar of records, before a constraint holds them to it.

Moments from before `FLOOR` keep their order: each distinct one takes a microsecond of its own after it; so do those
from beyond `CEILING`, before it. A row that is changed is kept as it was in `common_rowhistory` (law 4).
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import migrations, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from psycopg import sql

from gisserver.common.dates import CEILING, FLOOR

_OUTSIDE = """
    CREATE TEMP TABLE outside_calendar AS
    SELECT old, CASE WHEN old < {floor}
        THEN {floor} + (dense_rank() OVER (PARTITION BY old < {floor} ORDER BY old) - 1) * interval '1 microsecond'
        ELSE {ceiling} - (dense_rank() OVER (PARTITION BY old < {floor} ORDER BY old DESC) - 1)
            * interval '1 microsecond' END AS put
    FROM ({moments}) AS m(old) WHERE old < {floor} OR old > {ceiling}
"""
_KEEP = """
    INSERT INTO common_rowhistory (table_name, row_id, row, replaced_at)
    SELECT {name}, id, to_jsonb(t), clock_timestamp() FROM {table} AS t
    WHERE EXISTS (SELECT FROM outside_calendar WHERE old IN ({moments}))
"""
# Triggers forbid what is done here, and would tell of changes where nothing has moved.
_HEAL = """
    ALTER TABLE {table} DISABLE TRIGGER USER;
    UPDATE {table} SET {healed} WHERE EXISTS (SELECT FROM outside_calendar WHERE old IN ({moments}));
    ALTER TABLE {table} ENABLE TRIGGER USER
"""
_PUT = "coalesce((SELECT put FROM outside_calendar WHERE old = {moments}), {moments})"


def into_calendar(app_label: str) -> migrations.RunPython:
    """Return the operation that heals the moments in all tables of an app; taken back, it leaves them healed."""

    def forwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        heal(editor.connection, apps.get_app_config(app_label).get_models())

    return migrations.RunPython(forwards, migrations.RunPython.noop)


def heal(connection: BaseDatabaseWrapper, tables: Iterable[type[models.Model]]) -> int:
    """Bring the moments of these tables into the calendar and return how many rows that changed."""
    columns = {table: _moments(table) for table in tables if table._meta.managed and _moments(table)}
    queries = [
        sql.SQL("SELECT {} FROM {}").format(end, sql.Identifier(table._meta.db_table))
        for table, found in columns.items()
        for end in _ends(found)
    ]
    limits = {"floor": sql.Literal(FLOOR), "ceiling": sql.Literal(CEILING)}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits for the commit bars the way of ALTER TABLE
        cursor.execute(sql.SQL(_OUTSIDE).format(moments=sql.SQL(" UNION ").join(queries), **limits))
        changed = sum(_heal_table(cursor, table, found) for table, found in columns.items())
        cursor.execute("DROP TABLE outside_calendar")
    return changed


def _heal_table(cursor: Any, table: type[models.Model], columns: "list[models.Field[Any, Any]]") -> int:
    names = {
        "table": sql.Identifier(table._meta.db_table),
        "name": sql.Literal(table._meta.db_table),
        "moments": sql.SQL(", ").join(_ends(columns)),
        "healed": sql.SQL(", ").join(map(_healed, columns)),
    }
    cursor.execute(sql.SQL(_KEEP).format(**names))
    kept = int(cursor.rowcount)
    if kept:
        cursor.execute(sql.SQL(_HEAL).format(**names))
    return kept


def _moments(table: type[models.Model]) -> "list[models.Field[Any, Any]]":
    return [each for each in table._meta.fields if isinstance(each, models.DateTimeField | DateTimeRangeField)]


def _name(column: "models.Field[Any, Any]") -> sql.Composable:
    return sql.Identifier(str(column.column))


def _ends(columns: "list[models.Field[Any, Any]]") -> list[sql.Composable]:
    """Return the moments that the columns say: a range two."""
    return [sql.SQL(end).format(_name(column)) for column in columns for end in _templates(column)]


def _templates(column: "models.Field[Any, Any]") -> tuple[str, ...]:
    return ("lower({})", "upper({})") if isinstance(column, DateTimeRangeField) else ("{}",)


def _healed(column: "models.Field[Any, Any]") -> sql.Composable:
    """Return the assignment of what a column says instead."""
    put = [sql.SQL(_PUT).format(moments=end) for end in _ends([column])]
    value = sql.SQL(", ").join(put)
    if isinstance(column, DateTimeRangeField):
        value = sql.SQL("CASE WHEN isempty({0}) THEN {0} ELSE tstzrange({1}) END").format(_name(column), value)
    return sql.SQL("{} = {}").format(_name(column), value)
