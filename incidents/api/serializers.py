"""How incidents come in, and how they look as JSON."""

from typing import Any

from rest_framework import serializers

from gisserver.common.reading.exactness import LOST_DIGITS_CURE, is_shortened
from gisserver.common.web.bodies import KnownMembers, MomentField
from gisserver.common.web.features import FeatureSerializer
from gisserver.common.web.views import GeoJSONText, Validity
from grids.api.post_serializers import ServingSerializer
from incidents.models import Incident

# Nothing on Earth is farther away.
MAX_ACCURACY_M = 20_037_508


class ReportSerializer(KnownMembers):
    """What a field app reports. ``lon``, ``lat`` need ``crs``: nothing is stored without its source CRS (law 6)."""

    type = serializers.CharField(max_length=60)
    occurred_at = MomentField()
    lon = serializers.FloatField(required=False, allow_null=True)
    lat = serializers.FloatField(required=False, allow_null=True)
    crs = serializers.CharField(max_length=20, required=False)
    accuracy_m = serializers.FloatField(required=False, allow_null=True, min_value=0, max_value=MAX_ACCURACY_M)
    address = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    building = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    unit = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    community = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    title = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    text = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default="")
    source = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")  # type: ignore[assignment]
    external_id = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")

    def validate_external_id(self, value: str) -> str:
        """Refuse an id whose last digits a spreadsheet has lost: two of them would be one."""
        if is_shortened(value):
            raise serializers.ValidationError(f"The id has lost its last digits as a number: {LOST_DIGITS_CURE}.")
        return value

    validate_building = validate_unit = validate_community = validate_external_id

    def validate(self, attrs: Any) -> Any:
        """Ask for both coordinates, and for their CRS."""
        given = [attrs.get(name) is not None for name in ("lon", "lat")]
        if any(given) and not all(given):
            raise serializers.ValidationError({"lat" if given[0] else "lon": "lon and lat come together."})
        if all(given) and not attrs.get("crs"):
            raise serializers.ValidationError({"crs": "Declare the CRS of lon, lat: wgs84, cgcs2000, gcj02, bd09."})
        return attrs


class ReportFeatureSerializer(serializers.Serializer[Any]):
    """A report as a GeoJSON Feature: a Point in CRS84, and the members of a report but lon, lat and crs."""

    type = serializers.CharField(help_text="Feature")
    geometry = serializers.JSONField(help_text="a Point, or null")
    properties = ReportSerializer()


class ReceiptSerializer(serializers.Serializer[Any]):
    """Which grid, by which rule, how far from the border, how sure."""

    grid = serializers.CharField(source="grid_code", allow_null=True)
    version = serializers.IntegerField(source="grid_version_id", allow_null=True)
    rule = serializers.CharField()
    margin_m = serializers.FloatField(allow_null=True)
    confidence = serializers.FloatField(allow_null=True)
    reason = serializers.CharField()
    valid = Validity()


class RunnerUpSerializer(serializers.Serializer[Any]):
    """The nearest other grid, and how far it is from the place."""

    grid = serializers.CharField()
    distance_m = serializers.FloatField()


class FullReceiptSerializer(ReceiptSerializer):
    """A receipt with the runner-up; of a decision by hand, why (``note``)."""

    runner_up = RunnerUpSerializer(allow_null=True)
    note = serializers.CharField()


class PlacedThenSerializer(serializers.Serializer[Any]):
    """The grid that was responsible for the place when the incident occurred."""

    grid = serializers.CharField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    rule = serializers.CharField()
    margin_m = serializers.FloatField(allow_null=True)


class FirstReceiptSerializer(ReceiptSerializer):
    """A receipt as it is told to who reports.

    ``placed_by``: the member of the report that said where it is, by the version ``order`` of the order of placing
    (null: none has been set). ``runner_up`` where the border is near; ``officer``: who mainly serves the grid.
    """

    placed_by = serializers.CharField(allow_null=True)
    order = serializers.IntegerField(allow_null=True)
    runner_up = RunnerUpSerializer(allow_null=True)
    officer = serializers.CharField()


class ReportAnswerSerializer(serializers.Serializer[Any]):
    """The answer to a report; of a place that the reporter may not see it says only that it was taken."""

    id = serializers.IntegerField()
    assignment = FirstReceiptSerializer(allow_null=True)


class IncidentSerializer(serializers.Serializer[Any]):
    """An incident with the grid that is responsible for it now; geometry in lon/lat."""

    id = serializers.IntegerField(source="pk")
    type = serializers.CharField(source="type_code")
    type_name = serializers.CharField()
    status = serializers.CharField()
    title = serializers.CharField()
    address = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    external_id = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    accuracy_m = serializers.FloatField(allow_null=True)
    community = serializers.CharField(source="community_code", allow_null=True)
    grid = serializers.CharField(source="grid_code", allow_null=True)
    rule = serializers.CharField(allow_null=True)
    main_officer = serializers.CharField(help_text="who mainly serves the grid; '' when nobody does")
    demo = serializers.BooleanField()
    geometry = GeoJSONText()


class IncidentFeatureSerializer(FeatureSerializer, IncidentSerializer):
    """An incident as a GeoJSON Feature."""

    class Meta(FeatureSerializer.Meta):
        model = Incident


class IncidentDetailSerializer(IncidentSerializer):
    """An incident with its text, every receipt, and the officers who serve its grid at the moment asked for.

    ``grid`` is where it was dispatched, ``then`` the grid of its place when it occurred; ``placed_by`` and ``order`` as
    in the answer to its report.
    """

    text = serializers.CharField()
    declared_crs = serializers.CharField()
    reported_x = serializers.FloatField(allow_null=True)
    reported_y = serializers.FloatField(allow_null=True)
    assignments = FullReceiptSerializer(source="receipts", many=True)
    placed_by = serializers.SerializerMethodField()
    order = serializers.IntegerField(source="placing_order_id", allow_null=True)
    then = PlacedThenSerializer(allow_null=True)
    officers = ServingSerializer(many=True)

    def get_placed_by(self, row: Any) -> str | None:
        """Return the member of the report that said where it is; None: none did."""
        return row.placed_by or ("point" if row.geometry else None)


class IncidentDetailFeatureSerializer(FeatureSerializer, IncidentDetailSerializer):
    """An incident with its text and every receipt as a GeoJSON Feature."""

    class Meta(FeatureSerializer.Meta):
        model = Incident


class IncidentTypeSerializer(serializers.Serializer[Any]):
    """A type in the taxonomy."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    parent = serializers.CharField(source="parent_code", allow_null=True)  # type: ignore[assignment]
    stream = serializers.CharField()
    valid = Validity()
