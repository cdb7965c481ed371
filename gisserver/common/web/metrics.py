"""Counts and times every request by door, for `/metrics`."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

REQUESTS = Counter("gisserver_requests_total", "Requests answered", ["door", "method", "status"])
SECONDS = Histogram(
    "gisserver_request_seconds",
    "Time to answer",
    ["door"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


class MetricsMiddleware:
    """The door is the URL pattern, never the URL: figures must not grow with what is asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then count."""
        begun = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        door = f"/{match.route}" if match else "unknown"
        REQUESTS.labels(door, request.method or "", str(response.status_code)).inc()
        SECONDS.labels(door).observe(time.perf_counter() - begun)
        return response
