"""What drf-spectacular cannot guess: who asks, what a door takes and refuses, GeoJSON, and the reader's language."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext
from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import Direction, OpenApiParameter

from gisserver.common.problem_documents import CONTENT_TYPE
from gisserver.common.web.problems import SCHEMA

# Behind what somebody wrote of a choice, drf-spectacular lists its values, whose labels are translated already.
CHOICES = "* `"


def described(schema: Any) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Yield each description of a schema: the object that has it, the words, and the list of choices behind them."""
    if isinstance(schema, dict):
        words = schema.get("description")
        if isinstance(words, str) and not words.startswith(CHOICES):
            own, _, choices = words.partition(f"\n\n{CHOICES}")
            yield schema, own, f"\n\n{CHOICES}{choices}" if choices else ""
    for member in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from described(member)


def in_the_language_asked(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Translate the descriptions, which are docstrings and help texts (a hook of drf-spectacular)."""
    for described_object, words, choices in described(result):
        described_object["description"] = (gettext(words) if words else words) + choices
    return result


class DoorSchema(AutoSchema):
    """A door described by what it takes: the parameters that its view names, and the problems that it may answer."""

    def get_override_parameters(self) -> list[Any]:
        """Return the parameters of the view; where it has a GET, they are that method's."""
        if self.method != "GET" and hasattr(self.view, "get"):
            return []
        named = getattr(self.view, "parameters", ())
        return [parameter for parameter in named if isinstance(parameter, OpenApiParameter)]

    def _get_format_parameters(self) -> list[Any]:
        """Return none: a view that takes ``format`` names it itself."""
        return []

    def _get_response_bodies(self, direction: Direction = "response") -> Any:
        """Add what every door answers when it refuses."""
        problem = ResolvedComponent(
            name="Problem", type=ResolvedComponent.SCHEMA, object=CONTENT_TYPE, schema=deepcopy(SCHEMA)
        )
        self.registry.register_on_missing(problem)
        refused = {"description": "Refused", "content": {CONTENT_TYPE: {"schema": problem.ref}}}
        return {**super()._get_response_bodies(direction), "default": refused}


class RequestUserScheme(OpenApiAuthenticationExtension):
    """Session, bearer token, or Basic with the token as password."""

    target_class = "gisserver.common.access.credentials.authentication.RequestUserAuthentication"
    name = ["session", "bearer", "basic"]

    def get_security_requirement(self, auto_schema: AutoSchema) -> Any:
        """Ask for one of the three; together in one requirement they would all be asked for."""
        return [{name: []} for name in self.name]

    def get_security_definition(self, auto_schema: AutoSchema) -> Any:
        """Describe the three ways."""
        return [
            {"type": "apiKey", "in": "cookie", "name": "sessionid"},
            {"type": "http", "scheme": "bearer"},
            {"type": "http", "scheme": "basic", "description": "The token is the password."},
        ]


class GeoJSONScheme(OpenApiSerializerFieldExtension):
    """A GeoJSON geometry in lon/lat, or null."""

    target_class = "gisserver.common.web.views.GeoJSONText"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> Any:
        """Describe the object."""
        return {
            "type": ["object", "null"],
            "properties": {"type": {"type": "string"}, "coordinates": {"type": "array", "items": {}}},
        }


class ValidityScheme(OpenApiSerializerFieldExtension):
    """When a row holds."""

    target_class = "gisserver.common.web.views.Validity"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> Any:
        """Describe the object."""
        moment = {"type": ["string", "null"], "format": "date-time"}
        return {"type": "object", "properties": {"from": moment, "until": moment}}


class TimeOfDayScheme(OpenApiSerializerFieldExtension):
    """A time of day."""

    target_class = "grids.api.post_serializers.TimeOfDay"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> Any:
        """Describe the text."""
        return {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"}


class FeatureScheme(OpenApiSerializerExtension):
    """A GeoJSON Feature; the extension that comes with drf-spectacular would look its geometry up in the model."""

    target_class = "gisserver.common.web.features.FeatureSerializer"
    match_subclasses = True
    priority = 1

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> Any:
        """Describe the object: its members but id and geometry are its properties."""
        members = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        meta = self.target.Meta
        described = {name: members["properties"].pop(name) for name in (meta.id_field, meta.geo_field)}
        members["required"] = [name for name in members.get("required", ()) if name in members["properties"]]
        return {
            "type": "object",
            "description": members.pop("description", ""),
            "required": ["type", "id", "geometry", "properties"],
            "properties": {"type": {"type": "string", "const": "Feature"}, **described, "properties": members},
        }
