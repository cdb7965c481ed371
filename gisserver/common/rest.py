"""What the REST doors share: keyset pages, geometry as GeoJSON made in the query, who asks."""

from typing import Any

import orjson
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gisserver.common import keyset
from gisserver.common.params import limit, refuse_unknown


class GeoJSONText(serializers.Field[Any, Any, Any, Any]):
    """GeoJSON that the database has written, as a member of the answer."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: str | None) -> Any:
        """Decode the text."""
        return None if value is None else orjson.loads(value)


def asker(request: Request) -> int:
    """Return the id of the user who asks; the view's permission has let nobody else in."""
    assert request.user.pk is not None  # noqa: S101
    return int(request.user.pk)


class Validity(serializers.Field[Any, Any, Any, Any]):
    """When a row holds: from, and until (null while nothing has replaced it)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Any) -> dict[str, Any]:
        """Render a range of moments."""
        return {"from": value.lower, "until": value.upper}


class DoorView(APIView):
    """A view that refuses parameters it does not know."""

    parameters: tuple[str, ...] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check who asks, then what is asked."""
        super().initial(request, *args, **kwargs)
        refuse_unknown(request.query_params, *self.parameters)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        """Let nobody keep the answer: it is this user's, and may be personal."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final.setdefault("Cache-Control", "no-store")
        return final


class ListView(DoorView):
    """A door that answers with keyset pages."""

    ordering: tuple[str, ...] = ("id",)

    def page(self, request: Request, rows: QuerySet[Any], serializer: type[serializers.Serializer[Any]]) -> Response:
        """Return the wanted page of ``rows``: ``{"next": address or null, "results": [...]}``."""
        query = request.query_params
        found, cursor = keyset.page(rows, order=self.ordering, limit=limit(query), cursor=query.get("cursor", ""))
        answer = {"next": keyset.link(request._request, cursor), "results": serializer(found, many=True).data}
        return Response(answer)
