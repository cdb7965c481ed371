"""What goes out of ``/rasters/``."""

from typing import Any

from rest_framework import serializers

from layers.models import RasterLayer


class RasterBandSerializer(serializers.Serializer[Any]):
    """A band and the statistics of all its valid values; percentiles are those of at most a million of them.

    ``classes`` counts the pixels of each value, where these are at most 256 whole ones.
    """

    dtype = serializers.CharField()
    nodata = serializers.CharField(allow_null=True)
    description = serializers.CharField()
    unit = serializers.CharField()
    scale = serializers.FloatField()
    offset = serializers.FloatField()
    valid_share = serializers.FloatField()
    min = serializers.FloatField(allow_null=True)
    max = serializers.FloatField(allow_null=True)
    mean = serializers.FloatField(allow_null=True)
    std = serializers.FloatField(allow_null=True)
    percentile_2 = serializers.FloatField(default=None, allow_null=True)
    percentile_25 = serializers.FloatField(default=None, allow_null=True)
    percentile_50 = serializers.FloatField(default=None, allow_null=True)
    percentile_75 = serializers.FloatField(default=None, allow_null=True)
    percentile_98 = serializers.FloatField(default=None, allow_null=True)
    classes = serializers.DictField(child=serializers.IntegerField(), allow_null=True)
    colours = serializers.DictField(child=serializers.ListField(child=serializers.IntegerField()), allow_null=True)


class RasterVersionSerializer(serializers.Serializer[Any]):
    """A version of a raster: from when to when it was published."""

    version = serializers.IntegerField(source="pk")
    created_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    file = serializers.CharField(source="source_name")


class RasterSerializer(serializers.Serializer[Any]):
    """A raster as it is kept."""

    id = serializers.CharField(source="slug")
    version = serializers.IntegerField(source="pk")
    title = serializers.CharField()
    srid = serializers.IntegerField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    transform = serializers.ListField(child=serializers.FloatField())
    extent = serializers.ListField(child=serializers.FloatField())
    created_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class RasterListSerializer(serializers.Serializer[Any]):
    """All rasters that the reader may see."""

    rasters = RasterSerializer(many=True)


class RasterDetailSerializer(RasterSerializer):
    """A raster with its bands and its versions, the newest first."""

    bands = RasterBandSerializer(many=True)
    versions = serializers.SerializerMethodField()

    def get_versions(self, raster: RasterLayer) -> list[dict[str, Any]]:
        """All versions that the reader may see."""
        return list(RasterVersionSerializer(self.context["versions"], many=True).data)


class RasterStatisticsSerializer(serializers.Serializer[Any]):
    """The statistics of each band."""

    version = serializers.IntegerField(source="pk")
    bands = RasterBandSerializer(many=True)


class RasterValueSerializer(serializers.Serializer[Any]):
    """The value of one band, null where there is none."""

    band = serializers.IntegerField()
    description = serializers.CharField()
    unit = serializers.CharField()
    value = serializers.FloatField(allow_null=True)


class RasterPointSerializer(serializers.Serializer[Any]):
    """The values at a place."""

    version = serializers.IntegerField()
    values_ = RasterValueSerializer(many=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Render; ``values`` is a method of dictionaries."""
        shown = super().to_representation(instance)
        shown["values"] = shown.pop("values_")
        return shown


class RasterLegendEntrySerializer(serializers.Serializer[Any]):
    """A value with its colour, as CSS writes it."""

    value = serializers.FloatField()
    colour = serializers.CharField()
    name = serializers.CharField()


class RasterLegendSerializer(serializers.Serializer[Any]):
    """What colours mean; without entries the raster is a picture in its own colours."""

    title = serializers.CharField()
    entries = RasterLegendEntrySerializer(many=True)
