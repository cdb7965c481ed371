"""Giving each of many rows its own values by one statement; Django's ``bulk_update`` spells out a case for each."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models
from psycopg import sql


def update_each(
    model: type[models.Model], values: Mapping[int, Mapping[str, Any]], columns: Sequence[str], *, changed_at: datetime
) -> None:
    """Give rows, by id, their values of these ``columns``, and all of them ``changed_at``.

    Values are as JSON holds them; a geometry is hexadecimal EWKB.
    """
    table = sql.Identifier(model._meta.db_table)
    sets = [sql.SQL("{0} = v.{0}").format(sql.Identifier(name)) for name in columns]
    statement = sql.SQL(
        "UPDATE {table} t SET {sets} FROM jsonb_populate_recordset(NULL::{table}, %s) v WHERE t.id = v.id"
    ).format(table=table, sets=sql.SQL(", ").join([*sets, sql.SQL("changed_at = %s")]))
    rows = json.dumps([{"id": pk, **said} for pk, said in values.items()])
    with connection.cursor() as cursor:
        cursor.execute(statement, [changed_at, rows])
