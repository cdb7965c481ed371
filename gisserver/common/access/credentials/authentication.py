"""The user of a request: DRF takes the one that the middleware has already recognised."""

from typing import Any

from django.http import HttpRequest
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


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


def challenge(request: HttpRequest) -> str:
    """Return the WWW-Authenticate value of a 401.

    A page's own fetch must not make the browser ask for a password in a box of its own,
    so only clients that are not browsers (QGIS, GDAL, geopy) are offered Basic.
    """
    from_browser = "Sec-Fetch-Mode" in request.headers
    return 'Bearer realm="gisserver"' if from_browser else 'Basic realm="gisserver", charset="UTF-8"'


def user_id(request: Request | HttpRequest) -> int:
    """Return the id of the user who asks; the view's permission has let nobody else in."""
    assert request.user.pk is not None  # noqa: S101
    return int(request.user.pk)


def demand_csrf_token(request: HttpRequest) -> None:
    """Raise PermissionDenied for a session's request without its CSRF token, where DRF isn't there to ask for it."""
    if not getattr(request, "by_token", False):
        RequestUserAuthentication().enforce_csrf(Request(request))
