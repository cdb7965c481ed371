"""What the REST doors share: keyset pages, geometry as GeoJSON made in the query."""

from collections.abc import Iterable
from typing import Any

import orjson
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gisserver.common.access.export import demand_export
from gisserver.common.web import keyset
from gisserver.common.web.params import limit, refuse_unknown


class GeoJSONText(serializers.Field[Any, Any, Any, Any]):
    """GeoJSON that the database has written, as a member of the answer."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: str | None) -> Any:
        """Decode the text."""
        return None if value is None else orjson.loads(value)


class Validity(serializers.Field[Any, Any, Any, Any]):
    """When a row holds: from, and until (null while nothing has replaced it)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Any) -> dict[str, Any]:
        """Render a range of moments."""
        return {"from": value.lower, "until": value.upper}


class DoorView(APIView):
    """A view that takes the parameters it names, and no others.

    They describe it in OpenAPI too (`gisserver.openapi.DoorSchema`); a mere name is taken but not described.
    """

    parameters: tuple[OpenApiParameter | str, ...] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check who asks, then what is asked."""
        super().initial(request, *args, **kwargs)
        refuse_unknown(request.query_params, tuple(p if isinstance(p, str) else p.name for p in self.parameters))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        """Let nobody keep the answer: it is this user's, and may be personal."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final.setdefault("Cache-Control", "no-store")
        return final


class ByFormatMember(DefaultContentNegotiation):
    """Leaves ``format`` to the view: it names a file, not a renderer."""

    def filter_renderers(self, renderers: Iterable[BaseRenderer], format: str) -> list[BaseRenderer]:
        """Return all renderers."""
        return list(renderers)


class KeysetPages:
    """How OpenAPI describes the pages of a `ListView`."""

    def get_schema_operation_parameters(self, view: APIView) -> list[Any]:
        """Return none: the view names ``limit`` and ``cursor`` itself."""
        return []

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of a page of ``schema``; of a FeatureCollection, which has features for results."""
        following = {"type": ["string", "null"], "description": "Address of the next page; null on the last."}
        if schema.get("type") != "array":
            return {"allOf": [schema, {"type": "object", "required": ["next"], "properties": {"next": following}}]}
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {"next": following, "results": schema},
        }


class ListView(DoorView):
    """A door that answers with keyset pages."""

    ordering: tuple[str, ...] = ("id",)
    pagination_class = KeysetPages

    def complete(self, request: Request, rows: list[Any]) -> None:
        """Give the rows of a page what is cheaper asked once for all of them; nothing by itself."""

    def page(self, request: Request, rows: QuerySet[Any], serializer: type[serializers.Serializer[Any]]) -> Response:
        """Return the wanted page of ``rows``: ``{"next": address or null, "results": [...]}``.

        Raises Forbidden when it is longer than the user may take away.
        """
        query = request.query_params
        wanted = limit(query)
        demand_export(request.user, rows=wanted)
        found, cursor = keyset.page(rows, order=self.ordering, limit=wanted, cursor=query.get("cursor", ""))
        self.complete(request, found)
        answer = {"next": keyset.link(request._request, cursor), "results": serializer(found, many=True).data}
        return Response(answer)
