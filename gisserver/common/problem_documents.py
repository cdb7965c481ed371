"""Problem documents (RFC 9457) of the domain's errors: which status each has, and the members. Pure."""

from collections.abc import Callable
from typing import Any, Final

from gisserver.common import errors
from gisserver.common.sentences import Sentence, translated

CONTENT_TYPE: Final = "application/problem+json"
RETRY_AFTER_S: Final = "5"

# The one place that knows which of our errors has which status.
STATUS: Final[dict[type[errors.DomainError], int]] = {
    errors.Invalid: 400,
    errors.NotFound: 404,
    errors.NotAuthenticated: 401,
    errors.Forbidden: 403,
    errors.Refused: 422,
    errors.Conflict: 409,
    errors.Stale: 412,
    errors.TooSlow: 408,
    errors.NotAcceptable: 406,
    errors.TooLarge: 413,
    errors.Unconditional: 428,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}
TITLES: Final = {
    400: Sentence("Bad request"),
    401: Sentence("Login required"),
    403: Sentence("Forbidden"),
    404: Sentence("Not found"),
    405: Sentence("Method not allowed"),
    406: Sentence("Not acceptable"),
    408: Sentence("Request timeout"),
    409: Sentence("Conflict"),
    412: Sentence("Precondition failed"),
    413: Sentence("Too large"),
    415: Sentence("Unsupported media type"),
    422: Sentence("Refused"),
    428: Sentence("Precondition required"),
    429: Sentence("Too many requests"),
    500: Sentence("Internal error"),
    503: Sentence("Unavailable"),
}
UNTITLED: Final = Sentence("Error")
DATABASE_AWAY: Final = Sentence("The database does not answer now; try again in a few seconds.")
INTERNAL_ERROR: Final = Sentence("The server met an error of its own; it has been logged.")


def document(gettext: Callable[[str], str], status: int, code: str, detail: str, **data: Any) -> dict[str, Any]:
    """Return the members of a problem document, as ``gettext`` translates them.

    ``data`` never replaces the standard members.
    """
    standard = {"type": "about:blank", "title": TITLES.get(status, UNTITLED), "status": status}
    document: dict[str, Any] = translated({**data, **standard, "code": code, "detail": detail}, gettext)
    return document


def status_of(error: errors.DomainError) -> int:
    """Return the status that an error of the domain has."""
    return next(status for kind, status in STATUS.items() if isinstance(error, kind))
