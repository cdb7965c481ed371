"""Errors as `application/problem+json` (RFC 9457): the one table from error to status, and its two doors."""

import logging
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, get_language_from_request, gettext, override
from psycopg_pool import PoolTimeout
from rest_framework import exceptions as drf

from gisserver.common import errors
from gisserver.common import observation as observing
from gisserver.common.access.credentials.authentication import challenge
from gisserver.common.db.sql import LOCK_TIMEOUT, LOCKED
from gisserver.common.problem_documents import (
    CONTENT_TYPE,
    DATABASE_AWAY,
    INTERNAL_ERROR,
    RETRY_AFTER_S,
    TITLES,
    UNTITLED,
    document,
    status_of,
)
from gisserver.common.sentences import Sentence

logger = logging.getLogger(__name__)


# What both API descriptions, REST and OGC, say of a problem document.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. `code` is stable and says what is wrong (docs/errors.md); other members say where.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
    },
}

# What has which status besides the errors of the domain; the most specific class comes first.
STATUS: dict[type[Exception], tuple[int, str]] = {
    RequestDataTooBig: (413, "too_large"),
    BadRequest: (400, "invalid"),
    SuspiciousOperation: (400, "invalid"),
    PermissionDenied: (403, "forbidden"),
    Http404: (404, "not_found"),
    ObjectDoesNotExist: (404, "not_found"),
    RecursionError: (400, "too_deep"),
    PoolTimeout: (503, "database_unavailable"),
    OperationalError: (503, "database_unavailable"),
    InterfaceError: (503, "database_unavailable"),
}
# What PostgreSQL's limits refuse (too many columns, too complex a statement) will not go through later either.
PROGRAM_LIMIT = "54"
# What DRF raises keeps DRF's status; only the code is ours.
DRF_CODES = {
    400: "invalid",
    401: "not_authenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
}
# What PostgreSQL ends by itself (settings/database.py), by its SQLSTATE.
ENDED: dict[str, tuple[str, Sentence]] = {
    "57014": ("query_timeout", Sentence("This took longer than one request may; ask for less at once, or later.")),
    **dict.fromkeys(LOCKED, LOCK_TIMEOUT),
    "25P03": ("client_too_slow", Sentence("The answer was not read in time; ask again, and read it without a pause.")),
}


def problem_body(status: int, code: str, detail: str, **data: Any) -> dict[str, Any]:
    """Return the members of a problem document, written in the language that is active (the request's, in a request).

    ``data`` never replaces the standard members.
    """
    return document(gettext, status, code, detail, **data)


def problem_of(error: Exception) -> dict[str, Any] | None:
    """Return the problem document of ``error``, or None when it is a defect of ours rather than an answer."""
    if isinstance(error, drf.APIException):
        return _problem_of_drf(error)
    if isinstance(error, OperationalError) and _sqlstate(error).startswith(PROGRAM_LIMIT):
        return problem_body(
            400, "beyond_database_limits", Sentence("This asks more of the database than it can do at once.")
        )
    if isinstance(error, DatabaseError) and _sqlstate(error) in ENDED:
        return problem_body(503, *ENDED[_sqlstate(error)])
    if isinstance(error, errors.DomainError):
        return problem_body(status_of(error), error.code, error.detail, **error.data)
    for kind, (status, code) in STATUS.items():
        if isinstance(error, kind):
            detail = DATABASE_AWAY if status == 503 else (str(error) or TITLES[status])
            return problem_body(status, code, detail)
    return None


def _sqlstate(error: Exception) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""


def _problem_of_drf(error: drf.APIException) -> dict[str, Any]:
    code = DRF_CODES.get(error.status_code, "error")
    if isinstance(error, drf.ValidationError):
        return problem_body(
            400, "invalid", Sentence("Some values are missing or wrong; see `errors`."), errors=error.detail
        )
    return problem_body(error.status_code, code, str(error.detail))


def problem_response(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    """Render a problem document with the headers its status calls for."""
    status = body["status"]
    if (observation := observing.current()) is not None:
        observation.code = body["code"]
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False}, content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = get_language()
    patch_vary_headers(response, ["Accept-Language"])
    if status == 401:
        response["WWW-Authenticate"] = challenge(request)
    if status in {429, 503}:
        response["Retry-After"] = str(body.get("retry_after_s", RETRY_AFTER_S))
    return response


def drf_exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Answer for an exception that a DRF view raised; None lets a defect go on to the middleware.

    The answer is JSON whatever the view's own renderers are.
    """
    body = problem_of(error)
    if body is None:
        return None
    response = problem_response(context["request"]._request, body)
    allowed = getattr(error, "allowed_methods", None)
    if allowed:
        response["Allow"] = ", ".join(allowed)
    return response


def unhandled_problem(request: HttpRequest, error: Exception) -> HttpResponse:
    """Log a defect with its traceback and answer 500 without telling the caller what broke inside."""
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem_response(
        request,
        problem_body(500, "internal_error", INTERNAL_ERROR),
    )


def failed_problem(request: HttpRequest) -> HttpResponse:
    """Answer for the exception that another middleware raised: Django's ``handler500`` meets it first."""
    error = sys.exc_info()[1]
    body = problem_of(error) if isinstance(error, Exception) else None
    if body is None:
        return unhandled_problem(request, error if isinstance(error, Exception) else RuntimeError("unknown"))
    return problem_response(request, body)


class ProblemMiddleware:
    """Whatever fails inside becomes a problem document, never an HTML 500.

    Pages for people (the map, login, the admin) keep Django's own error pages.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; turn a plain-text error of Django's own into a problem document.

        The language is chosen here, before anything can fail.
        """
        with override(get_language_from_request(request)):
            return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return self.process_exception(request, errors.Invalid("nul_character", "No name holds a NUL character."))
        response = self.get_response(request)
        if response.status_code >= 400 and _for_machines(request) and not _is_problem(response):
            return self._translate(request, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse:
        """Answer for an exception that a plain Django view raised."""
        body = problem_of(error)
        if body is None:
            if settings.DEBUG_PROPAGATE_EXCEPTIONS:
                raise error
            return unhandled_problem(request, error)
        return problem_response(request, body)

    @staticmethod
    def _translate(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        status = response.status_code
        code = DRF_CODES.get(status, "internal_error" if status >= 500 else "error")
        problem = problem_response(request, problem_body(status, code, TITLES.get(status, UNTITLED)))
        if response.has_header("Allow"):
            problem["Allow"] = response["Allow"]
        return problem


def _is_problem(response: HttpResponse) -> bool:
    return "json" in response.get("Content-Type", "") or response.streaming


def _for_machines(request: HttpRequest) -> bool:
    doors = ("/api/", "/ogc", "/tiles/", "/rasters/", "/styles/", "/geocode/", "/open311/", "/packs/", "/arcgis/")
    return request.path_info.startswith(doors)
