"""The map's page, the pages of the clerk's desk, and what a supervisor of machines asks: alive? ready? how busy?"""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from gisserver.common import figures
from gisserver.common.access.models import administrators, scope_of
from gisserver.common.access.roles import Permission
from gisserver.common.errors import Forbidden, NotAuthenticated

# More names than these help nobody.
MOST_NAMED = 5


@require_safe
@login_required
@ensure_csrf_cookie
@never_cache
def map_page(request: HttpRequest) -> HttpResponse:
    """Show the map; everything on it comes through the public doors. Who has no role is shown whom to ask."""
    return _page(request, "map.html")


@require_safe
@login_required
@ensure_csrf_cookie
@never_cache
def desk_page(request: HttpRequest, page: str, building_id: int | None = None) -> HttpResponse:
    """Show a page of the clerk's desk; what is on it comes through the public doors, as on the map."""
    return _page(request, "desk.html", page=page, building=building_id)


def _page(request: HttpRequest, template: str, **about: Any) -> HttpResponse:
    scope = scope_of(request.user)
    if not scope.may(Permission.READ):
        return render(request, "no_grant.html", {"administrators": administrators()[:MOST_NAMED]}, status=403)
    may = [permission.value for permission in Permission if scope.may(permission)]
    return render(request, template, {"may": may, **about})


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; asks nothing of the database."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Say that the database answers too; 503 while it does not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ready"})


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the figures of all processes in Prometheus' text format, to administrators and components with READ."""
    if not request.user.is_authenticated:
        raise NotAuthenticated("not_authenticated", "Log in, or send a token.")
    if not scope_of(request.user).may(Permission.READ):
        raise Forbidden("forbidden", "You may not read the server's figures.")
    return HttpResponse(figures.exposition(), content_type=figures.CONTENT_TYPE)
