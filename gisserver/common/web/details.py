"""A row shown with more than its table says: a dataclass holds both, one serializer shows them side by side."""

from dataclasses import fields as members_of
from typing import Any, ClassVar

from rest_framework import serializers


class DetailSerializer(serializers.Serializer[Any]):
    """Derive from this and from the serializer of a row, and declare what comes beside it.

    ``detail`` is the dataclass shown: what it has no member for is read from its member ``row``. To show it as a
    GeoJSON Feature, derive from this serializer first and from `FeatureSerializer` second.
    """

    detail: ClassVar[type[Any]]

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the fields of both, each with the source that it is read from."""
        members = {member.name for member in members_of(self.detail)}
        fields = super().get_fields()
        for name, field in fields.items():
            source = field.source or name
            if source.partition(".")[0] not in members:
                field.source = "row" if source == "*" else f"row.{source}"
        return fields
