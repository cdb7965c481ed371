"""Spans of a request and of its statements reach an OpenTelemetry collector, over real HTTP; without one, nothing."""

import builtins
import importlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.test import Client
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from gisserver.common import traces
from gisserver.common.access.roles import Role
from tests.factories import community_of
from tests.redrawing import signed_in

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


class Collector(HTTPServer):
    """Takes what an exporter sends, as a collector does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.received: list[tuple[str, ExportTraceServiceRequest]] = []

    def spans(self) -> list[Any]:
        """Send what waits; return all spans received."""
        traces.close()
        resources = [resource for _, each in self.received for resource in each.resource_spans]
        return [span for resource in resources for scope in resource.scope_spans for span in scope.spans]


class Taking(BaseHTTPRequestHandler):
    """One POST."""

    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, ExportTraceServiceRequest.FromString(body)))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def collector(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    with Collector() as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
        settings.TRACES = True
        yield server
        traces.close()
        server.shutdown()
        thread.join()


def attributes(span: Any) -> dict[str, Any]:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


def test_a_request_is_a_span_with_its_door_and_status(laws: None, collector: Collector) -> None:
    li = signed_in("li", Role.COLLECTOR, community_of("AB"))
    answer = li.get("/api/grids/A/?at=2026-01-01")
    [span] = [each for each in collector.spans() if each.name == "GET /api/grids/<str:code>/"]
    assert attributes(span) == {
        "http.request.method": "GET",
        "http.route": "/api/grids/<str:code>/",
        "http.response.status_code": answer.status_code,
        "gisserver.request_id": answer["X-Request-Id"],
    }
    assert {path for path, _ in collector.received} == {"/v1/traces"}


def test_its_statements_are_spans_below_it_without_values(laws: None, collector: Collector) -> None:
    signed_in("li", Role.COLLECTOR, community_of("AB")).get("/api/grids/A/")
    spans = collector.spans()
    [request] = [each for each in spans if not each.parent_span_id]
    below = [each for each in spans if each.parent_span_id == request.span_id]
    assert len(below) == len(spans) - 1 >= 2
    assert {each.trace_id for each in below} == {request.trace_id}
    texts = [str(attributes(each)["db.query.text"]) for each in below]
    assert any(text.startswith("SELECT") and "grids_grid" in text for text in texts)
    assert not any("'" in text for text in texts)


@pytest.mark.django_db
def test_a_proxy_of_ours_is_the_parent_and_nobody_else(collector: Collector, settings: Any) -> None:
    given = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
    Client().get("/healthz", headers=given)
    settings.BEHIND_PROXY = True
    Client().get("/healthz", headers=given)
    stranger, proxied = collector.spans()
    assert stranger.trace_id.hex() != TRACE
    assert (proxied.trace_id.hex(), proxied.parent_span_id.hex()) == (TRACE, PARENT)


@pytest.mark.django_db
def test_a_server_s_own_error_is_marked(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gisserver.views.JsonResponse", lambda _: 1 / 0)
    Client(raise_request_exception=False).get("/healthz")
    [span] = collector.spans()
    assert (span.status.code, attributes(span)["http.response.status_code"]) == (2, 500)


@pytest.mark.django_db
def test_without_a_collector_nothing_of_opentelemetry_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def watched(name: str, *given: Any) -> Any:
        asked.append(name.partition(".")[0])
        return real(name, *given)

    real = builtins.__import__
    monkeypatch.setattr("builtins.__import__", watched)
    importlib.reload(traces)
    Client().get("/readyz")
    assert "time" in asked and "opentelemetry" not in asked
