"""What drf-spectacular cannot guess: how a request proves who it is, and what GeoJSON looks like."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction


class RequestUserScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Session, bearer token, or Basic with the token as password."""

    target_class = "gisserver.common.access.authentication.RequestUserAuthentication"
    name = ["session", "bearer", "basic"]

    def get_security_definition(self, auto_schema: AutoSchema) -> Any:
        """Describe the three ways."""
        return [
            {"type": "apiKey", "in": "cookie", "name": "sessionid"},
            {"type": "http", "scheme": "bearer"},
            {"type": "http", "scheme": "basic", "description": "The token is the password."},
        ]


class GeoJSONScheme(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """A GeoJSON geometry in lon/lat, or null."""

    target_class = "gisserver.common.rest.GeoJSONText"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> Any:
        """Describe the object."""
        return {
            "type": ["object", "null"],
            "properties": {"type": {"type": "string"}, "coordinates": {"type": "array", "items": {}}},
        }


class ValidityScheme(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """When a row holds."""

    target_class = "gisserver.common.rest.Validity"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> Any:
        """Describe the object."""
        moment = {"type": ["string", "null"], "format": "date-time"}
        return {"type": "object", "properties": {"from": moment, "until": moment}}
