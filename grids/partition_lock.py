"""The partition lock: whoever asks for the grid of a place keeps the partition as it is until the commit (law 3).

Else an incident recorded while a redraw is being published could be placed by the old borders, unseen by the publisher.
Many readers share the lock; a publisher takes it alone, and waits for them as they for it. Both hold it to the end of
their transaction.
"""

from django.db import connection

_NAME = "grids.partition"


def keep_partition() -> None:
    """Let nobody publish until this transaction ends; waits for a publisher who is at it."""
    _take("SELECT pg_advisory_xact_lock_shared(hashtext(%s))")


def change_partition() -> None:
    """Wait for all who rely on the partition, and keep others waiting until this transaction ends."""
    _take("SELECT pg_advisory_xact_lock(hashtext(%s))")


def _take(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [_NAME])
