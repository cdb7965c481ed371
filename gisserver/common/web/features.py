"""REST doors that answer in GeoJSON too, by djangorestframework-gis, with the same members as in plain JSON.

`docs/adr/0020-who-renders-geojson-and-frames.md` says what is rendered by whom.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from gisserver.common.web.spatial_filters import BoxFilter, InBoxFilter, WithinDistanceFilter
from gisserver.common.web.views import DoorView, ListView

GEOJSON = "application/geo+json"


class GeoJSONRenderer(JSONRenderer):
    """GeoJSON (RFC 7946): UTF-8, longitude before latitude, WGS84."""

    media_type = GEOJSON
    format = "geojson"


class KnownFormats(DefaultContentNegotiation):
    """The parameter ``format`` before the header Accept; a format that the door does not speak is a mistake."""

    def filter_renderers(self, renderers: Iterable[BaseRenderer], format: str) -> list[BaseRenderer]:
        """Return the renderers of the format that is asked for; raises Invalid."""
        found = [renderer for renderer in renderers if renderer.format == format]
        if not found:
            known = ", ".join(renderer.format for renderer in renderers)
            raise Invalid(
                "unsupported_format", Sentence("format must be one of {known}.", known=known), parameter="format"
            )
        return found


class FeatureSerializer(GeoFeatureModelSerializer):
    """What another serializer says of a row, as a GeoJSON Feature: derive from both, and name the model in Meta.

    Its ``geometry`` is GeoJSON that the query has made in lon/lat (`projections.as_lonlat`).
    """

    class Meta:
        geo_field = "geometry"
        id_field = "id"

    def get_field_names(self, declared_fields: dict[str, Any], info: Any) -> list[str]:
        """Return what the other serializer declares: nothing of the model besides."""
        return list(declared_fields)


def in_geojson(request: Request) -> bool:
    """Whether the answer is GeoJSON."""
    return bool(request.accepted_renderer.format == GeoJSONRenderer.format)


def described(plain: Any, feature: Any) -> dict[tuple[int, str], Any]:
    """Return how OpenAPI describes an answer in both forms."""
    return {(200, JSONRenderer.media_type): plain, (200, GEOJSON): feature}


class FeatureDoor(DoorView):
    """A door that answers with ``plain``, or with ``feature`` where ``format`` or Accept asks for GeoJSON."""

    renderer_classes = (JSONRenderer, GeoJSONRenderer)
    content_negotiation_class = KnownFormats
    plain: type[serializers.Serializer[Any]]
    feature: type[FeatureSerializer]

    def get_renderers(self) -> list[BaseRenderer]:
        """Return JSON and GeoJSON for what is read; what a write answers is no feature."""
        renderers = super().get_renderers()
        return renderers if self.request.method in SAFE_METHODS else [JSONRenderer()]

    def serializer_for(self, request: Request) -> type[serializers.Serializer[Any]]:
        """Return the serializer of the form that is asked for."""
        return self.feature if in_geojson(request) else self.plain


class FeatureListView(FeatureDoor, ListView):
    """A list that answers with a FeatureCollection too, and takes ``bbox``, ``in_bbox``, ``point`` and ``dist``.

    ``bbox_filter_field`` is the geometry in Web Mercator, ``distance_filter_field`` the one in the survey CRS.
    """

    filter_backends = (BoxFilter, InBoxFilter, WithinDistanceFilter)
    bbox_filter_field = "geom_3857"
    distance_filter_field = "geom"

    def answer_page(self, request: Request, rows: QuerySet[Any]) -> Response:
        """Return the wanted page of the rows that the filters leave; in GeoJSON ``next`` is a foreign member."""
        for backend in self.filter_backends:
            rows = backend().filter_queryset(request, rows, self)
        response = self.page(request, rows, self.serializer_for(request))
        if in_geojson(request):
            response.data = {**response.data["results"], "next": response.data["next"]}
        return response
