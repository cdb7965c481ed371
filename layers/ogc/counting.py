"""How many features match: counted once for each version of what is counted, and not at all where that is dear."""

from django.conf import settings
from django.db import connection

from gisserver.common.lru import Memory
from layers.registry import Rows

# Counts, and None for what was found too dear, by the key of what is counted and its version.
_counts: Memory[tuple[int | None]] = Memory(20_000)


def matched(rows: Rows, *, key: str, version: int | None) -> int | None:
    """Return how many ``rows`` there are, None where the database reckons that counting costs more than `COUNT_COST`.

    ``key`` says all that decides what is counted but the state of the data, which ``version`` (looked up before) says;
    without a version nothing is kept.
    """
    kept = None if version is None else _counts.get((key, version))
    if kept is not None:
        return kept[0]
    count = _counted(rows)
    if version is not None:
        _counts.keep((key, version), (count,))
    return count


def _counted(rows: Rows) -> int | None:
    """Return how many rows there are, None if the planner's estimate for reading them is above the bound.

    Its units are those of seq_page_cost = 1.
    """
    statement, params = rows.order_by().values(rows.model._meta.pk.name).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", params)
        [(plan,)] = cursor.fetchall()
        if plan[0]["Plan"]["Total Cost"] > settings.COUNT_COST:
            return None
        cursor.execute(f"SELECT count(*) FROM ({statement}) AS matching", params)  # noqa: S608 - compiled by Django
        [(count,)] = cursor.fetchall()
    return int(count)


def forget() -> None:
    """Forget all counts."""
    _counts.clear()
