"""Turn DATABASE_URL, or the home's own cluster when it is unset, into Django's DATABASES entry."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ENGINE = "gisserver.common.db.backend"


# What PostgreSQL ends by itself (milliseconds), by the kind of process that asks: a statement, the wait for a lock, a
# transaction that stands still. A web server's user would rather be refused than wait, and his neighbours with him; a
# streamed answer is many statements (one for each FETCH); a job may take its time; an operator's command has no limits.
LIMITS_MS: dict[str, dict[str, int]] = {
    "web": {"statement_timeout": 15_000, "lock_timeout": 5_000, "idle_in_transaction_session_timeout": 60_000},
    "job": {"lock_timeout": 60_000, "idle_in_transaction_session_timeout": 600_000},
    "command": {},
}


# How long a web server's thread keeps its connection: PostgreSQL's process grows with what it has planned and cached.
KEPT_S = 600


def database_from_url(url: str, *, home: Path, process: str = "command") -> dict[str, Any]:
    """Return the DATABASES entry for ``url`` (``postgres://user:password@host:port/name?option=value``).

    An empty ``url`` means the embedded cluster: the file ``home/database_url`` that the runtime writes
    when it starts the cluster names its socket and port. Without either, a socket in the home is assumed,
    so that settings can always be imported. ``process`` (a key of `LIMITS_MS`) sets the limits of every statement.
    Raises ImproperlyConfigured for another scheme or process.
    """
    if not url:
        written = home / "database_url"
        url = written.read_text().strip() if written.exists() else "postgres:///gisserver"
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql", "postgis"}:
        raise ImproperlyConfigured(f"DATABASE_URL must begin with postgres://, not {parts.scheme}://")
    query = dict(parse_qsl(parts.query))
    # Compiling a statement takes longer than most tiles take to be made.
    query.setdefault("options", "-c jit=off")
    if process not in LIMITS_MS:
        raise ImproperlyConfigured(f"GISSERVER_PROCESS must be one of {', '.join(LIMITS_MS)}, not {process!r}")
    query["options"] += "".join(f" -c {name}={limit}" for name, limit in LIMITS_MS[process].items())
    # With a connection for each request a tile pays for it each time: 27 times slower (docs/adr/0005). A web server's
    # few threads keep theirs, which costs a request a sixth less than a pool; a job's come and go, and share a pool. A
    # command needs but one, and fails at once when there is none to be had.
    if process == "web":
        query.setdefault("connect_timeout", "3")
        # To start a process that helps takes longer than the statement (125 of 127 ms on a page of incidents), which
        # PostgreSQL does not see: what it takes for costly are functions of geometry.
        query["options"] += " -c max_parallel_workers_per_gather=0"
    pool = {"min_size": 1, "max_size": 8, "timeout": 3, "reconnect_timeout": 5}
    return {
        "ENGINE": ENGINE,
        "NAME": unquote(parts.path.lstrip("/")) or "gisserver",
        "USER": unquote(parts.username or query.pop("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        # A socket directory comes as ?host=/path, as libpq writes it.
        "HOST": query.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": {"pool": pool, **query} if process == "job" else query,
        "CONN_MAX_AGE": KEPT_S if process == "web" else 0,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
    }
