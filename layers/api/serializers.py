"""What goes in and out of ``/api/layers/``."""

from typing import Any

from rest_framework import serializers

from gisserver.common.geo.crs import parse_crs
from layers.models import Published, RasterLayer, UploadedLayer


class ReadingSerializer(serializers.Serializer[Any]):
    """A file and how to read it (multipart/form-data)."""

    file = serializers.FileField(allow_empty_file=True)
    layer = serializers.CharField(required=False, allow_blank=True, default="", max_length=255)
    crs = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)
    encoding = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)
    columns = serializers.JSONField(
        required=False,
        binary=True,
        default=dict,
        help_text="What the columns are, by name: type, format, values, leave_out (docs/files.md).",
    )

    def reading(self) -> dict[str, Any]:
        """Return how the file is to be read; raises Invalid for an unknown CRS."""
        given = self.validated_data
        return {
            "layer": given["layer"] or None,
            "crs": parse_crs(given["crs"]) if given["crs"] else None,
            "encoding": given["encoding"] or None,
            "columns": given["columns"],
        }


class UploadSerializer(ReadingSerializer):
    """The form of an upload (multipart/form-data)."""

    id = serializers.CharField(required=False, allow_blank=True, default="", max_length=63)
    title = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)
    replace = serializers.BooleanField(required=False, default=False)
    area = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)

    def get_fields(self) -> dict[str, "serializers.Field[Any, Any, Any, Any]"]:
        """Return the fields; ``partial`` is a name that serializers keep for themselves."""
        partial = serializers.BooleanField(
            required=False, default=False, help_text="Leave out rows that can't be read, and say which, instead of all."
        )
        return {**super().get_fields(), "partial": partial}

    def options(self) -> dict[str, Any]:
        """Return the arguments of `publish_file`; raises Invalid for an unknown CRS."""
        given = self.validated_data
        own = {"slug": given["id"], "title": given["title"], "partial": given["partial"], "replace": given["replace"]}
        own["area"] = given["area"]
        return self.reading() | own


class ColumnSerializer(serializers.Serializer[Any]):
    """What a column of a file becomes; ``empty`` counts its rows without a value."""

    title = serializers.CharField()
    name = serializers.CharField()
    type = serializers.CharField()
    empty = serializers.IntegerField()
    why = serializers.CharField()


class ReadingOfPositionsSerializer(serializers.Serializer[Any]):
    """Where positions lie, read as ``crs``: ``inside`` is the share on the ground of this deployment."""

    crs = serializers.CharField()
    swapped = serializers.BooleanField()
    inside = serializers.FloatField()
    bbox = serializers.ListField(child=serializers.FloatField())
    positions = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))


class BadRowSerializer(serializers.Serializer[Any]):
    """Why a row can't be taken."""

    row = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()


class LayerPreviewSerializer(serializers.Serializer[Any]):
    """What a file would become."""

    layers = serializers.ListField(child=serializers.DictField())
    layer = serializers.CharField()
    encoding = serializers.CharField()
    feature_count = serializers.IntegerField()
    columns = ColumnSerializer(many=True)
    rows = serializers.ListField(child=serializers.ListField())
    geometry_types = serializers.DictField(child=serializers.IntegerField())
    crs = serializers.CharField(allow_null=True)
    claimed = serializers.CharField(allow_null=True)
    readings = ReadingOfPositionsSerializer(many=True)
    doubt = serializers.CharField(allow_null=True)
    notes = serializers.ListField(child=serializers.CharField())
    problem_count = serializers.IntegerField()
    problems = BadRowSerializer(many=True)


class LayerSerializer(serializers.Serializer[Any]):
    """An upload as the API shows it; fields may be added, not renamed."""

    id = serializers.CharField(source="slug")
    title = serializers.CharField()
    kind = serializers.SerializerMethodField()
    srid = serializers.IntegerField()
    extent = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    owner = serializers.CharField(source="owner.username", default=None, allow_null=True)
    file = serializers.CharField(source="source_name")
    created_at = serializers.DateTimeField()
    geometry_type = serializers.SerializerMethodField()
    feature_count = serializers.SerializerMethodField()
    fields_ = serializers.SerializerMethodField()
    bands = serializers.SerializerMethodField()

    def get_kind(self, layer: Published) -> str:
        """``vector`` or ``raster``."""
        return "raster" if isinstance(layer, RasterLayer) else "vector"

    def get_geometry_type(self, layer: Published) -> str | None:
        """The type of all geometries, None for a raster."""
        return layer.geometry_type if isinstance(layer, UploadedLayer) else None

    def get_feature_count(self, layer: Published) -> int | None:
        """How many features, None for a raster."""
        return layer.feature_count if isinstance(layer, UploadedLayer) else None

    def get_fields_(self, layer: Published) -> list[dict[str, str]]:
        """Name and type of each property."""
        described = layer.fields if isinstance(layer, UploadedLayer) else []
        return [{"name": field["name"], "type": field["type"]} for field in described]

    def get_bands(self, layer: Published) -> list[dict[str, Any]]:
        """The bands of a raster."""
        return list(layer.bands) if isinstance(layer, RasterLayer) else []

    def to_representation(self, instance: Published) -> dict[str, Any]:
        """Render; ``fields`` is a name that serializers keep for themselves."""
        shown = super().to_representation(instance)
        shown["fields"] = shown.pop("fields_")
        return shown


class LayersSerializer(serializers.Serializer[Any]):
    """All uploads."""

    layers = LayerSerializer(many=True)


class FeatureVersionSerializer(serializers.Serializer[Any]):
    """One version of a feature: its number, when it held, and who wrote it; None for what came with the file."""

    version = serializers.IntegerField()
    began_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    author = serializers.CharField(allow_null=True)


class FeatureVersionsSerializer(serializers.Serializer[Any]):
    """What a feature has been, the newest first; `at=` of the collection shows each."""

    versions = FeatureVersionSerializer(many=True)
