"""The door of what a redraw moves: pages of JSON, or all of it as a CSV file."""

from collections.abc import Iterator

from django.core import signing
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.errors import Invalid
from gisserver.common.web import keyset
from gisserver.common.web.params import PAGING, limit
from gisserver.common.web.views import ByFormatMember
from grids.api.conditions import RedrawDoor
from grids.api.redraw_serializers import MovePageSerializer, MoveSerializer
from grids.redraws import selectors
from grids.redraws.impact import moves
from grids.redraws.impact.outcome import outcome_of
from grids.redraws.storage.permissions import demand_export

FORMAT = OpenApiParameter("format", str, enum=["json", "csv"])
_SALT = "grids.api.redraw_moves"


class MovesView(RedrawDoor):
    """What a redraw moves."""

    parameters = (*PAGING, FORMAT)
    content_negotiation_class = ByFormatMember

    @extend_schema(
        operation_id="redraw_moves",
        responses={200: MovePageSerializer, (200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, redraw_id: int) -> Response | StreamingHttpResponse:
        """List every building, unit and open incident that moves, or that moved when the redraw took effect."""
        query = request.query_params
        wanted = query.get("format", "json")
        if wanted not in ("json", "csv"):
            raise Invalid("bad_format", "format must be json or csv.")
        redraw = selectors.redraw_by_id(user=request.user, redraw_id=redraw_id)
        if wanted == "csv":
            demand_export(request.user, redraw)
        outcome = outcome_of(redraw)
        if wanted == "csv":
            found = moves.lines(request.user, outcome.moves, outcome.at)
            return _file(f"redraw-{redraw_id}-moves.csv", moves.written(found))
        after = _read(query.get("cursor", ""))
        rows, last = moves.page(request.user, outcome.moves, outcome.at, after=after, limit=limit(query))
        cursor = None if last is None else signing.dumps(last, salt=_SALT)
        answer = {"next": keyset.link(request._request, cursor), "results": MoveSerializer(rows, many=True).data}
        return Response(answer)


def _read(cursor: str) -> tuple[str, int]:
    if not cursor:
        return moves.START
    try:
        kind, last = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise Invalid("bad_cursor", "This cursor was not made here; start from the first page.") from None
    return str(kind), int(last)


def _file(name: str, pieces: Iterator[bytes]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
