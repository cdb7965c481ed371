"""Who asks: `Authorization: Bearer TOKEN`, or Basic with the token as password (QGIS, GDAL, geopy).

Below `/arcgis/` also as Esri's clients say it: a header of theirs, or a parameter ``token``.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from gisserver.common.access.credentials import recheck, sign_ins, tokens
from gisserver.common.access.models import SignInKind
from gisserver.common.errors import NotAuthenticated

ESRI = "/arcgis/"


class TokenMiddleware:
    """Sets ``request.user`` from a token; a token that is unknown or expired is a 401, not a visitor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Recognise the token before the view runs."""
        header = request.headers.get("Authorization", "") or _in_esri_form(request)
        token = tokens.token_in(header) if header else None
        if token is not None:
            user = tokens.owner_of(token)
            if user is None:
                attempt = sign_ins.Attempt(SignInKind.TOKEN, "", sign_ins.client_address(request))
                sign_ins.refuse_if_too_many(attempt)
                sign_ins.record(attempt, user_id=None)
                raise NotAuthenticated("bad_token", "This token is unknown or has expired; ask for a new one.")
            request.user = user
            # A token is no cookie: no other site can send it, so there is nothing to forge.
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
            request.by_token = True  # type: ignore[attr-defined]
        response = self.get_response(request)
        recheck.attach_holder(request, response)
        return response


def _in_esri_form(request: HttpRequest) -> str:
    """Return the credential of a client of Esri's query form as if it stood in Authorization, or ''."""
    if not request.path_info.startswith(ESRI):
        return ""
    header = request.headers.get("X-Esri-Authorization", "")
    token = request.GET.get("token") or (request.POST.get("token") if request.method == "POST" else "")
    return header or (f"Bearer {token}" if token else "")
