"""The front's own figures; `gisserver.common.figures` adds those of all processes up for `/metrics`. No Django here.

`gisserver_requests_total` counts what Django has answered, these what clients got, whoever answered.
"""

from functools import cache

from prometheus_client import Counter

from gisserver.common.figures import RequestFigures

ANSWERS = RequestFigures(
    ("gisserver_answers_total", "Answers to clients"),
    ("gisserver_answer_seconds", "Time from a request's arrival to its answer"),
)
BYTES = Counter("gisserver_answer_bytes_total", "Bytes of bodies sent", ["door"])
DROPPED = Counter("gisserver_log_lines_dropped_total", "Lines of the request log that were dropped, not to wait")

bytes_of = cache(BYTES.labels)
