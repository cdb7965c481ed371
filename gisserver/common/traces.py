"""OpenTelemetry: a span for each request and each statement, where `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector.

Without it nothing of OpenTelemetry is loaded, and nobody calls what follows. Its own variables (`OTEL_SERVICE_NAME`,
`OTEL_TRACES_SAMPLER`, …) hold.
"""

import time
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings

from gisserver.common.observation import Observation

SERVICE = "gisserver"


@cache
def _tracer() -> Any:
    """Return the tracer of this process; its exporter has a thread of its own, so made where requests are answered."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import OTELResourceDetector, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    named = Resource({"service.name": SERVICE}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=named)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer(SERVICE)


def begin_request(observation: Observation, headers: Mapping[str, str], *, method: str) -> None:
    """Begin the span of a request, below that of a proxy of ours that says so (W3C Trace Context)."""
    from opentelemetry.trace import SpanKind
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier = {name: headers.get(name, "") for name in ("traceparent", "tracestate")} if settings.BEHIND_PROXY else {}
    observation.span = _tracer().start_span(
        method,
        context=TraceContextTextMapPropagator().extract(carrier),
        kind=SpanKind.SERVER,
        attributes={"http.request.method": method, "gisserver.request_id": observation.request_id},
    )


def name_request(observation: Observation, *, method: str, status: int) -> None:
    """Say which door the request came to, and how it was answered."""
    span, door = observation.span, observation.door()
    span.update_name(f"{method} {door}")
    span.set_attributes({"http.route": door, "http.response.status_code": status})
    if status >= 500:
        from opentelemetry.trace import StatusCode

        span.set_status(StatusCode.ERROR)


def end_request(observation: Observation) -> None:
    """End the span of a request that has been answered to the last byte."""
    observation.span.end()


def statement(observation: Observation, text: str, *, seconds: float, rows: int) -> None:
    """Record the span of a statement that has just ended; ``text`` holds no values."""
    from opentelemetry.trace import SpanKind, set_span_in_context

    ended = time.time_ns()
    verb = text.partition(" ")[0].upper()
    span = _tracer().start_span(
        verb,
        context=set_span_in_context(observation.span),
        kind=SpanKind.CLIENT,
        start_time=ended - round(seconds * 1e9),
        attributes={
            "db.system.name": "postgresql",
            "db.operation.name": verb,
            "db.query.text": text,
            "db.response.returned_rows": max(rows, 0),
        },
    )
    span.end(end_time=ended)


def close() -> None:
    """Send what has been recorded and stop; for a process that ends without Python's own `atexit`."""
    if settings.TRACES:
        _tracer().span_processor.shutdown()
        _tracer.cache_clear()
