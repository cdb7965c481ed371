"""The door /api/events: news for open maps, as server-sent events (HTML Living Standard §9.2)."""

import json

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from gisserver.common.access.models import Viewer
from gisserver.common.errors import NotAuthenticated
from gisserver.common.web import params
from gisserver.serving.answers import CHANNEL, EVERYTHING, HOLD
from grids.models import Division, DivisionLevel, visible_communities
from tiles import tile_version
from tiles.address import TileAddress

RETRY_MS = 3000
WORLD = TileAddress(0, 0, 0)


@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """Tell when the partition, or a redraw, of a community that the user may see has changed.

    The first event is `hello`, with the version of all grids: who saw another one before has missed something.
    `partition` means that grids have changed and `redraw` that something happened to a redraw; what, the other doors
    tell. Behind another server than ours, the answer ends after `hello` and the client asks again by itself.
    """
    if not request.user.is_authenticated:
        raise NotAuthenticated("not_authenticated", "Log in, or send a token.")
    params.refuse_unknown(request.GET, ())
    version = tile_version.version_under(("grids",), WORLD)
    hello = f"retry: {RETRY_MS}\nevent: hello\ndata: {json.dumps({'version': f'{version:x}'})}\n\n"
    response = HttpResponse(hello, content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"  # nginx would keep the news until there is a bufferful
    channels = _channels(request.user)
    if channels:
        response[HOLD], response[CHANNEL] = "stream", ",".join(channels)
    return response


def _channels(user: Viewer) -> list[str]:
    """Return the channels of the user's communities, named as the database's triggers name them."""
    visible = visible_communities(user)
    if visible is None:
        return [EVERYTHING]
    communities = Division.objects.filter(pk__any_of=visible, level=DivisionLevel.COMMUNITY)
    return [f"community:{pk}" for pk in communities.values_list("pk", flat=True)]
