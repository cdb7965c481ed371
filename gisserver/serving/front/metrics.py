"""The front's own figures; `gisserver.common.figures` adds those of all processes up for `/metrics`. No Django here.

`gisserver_requests_total` counts what Django has answered, these what clients got, whoever answered.
"""

from functools import cache

from prometheus_client import Counter, Histogram

ANSWERS = Counter("gisserver_answers_total", "Answers to clients", ["door", "method", "status"])
SECONDS = Histogram(
    "gisserver_answer_seconds",
    "Time from a request's arrival to its answer",
    ["door"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
BYTES = Counter("gisserver_answer_bytes_total", "Bytes of bodies sent", ["door"])
DROPPED = Counter("gisserver_log_lines_dropped_total", "Lines of the request log that were dropped, not to wait")


def count(*, door: str, method: str, status: int, ms: float, size: int) -> None:
    """Count an answer of ``size`` bytes that took ``ms`` milliseconds; ``door`` is a URL pattern, never a URL."""
    answers, seconds, sent = _of(door, method, status)
    answers.inc()
    seconds.observe(ms / 1000)
    sent.inc(size)


@cache
def _of(door: str, method: str, status: int) -> tuple[Counter, Histogram, Counter]:
    """Return the figures of a door, looked up once: that takes longer than counting."""
    return ANSWERS.labels(door, method, str(status)), SECONDS.labels(door), BYTES.labels(door)
