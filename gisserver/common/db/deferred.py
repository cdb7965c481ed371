"""Checks that the database puts off to the commit: foreign keys, and the constraint triggers of the laws."""

from django.db import connection


def check_now() -> None:
    """Have the database make the checks now, where a refusal still has an answer; those of later writes wait again.

    It comes before ALTER TABLE and DROP TRIGGER too, which refuse while a check waits.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
