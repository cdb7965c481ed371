"""The statement that a request is waiting for, so that it can be ended when nobody waits any more."""

import contextlib
import threading
from typing import Any

import psycopg
from django.db import connections

CANCEL_S = 1.0


class RunningRequest:
    """One request that a thread is working on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wrapper: Any = None
        self.gone = False

    def __enter__(self) -> "RunningRequest":
        """Note the connection of the thread that begins the work."""
        self._wrapper = connections["default"]
        return self

    def __exit__(self, *error: object) -> None:
        """The work is done: what the thread asks from now on is another request's."""
        with self._lock:
            self._wrapper = None

    def cancel(self) -> None:
        """Nobody waits any more: end the statement that the work is waiting for, if any; from another thread."""
        with self._lock:
            self.gone = True
            raw = self._wrapper.connection if self._wrapper is not None else None
            if raw is not None and not raw.closed:
                with contextlib.suppress(psycopg.Error):  # the database is away, and the statement with it
                    raw.cancel_safe(timeout=CANCEL_S)
