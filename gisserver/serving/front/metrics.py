"""The front's own figures; `gisserver.common.figures` adds those of all processes up for `/metrics`. No Django here.

`gisserver_requests_total` counts what Django has answered, these what clients got, whoever answered.
"""

from bisect import bisect_left
from collections import Counter as Tally
from collections.abc import Sequence
from functools import cache

from prometheus_client import Counter, Histogram


class Durations(Histogram):
    """A histogram that takes many values at once."""

    def observe_all(self, values: Sequence[float]) -> None:
        """Observe all of ``values``: each bucket is added to once, which is what takes time."""
        self._sum.inc(sum(values))
        for bucket, count in Tally(bisect_left(self._upper_bounds, value) for value in values).items():
            self._buckets[bucket].inc(count)


ANSWERS = Counter("gisserver_answers_total", "Answers to clients", ["door", "method", "status"])
SECONDS = Durations(
    "gisserver_answer_seconds",
    "Time from a request's arrival to its answer",
    ["door"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
BYTES = Counter("gisserver_answer_bytes_total", "Bytes of bodies sent", ["door"])
DROPPED = Counter("gisserver_log_lines_dropped_total", "Lines of the request log that were dropped, not to wait")


def count(door: str, method: str, status: int, durations: Sequence[float], size: int) -> None:
    """Count answers that took ``durations`` (seconds) each and were of ``size`` bytes in all.

    ``door`` is a URL pattern, never a URL.
    """
    answers, seconds, sent = _of(door, method, status)
    answers.inc(len(durations))
    seconds.observe_all(durations)
    sent.inc(size)


@cache
def _of(door: str, method: str, status: int) -> tuple[Counter, Durations, Counter]:
    """Return the figures of a door, looked up once: that takes longer than counting."""
    return ANSWERS.labels(door, method, str(status)), SECONDS.labels(door), BYTES.labels(door)
