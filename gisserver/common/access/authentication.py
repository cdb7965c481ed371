"""DRF takes the user that the middleware has already recognised."""

from typing import Any

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from gisserver.common.web.problems import challenge


class RequestUserAuthentication(SessionAuthentication):
    """The session's or the token's user; a session also needs the CSRF token, a bearer token does not."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """Return the user of the underlying request, or None for a visitor."""
        inner = request._request
        user = getattr(inner, "user", None)
        if user is None or not user.is_active:
            return None
        if not getattr(inner, "by_token", False):
            self.enforce_csrf(request)
        return user, None

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that DRF answers 401 and not 403."""
        return challenge(request._request)
