"""The one clock of what is stored and judged: the database's. A web server's own clock may be wrong."""

from datetime import UTC, datetime

from django.db import connection


def database_now() -> datetime:
    """Return the database's time at this instant, not that of the transaction's beginning."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row = cursor.fetchone()
    moment: datetime = row[0]
    return moment


def server_now() -> datetime:
    """Return this process's time, for what only says when an answer was written."""
    return datetime.now(UTC)  # noqa: TID251
