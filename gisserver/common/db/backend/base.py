"""The database wrapper of this backend; Django imports it by this module's name."""

import select

from django.contrib.gis.db.backends.postgis import base
from psycopg.pq import TransactionStatus


class DatabaseWrapper(base.DatabaseWrapper):
    """Keeps a thread's connection from request to request, and looks at its socket before it is used again."""

    def is_usable(self) -> bool:
        """Whether the server still answers on this connection.

        Django asks the server each time, which costs a request more than most of its own statements. A server that has
        gone says so on the socket; an idle connection on which nothing has been sent is as it was left. Where anything
        is there to be read, or was left unfinished, the server is asked.
        """
        raw = self.connection
        if raw is None or raw.closed:
            return False
        idle = raw.pgconn.transaction_status == TransactionStatus.IDLE
        return (idle and not _has_something_to_read(raw.fileno())) or bool(super().is_usable())


def _has_something_to_read(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
