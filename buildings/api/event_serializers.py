"""How life-cycle events and histories look as JSON."""

from typing import Any

from rest_framework import serializers

from buildings.api.serializers import BuildingSerializer
from gisserver.common.web.views import GeoJSONText, Validity


class EffectSerializer(serializers.Serializer[Any]):
    """What an event did to one target; ``text`` is the address, code or number that it is."""

    target = serializers.CharField()
    id = serializers.IntegerField()
    text = serializers.CharField(required=False)
    building = serializers.IntegerField(allow_null=True)
    role = serializers.CharField()
    before = serializers.DictField(allow_null=True)
    after = serializers.DictField(allow_null=True)


class EventSerializer(serializers.Serializer[Any]):
    """A life-cycle event; ``effects_total`` is more than the effects told when they are very many.

    ``reason`` is null where the event reaches beyond what the reader may see.
    """

    id = serializers.IntegerField()
    kind = serializers.CharField()
    effective_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    author = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]
    reverts = serializers.IntegerField(allow_null=True)
    reverted_by = serializers.IntegerField(allow_null=True)
    effects_total = serializers.IntegerField()
    effects = EffectSerializer(many=True)


class DoneSerializer(serializers.Serializer[Any]):
    """What was done, and the buildings concerned as they stand now."""

    event = EventSerializer()
    buildings = BuildingSerializer(many=True)


class StateSerializer(serializers.Serializer[Any]):
    """What a building, entrance or unit said, and when."""

    shown = Validity()
    geometry = GeoJSONText()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Add the words that this kind of target has."""
        answer = super().to_representation(instance)
        for name in ("name", "kind", "status", "floors", "height_m", "number", "floor", "building_id", "entrance_id"):
            if hasattr(instance, name):
                answer[name.removesuffix("_id")] = getattr(instance, name)
        return answer


class HistorySerializer(serializers.Serializer[Any]):
    """The life of a target."""

    target = serializers.CharField()
    id = serializers.IntegerField()
    status = serializers.CharField()
    ended_at = serializers.CharField(allow_null=True)
    successors = serializers.ListField(child=serializers.IntegerField())
    states = StateSerializer(many=True)
    events = EventSerializer(many=True)
