"""The outermost middleware: what each request was and what it cost, for the log, the figures and the traces."""

import time
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from django.conf import settings
from django.core.signals import request_finished
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.functional import LazyObject
from prometheus_client import Counter

from gisserver.common import observation as observing
from gisserver.common import traces
from gisserver.common.access import security
from gisserver.common.access.credentials.sign_ins import client_address
from gisserver.common.db import pool_figures, statements
from gisserver.common.figures import RequestFigures
from gisserver.common.observation import (
    ENVIRON_ID,
    ENVIRON_OBSERVATION,
    HEADER,
    ID_HEADER,
    UNKNOWN_DOOR,
    Observation,
    method_of,
    request_id,
)

REQUESTS = RequestFigures(
    ("gisserver_requests_total", "Requests answered"), ("gisserver_request_seconds", "Time to answer")
)
STATEMENTS = Counter("gisserver_statements_total", "Statements asked of the database", ["door"])
DATABASE_SECONDS = Counter("gisserver_database_seconds_total", "Time that the database took", ["door"])


class ObservedMiddleware:
    """Observes each request; tells the front in a header, or gives the id back itself where there is no front."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        request_finished.connect(answered)
        connection_created.connect(pool_figures.keep_sampling)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then tell what it took."""
        began = time.perf_counter()
        statements.watch()
        method = method_of(request.method or "")
        observation = _observation_of(request)
        observing.begin(observation)
        if settings.TRACES:
            traces.begin_request(observation, request.headers, method=method)
        response = self.get_response(request)
        if response.status_code == 403:
            security.note(security.Kind.PERMISSION_REFUSED, security.Outcome.REFUSED, code=observation.code or None)
        if observation.span is not None:
            traces.name_request(observation, method=method, status=response.status_code)
        count(observation, method, response.status_code, time.perf_counter() - began)
        if ENVIRON_ID in request.META:
            response[HEADER] = observation.header()
        else:
            response[ID_HEADER] = observation.request_id
        return response


def count(observation: Observation, method: str, status: int, seconds: float) -> None:
    """Count a request for `/metrics`."""
    door = observation.door()
    REQUESTS.count(door, method, status, [seconds])
    statements_of, database_of = _figures_of(door)
    statements_of.inc(observation.statements)
    database_of.inc(observation.database_s)


@cache
def _figures_of(door: str) -> tuple[Counter, Counter]:
    """Return the figures of a door, looked up once: that takes longer than counting."""
    return STATEMENTS.labels(door), DATABASE_SECONDS.labels(door)


def answered(**_: Any) -> None:
    """End the observation: the body has been sent too. A receiver of Django's `request_finished`."""
    observation = observing.current()
    if observation is None:
        return
    if observation.span is not None:
        traces.end_request(observation)
    observing.end()


def _observation_of(request: HttpRequest) -> Observation:
    given = request.META.get(ENVIRON_ID) or request_id(request.headers.get(ID_HEADER), trusted=settings.BEHIND_PROXY)
    observation = Observation(
        request_id=given,
        door=partial(door_of, request),
        user=partial(user_id_of, request),
        address=partial(client_address, request),
    )
    request.META[ENVIRON_OBSERVATION] = observation
    return observation


def door_of(request: HttpRequest) -> str:
    """Return the URL pattern that a request came to, also when it was refused before Django looked for one."""
    if request.path_info.startswith(settings.STATIC_URL):
        return f"{settings.STATIC_URL}<path>"
    try:
        match = request.resolver_match or resolve(request.path_info)
    except Resolver404:
        return UNKNOWN_DOOR
    return f"/{match.route}"


def user_id_of(request: HttpRequest) -> int | None:
    """Return the id of the user, if the request has been found to be somebody's; reads no session by itself."""
    user: Any = request.__dict__.get("user")
    if isinstance(user, LazyObject):
        user = getattr(request, "_cached_user", None)
    found: int | None = getattr(user, "pk", None)
    return found
