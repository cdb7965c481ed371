"""Counts and times every request by door, for `/metrics`."""

from functools import cache

from prometheus_client import Counter

from gisserver.common.figures import RequestFigures
from gisserver.common.observation import Observation

REQUESTS = RequestFigures(
    ("gisserver_requests_total", "Requests answered"), ("gisserver_request_seconds", "Time to answer")
)
STATEMENTS = Counter("gisserver_statements_total", "Statements asked of the database", ["door"])
DATABASE_SECONDS = Counter("gisserver_database_seconds_total", "Time that the database took", ["door"])


def count(observation: Observation, method: str, status: int, seconds: float) -> None:
    """Count a request."""
    door = observation.door()
    REQUESTS.count(door, method, status, [seconds])
    statements, database = _of(door)
    statements.inc(observation.statements)
    database.inc(observation.database_s)


@cache
def _of(door: str) -> tuple[Counter, Counter]:
    """Return the figures of a door, looked up once: that takes longer than counting."""
    return STATEMENTS.labels(door), DATABASE_SECONDS.labels(door)
