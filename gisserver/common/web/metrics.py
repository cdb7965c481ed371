"""Counts and times every request by door, for `/metrics`."""

from functools import cache

from prometheus_client import Counter, Histogram

from gisserver.common.observation import Observation

REQUESTS = Counter("gisserver_requests_total", "Requests answered", ["door", "method", "status"])
SECONDS = Histogram(
    "gisserver_request_seconds",
    "Time to answer",
    ["door"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
STATEMENTS = Counter("gisserver_statements_total", "Statements asked of the database", ["door"])
DATABASE_SECONDS = Counter("gisserver_database_seconds_total", "Time that the database took", ["door"])


def count(observation: Observation, method: str, status: int, seconds: float) -> None:
    """Count a request. The door is the URL pattern, never the URL: figures must not grow with what is asked."""
    requests, took, statements, database = _of(observation.door(), method, status)
    requests.inc()
    took.observe(seconds)
    statements.inc(observation.statements)
    database.inc(observation.database_s)


@cache
def _of(door: str, method: str, status: int) -> tuple[Counter, Histogram, Counter, Counter]:
    """Return the figures of a door, looked up once: that takes longer than counting."""
    labelled = REQUESTS.labels(door, method, str(status))
    return labelled, SECONDS.labels(door), STATEMENTS.labels(door), DATABASE_SECONDS.labels(door)
