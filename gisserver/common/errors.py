"""What can go wrong in the domain, without a word of HTTP (`web/problems.py` holds the status table). Pure."""

from collections.abc import Mapping
from typing import Any

from gisserver.common.sentences import Sentence


class DomainError(Exception):
    """A refusal that a caller can act on.

    ``code`` is stable and machine-readable, ``detail`` says what to do (a Sentence where it has values, so that
    it can be shown in the reader's language), ``data`` carries the place (``geometry`` as GeoJSON in lon/lat) or the
    values concerned.
    """

    def __init__(self, code: str, detail: str, **data: Any) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail if isinstance(detail, Sentence) else Sentence(detail)
        self.data: Mapping[str, Any] = data


class Invalid(DomainError):
    """The input does not say what it must: a missing, malformed or out-of-range value."""


class NotFound(DomainError):
    """Nothing of that name is visible to this user."""


class NotAuthenticated(DomainError):
    """The request does not say who asks."""


class Forbidden(DomainError):
    """This user may not do this here."""


class Refused(DomainError):
    """The input is well formed, but a law of the domain forbids it."""


class Conflict(DomainError):
    """The world has changed since the caller looked."""


class Stale(DomainError):
    """The caller speaks of a version that is no longer the current one."""


class Unconditional(DomainError):
    """The caller doesn't say of which version it speaks."""


class NotAcceptable(DomainError):
    """None of the forms that the caller takes is spoken here."""


class TooLarge(DomainError):
    """More than one request may carry."""


class TooSlow(DomainError):
    """A request whose sender takes longer than anybody may."""


class TooMany(DomainError):
    """Asked too often; ``data`` says after how many seconds (``retry_after_s``) it may be asked again."""


class Unavailable(DomainError):
    """A part that this answer needs, usually the database, does not answer now."""
