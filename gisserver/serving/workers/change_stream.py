"""The door /api/changes/stream: the feed of changes as server-sent events (HTML Living Standard §9.2)."""

import json
from collections.abc import Iterator

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.access.models import scope_of
from gisserver.common.changes.api import KIND, ChangeSerializer, kinds_in
from gisserver.common.changes.feed import Page, changes_since, newest
from gisserver.common.web.negotiation import AnyAccept
from gisserver.common.web.params import whole
from gisserver.common.web.views import DoorView
from gisserver.serving.answers import CHANGES, HOLD, NEWS

RETRY_MS = 3000
# So many changes at once: an answer that the front hands to many stays short.
PAGE = 200
SINCE = OpenApiParameter("since", int, description="Changes after this number; from now on when absent.")
LAST = OpenApiParameter(
    "Last-Event-ID", int, OpenApiParameter.HEADER, description="Instead of since: what a browser sends by itself."
)


class ChangeStreamView(DoorView):
    """The feed of changes, as it grows."""

    parameters = (SINCE, KIND)
    content_negotiation_class = AnyAccept

    @extend_schema(
        operation_id="changes_stream", parameters=[LAST], responses={(200, "text/event-stream"): OpenApiTypes.STR}
    )
    def get(self, request: Request) -> HttpResponse | Response:
        """Tell of changes when they come: each is an event `change` whose id is its number.

        The front asks this door on behalf of those who listen, once for all who may see the same, and hands them the
        answer. Behind another server than ours the answer ends, and the client asks again by itself.
        """
        query = request.query_params
        after = request.headers.get("Last-Event-ID") or query.get("since")
        kinds = kinds_in(query)
        if after is None:
            page = Page([], newest())
        else:
            page = changes_since(user=request.user, since=whole(after, "since"), limit=PAGE, kinds=kinds)
        response = HttpResponse("".join(_events(page)), content_type="text/event-stream")
        response["X-Accel-Buffering"] = "no"  # nginx would keep the news until there is a bufferful
        response[HOLD] = CHANGES
        response[NEWS] = json.dumps({"last": page.last, "group": [scope_of(request.user).key, *kinds]})
        return response


def _events(page: Page) -> Iterator[str]:
    """Write a page; the last event has no data: it is no news, but where to go on from."""
    yield f"retry: {RETRY_MS}\n"
    for change in page.changes:
        data = json.dumps(ChangeSerializer(change).data, separators=(",", ":"))
        yield f"id: {change.number}\nevent: change\ndata: {data}\n\n"
    yield f"id: {page.last}\n\n"
