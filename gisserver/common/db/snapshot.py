"""Reading several things as they were at one instant, whatever is being committed meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_look() -> Iterator[None]:
    """Let all statements of the block see one state of the database, and write nothing.

    Else an answer that takes two statements could be half of before a redraw was published and half of after. In a
    transaction that has begun already, its own sight holds.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
