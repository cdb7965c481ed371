"""What the server's own log keeps of the database's errors: the sentence, not the rows that it quotes (law 7)."""

import logging

import psycopg
from django.db import DatabaseError


class WithoutRows(logging.Filter):
    """Cuts the database's errors to their first line: the lines below quote rows, names and phones among them."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Cut the error of a record, and those that it came from."""
        error = record.exc_info[1] if record.exc_info else None
        while error is not None:
            if isinstance(error, DatabaseError | psycopg.Error):
                error.args = (str(error).partition("\n")[0],)
            error = error.__cause__ or error.__context__
        return True
