"""Figures of each process's pool of database connections, looked at every few seconds by a thread of its own."""

import os
import threading
import time
from typing import Any

from django.db import connections
from prometheus_client import Counter, Gauge

INTERVAL_S = 5.0
# What psycopg_pool tells (`get_stats`), by our name for it. A process that has ended has no connections.
_GAUGES = {
    "pool_size": Gauge("gisserver_pool_connections", "Connections to the database", multiprocess_mode="livesum"),
    "pool_available": Gauge("gisserver_pool_idle", "Connections that nobody uses", multiprocess_mode="livesum"),
    "requests_waiting": Gauge("gisserver_pool_waiting", "Who waits for a connection", multiprocess_mode="livesum"),
}
_COUNTERS = {
    "requests_num": Counter("gisserver_pool_requests_total", "Connections asked for"),
    "requests_queued": Counter("gisserver_pool_queued_total", "Connections that had to be waited for"),
    "requests_wait_ms": Counter("gisserver_pool_wait_milliseconds_total", "Time waited for connections"),
    "requests_errors": Counter("gisserver_pool_errors_total", "Connections waited for in vain"),
}


class Sampler:
    """Copies what a pool tells into the figures."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._before: dict[str, int] = {}

    def sample(self) -> None:
        """Copy it once: gauges as they are, counters by what has been added since the last time."""
        stats: dict[str, int] = self._pool.get_stats()
        for name, gauge in _GAUGES.items():
            gauge.set(stats.get(name, 0))
        for name, counter in _COUNTERS.items():
            counter.inc(stats.get(name, 0) - self._before.get(name, 0))
        self._before = stats

    def run(self) -> None:
        """Copy it every few seconds, as long as the process lives."""
        while True:
            self.sample()
            time.sleep(INTERVAL_S)


_lock = threading.Lock()
_sampled_in = 0


def keep_sampling(**_: Any) -> None:
    """See that this process's pool is looked at; a receiver of Django's `connection_created`.

    The thread begins with the first connection, for a fork takes no thread along.
    """
    global _sampled_in
    if _sampled_in == os.getpid():
        return
    with _lock:
        database: Any = connections["default"]
        pool = None if _sampled_in == os.getpid() else database.pool
        _sampled_in = os.getpid()
    if pool is not None:
        threading.Thread(target=Sampler(pool).run, name="pool-figures", daemon=True).start()
