"""Locking a register: two imports of the same source would each find the other's rows missing, and double them.

The lock is an advisory lock of the transaction. It comes before any other lock, and the partition lock after it.
"""

from datetime import datetime

from django.db import connection

from gisserver.common.db.clock import database_now


def take_turn(register: str, source: str) -> datetime:
    """Wait until nobody else imports this register of this source, and keep others waiting until the commit.

    Returns the database's time after the wait: what the one before has written began before it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(%s))", [f"import.{register}", source])
    return database_now()
