"""How buildings, units and households look as JSON."""

from typing import Any

from rest_framework import serializers

from buildings.api.emptiness import Emptiness
from buildings.models import Building
from buildings.selectors import BuildingDetail
from gisserver.common.personal import shown
from gisserver.common.web.details import DetailSerializer
from gisserver.common.web.features import FeatureSerializer
from gisserver.common.web.views import GeoJSONText, Validity


class BuildingSerializer(serializers.Serializer[Any]):
    """A building with its standard address, its code and the grid responsible for it; geometry in lon/lat."""

    id = serializers.IntegerField(source="pk")
    code = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    address = serializers.CharField(allow_null=True)
    kind = serializers.CharField()
    status = serializers.CharField()
    floors = serializers.IntegerField(allow_null=True)
    height_m = serializers.FloatField(allow_null=True)
    community = serializers.CharField(source="community_code", allow_null=True)
    grid = serializers.CharField(source="grid_code", allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]
    valid = Validity()
    geometry = GeoJSONText()


class BuildingFeatureSerializer(FeatureSerializer, BuildingSerializer):
    """A building as a GeoJSON Feature."""

    class Meta(FeatureSerializer.Meta):
        model = Building


class AddressSerializer(serializers.Serializer[Any]):
    """A text by which the building is known."""

    text = serializers.CharField()
    kind = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    valid = Validity()


class CodeSerializer(serializers.Serializer[Any]):
    """A code issued for the building, with its dates."""

    code = serializers.CharField()
    scheme = serializers.CharField()
    issuer = serializers.CharField()
    valid = Validity()


class AssignmentSerializer(serializers.Serializer[Any]):
    """By which rule the grid was found, and how far from its border."""

    version = serializers.IntegerField(source="grid_version_id", allow_null=True)
    rule = serializers.CharField()
    margin_m = serializers.FloatField(allow_null=True)
    valid = Validity()


class EntranceSerializer(serializers.Serializer[Any]):
    """An entrance of the building."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    geometry = GeoJSONText()


class BuildingDetailSerializer(DetailSerializer, BuildingSerializer):
    """A building with everything known of it."""

    detail = BuildingDetail

    footprint = GeoJSONText(source="footprint_geometry")
    addresses = AddressSerializer(many=True)
    codes = CodeSerializer(many=True)
    entrances = EntranceSerializer(many=True)
    assignment = AssignmentSerializer(allow_null=True)
    units = serializers.IntegerField()
    households = serializers.IntegerField()


class BuildingDetailFeatureSerializer(BuildingDetailSerializer, FeatureSerializer):
    """A building with everything known of it as a GeoJSON Feature."""

    class Meta(FeatureSerializer.Meta):
        model = Building


class UnitSerializer(serializers.Serializer[Any]):
    """A lockable unit; ``location_from`` says whose point its geometry is: its own, the entrance's, the building's."""

    id = serializers.IntegerField(source="pk")
    code = serializers.CharField(allow_null=True)
    number = serializers.CharField()
    floor = serializers.IntegerField(allow_null=True)
    kind = serializers.CharField()
    building = serializers.IntegerField(source="building_id")
    entrance = serializers.CharField(source="entrance_name", allow_null=True)
    address = serializers.CharField(allow_null=True)
    households = serializers.IntegerField(source="households_count")
    valid = Validity()
    location_from = serializers.CharField(help_text="unit, entrance, building")
    geometry = GeoJSONText()


class HouseholdSerializer(serializers.Serializer[Any]):
    """A household in a period of its life; name and phone are masked unless the user may read them there (law 7).

    ``id`` is the household's for life; ``valid`` is since and until when it was as is told here.
    """

    id = serializers.IntegerField(source="identity")
    unit = serializers.IntegerField(source="unit_id")
    head_name = serializers.SerializerMethodField()
    phone = serializers.SerializerMethodField()
    masked = serializers.SerializerMethodField()
    residents = serializers.IntegerField()
    registered = serializers.BooleanField()
    children = serializers.IntegerField(allow_null=True, help_text="under 15; null: not told")
    elderly = serializers.IntegerField(allow_null=True, help_text="60 and older; null: not told")
    floating = serializers.IntegerField(allow_null=True, help_text="registered elsewhere; null: not told")
    source = serializers.CharField()  # type: ignore[assignment]
    source_ref = serializers.CharField(help_text="the number of the household in its source")
    invented = serializers.BooleanField()
    valid = Validity()

    def get_head_name(self, row: Any) -> str:
        """Return the name, or what may be shown of it."""
        return str(shown(row, "head_name", personal=row.personal))

    def get_phone(self, row: Any) -> str:
        """Return the phone number, or what may be shown of it."""
        return str(shown(row, "phone", personal=row.personal))

    def get_masked(self, row: Any) -> bool:
        """Say whether name and phone are masked."""
        return not row.personal


class SuccessorSerializer(serializers.Serializer[Any]):
    """What took the place of a target."""

    target = serializers.CharField()
    id = serializers.IntegerField()
    code = serializers.CharField(allow_null=True)


class CodeMeaningSerializer(serializers.Serializer[Any]):
    """A target that has, or had, the code; ``valid`` is when it had it, ``status`` what became of the target."""

    target = serializers.CharField(help_text="division, grid, building, unit")
    id = serializers.IntegerField()
    valid = Validity()
    current_code = serializers.CharField(allow_null=True)
    status = serializers.CharField(help_text="current, planned, demolished, split, merged, moved, withdrawn, ended")
    ended_at = serializers.DateTimeField(allow_null=True)
    successors = SuccessorSerializer(many=True, help_text="what has its place now, of what the user may see")


class CodeAnswerSerializer(serializers.Serializer[Any]):
    """What a code means."""

    code = serializers.CharField()
    meanings = CodeMeaningSerializer(many=True)


class AddressMeaningSerializer(CodeMeaningSerializer):
    """A target of which the text is, or was, an address; ``valid`` is when."""

    target = serializers.CharField(help_text="building, entrance, unit")
    text = serializers.CharField()
    kind = serializers.CharField()
    event = serializers.DictField(allow_null=True, help_text="id, kind and effective_at of what ended it, if an event")


class AddressAnswerSerializer(serializers.Serializer[Any]):
    """What an address text means, and meant."""

    text = serializers.CharField()
    meanings = AddressMeaningSerializer(many=True)
    reason = serializers.ChoiceField(
        choices=[each.value for each in Emptiness], allow_null=True, help_text="why there are none"
    )
