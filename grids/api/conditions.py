"""Doors of one redraw: each answer carries its version as ETag, and If-Match refuses to act on another (RFC 9110)."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.models import User
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.errors import Conflict
from gisserver.common.web.views import DoorView
from grids.redraws import selectors
from grids.redraws.storage import etag
from grids.redraws.storage.conflicts import seen_by

Answer = TypeVar("Answer")
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag of the redraw as you saw it; 412 when it is stale."
)


def person(request: Request) -> User:
    """Return who asks; the view's permission has let no visitor in."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def wanted_versions(request: Request) -> list[str] | None:
    """Return the versions that If-Match names, None without it; a weak tag names none (strong comparison)."""
    header = request.headers.get("If-Match")
    return None if header is None else [_strong(tag.strip()) for tag in header.split(",")]


def _strong(tag: str) -> str:
    quoted = len(tag) > 1 and tag.startswith('"') and tag.endswith('"')
    return tag[1:-1] if quoted else tag if tag == "*" else ""


class RedrawDoor(DoorView):
    """A door of one redraw, whose id is in its address."""

    def guarded(self, request: Request, act: Callable[[], Answer]) -> Answer:
        """Do ``act`` unless If-Match names another version than the redraw's; raises NotFound or Stale."""
        wanted = wanted_versions(request)
        return etag.unless_stale(user=person(request), redraw_id=self.kwargs["redraw_id"], wanted=wanted, act=act)

    def handle_exception(self, exc: Exception) -> Response:
        """Say of a conflict what the reader may know of other people's redraws."""
        if isinstance(exc, Conflict):
            exc.data = seen_by(self.request.user, exc.data)
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        """Put the redraw's version on every answer that is one."""
        final = super().finalize_response(request, response, *args, **kwargs)
        if final.status_code < 300 and not final.has_header("ETag"):
            tag = selectors.version(user=request.user, redraw_id=self.kwargs["redraw_id"])
            final["ETag"] = f'"{tag}"'
        return final
