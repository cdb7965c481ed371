"""How divisions and grids look as JSON."""

from typing import Any

from rest_framework import serializers

from gisserver.common.web.details import DetailSerializer
from gisserver.common.web.features import FeatureSerializer
from gisserver.common.web.views import GeoJSONText, Validity
from grids.absence import Absence, Notice
from grids.api.post_serializers import ServingSerializer
from grids.models import DivisionVersion, GridVersion
from grids.selectors import GridDetail


class GridSerializer(serializers.Serializer[Any]):
    """A grid as it was at the moment asked for; the area is in square metres, the geometry in lon/lat."""

    id = serializers.IntegerField(source="grid_id")
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    officer = serializers.CharField()
    community = serializers.CharField(source="community_code", allow_null=True)
    community_name = serializers.CharField(allow_null=True)
    community_name_en = serializers.CharField(allow_null=True)
    area_m2 = serializers.FloatField()
    version = serializers.IntegerField(source="pk")
    valid = Validity()
    geometry = GeoJSONText()


class GridFeatureSerializer(FeatureSerializer, GridSerializer):
    """A grid as a GeoJSON Feature."""

    class Meta(FeatureSerializer.Meta):
        model = GridVersion


class KnownSerializer(serializers.Serializer[Any]):
    """From when on grids are known to who asks, and the last change that is planned; null where there is none."""

    since = serializers.DateTimeField(allow_null=True)
    last_plan = serializers.DateTimeField(allow_null=True)


class GridPageSerializer(serializers.Serializer[Any]):
    """A page of grids; ``notice`` says what an empty map, or one of a far future, means."""

    next = serializers.CharField(allow_null=True)
    results = GridSerializer(many=True)
    notice = serializers.ChoiceField(choices=[each.value for each in Notice], allow_null=True)
    known = KnownSerializer()


class LoadSerializer(serializers.Serializer[Any]):
    """What a grid carries at the moment asked for."""

    buildings = serializers.IntegerField()
    units = serializers.IntegerField()
    households = serializers.IntegerField()
    residents = serializers.IntegerField()
    incidents_open = serializers.IntegerField()


class GridDetailSerializer(DetailSerializer, GridSerializer):
    """A grid with what it carries and who serves it; ``officer`` is the main officer's name."""

    detail = GridDetail

    load = LoadSerializer()
    officers = ServingSerializer(many=True)


class GridDetailFeatureSerializer(GridDetailSerializer, FeatureSerializer):
    """A grid with what it carries as a GeoJSON Feature."""

    class Meta(FeatureSerializer.Meta):
        model = GridVersion


class RedrawOfVersionSerializer(serializers.Serializer[Any]):
    """The redraw that drew a version: who, and why."""

    id = serializers.IntegerField(source="pk")
    title = serializers.CharField()
    author = serializers.CharField(source="author.username")
    reason = serializers.CharField()
    effective_at = serializers.DateTimeField()


class GridVersionSerializer(serializers.Serializer[Any]):
    """One version in the history of a grid."""

    version = serializers.IntegerField(source="pk")
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    area_m2 = serializers.FloatField()
    valid = Validity()
    source = serializers.CharField()  # type: ignore[assignment]
    redraw = RedrawOfVersionSerializer(allow_null=True)
    geometry = GeoJSONText()


class GridOfPlaceSerializer(serializers.Serializer[Any]):
    """The one grid of a place (law 3)."""

    grid = serializers.CharField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    rule = serializers.ChoiceField(choices=["inside", "border", "nearest", "none"])
    margin_m = serializers.FloatField(allow_null=True)
    at = serializers.DateTimeField()
    reason = serializers.ChoiceField(
        choices=[each.value for each in Absence], allow_null=True, help_text="why there is no grid"
    )


class DivisionSerializer(serializers.Serializer[Any]):
    """A division as it was at the moment asked for."""

    id = serializers.IntegerField(source="division_id")
    code = serializers.CharField()
    level = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    kind = serializers.CharField()
    parent = serializers.CharField(source="parent_code", allow_null=True)  # type: ignore[assignment]
    parent_name = serializers.CharField(allow_null=True)
    parent_name_en = serializers.CharField(allow_null=True)
    valid = Validity()
    geometry = GeoJSONText()


class DivisionFeatureSerializer(FeatureSerializer, DivisionSerializer):
    """A division as a GeoJSON Feature."""

    class Meta(FeatureSerializer.Meta):
        model = DivisionVersion
