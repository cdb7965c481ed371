"""How legal persons and their lives look as JSON."""

from typing import Any

from rest_framework import serializers

from buildings.api.event_serializers import EventSerializer
from buildings.models import LegalPerson
from gisserver.common.web.features import FeatureSerializer
from gisserver.common.web.views import GeoJSONText, Validity


class LegalWordsSerializer(serializers.Serializer[Any]):
    """What is said of a legal person; it is found in ``unit``, in ``building``, or at the bare place ``geometry``."""

    name = serializers.CharField()
    kind = serializers.CharField()
    status = serializers.CharField(help_text="operating, suspended, revoked")
    registered_address = serializers.CharField()
    actual_address = serializers.CharField()
    building = serializers.IntegerField(source="building_id", allow_null=True)
    unit = serializers.IntegerField(source="unit_id", allow_null=True)


class LegalPersonSerializer(LegalWordsSerializer):
    """A legal person: ``credit_code`` is its unified social credit code, for life."""

    id = serializers.IntegerField(source="pk")
    credit_code = serializers.CharField()
    building_code = serializers.CharField(allow_null=True)
    unit_code = serializers.CharField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]
    valid = Validity()
    geometry = GeoJSONText()


class LegalPersonFeatureSerializer(FeatureSerializer, LegalPersonSerializer):
    """A legal person as a GeoJSON Feature."""

    class Meta(FeatureSerializer.Meta):
        model = LegalPerson


class LegalPersonDoneSerializer(serializers.Serializer[Any]):
    """What was done, and the legal persons concerned as they are now."""

    event = EventSerializer()
    legal_persons = LegalPersonSerializer(many=True)


class LegalStateSerializer(LegalWordsSerializer):
    """What was said of a legal person, and when."""

    shown = Validity()
    geometry = GeoJSONText()


class LegalHistorySerializer(serializers.Serializer[Any]):
    """The life of a legal person."""

    id = serializers.IntegerField()
    credit_code = serializers.CharField()
    status = serializers.CharField(help_text="current, ended")
    ended_at = serializers.DateTimeField(allow_null=True)
    successors = serializers.ListField(child=serializers.IntegerField(), help_text="who has taken it over")
    states = LegalStateSerializer(many=True)
    events = EventSerializer(many=True)
