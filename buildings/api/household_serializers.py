"""How events, histories and numbers of households look as JSON."""

from typing import Any

from rest_framework import serializers

from buildings.api.event_serializers import EventSerializer
from buildings.api.serializers import HouseholdSerializer
from gisserver.common.web.views import Validity


class HouseholdDoneSerializer(serializers.Serializer[Any]):
    """What was done, and the households concerned as they are now; this answer names nobody."""

    event = EventSerializer()
    households = HouseholdSerializer(many=True)


class PeriodSerializer(HouseholdSerializer):
    """What is said of a household for a period (``valid``), and while that was believed (``known``)."""

    known = Validity()


class HouseholdHistorySerializer(serializers.Serializer[Any]):
    """The life of a household: what is believed has no end of ``known``."""

    id = serializers.IntegerField()
    periods = PeriodSerializer(many=True)
    events = EventSerializer(many=True)


class CountsSerializer(serializers.Serializer[Any]):
    """Numbers at a moment."""

    at = serializers.DateTimeField()
    units = serializers.IntegerField()
    vacant = serializers.IntegerField(help_text="units where no household lives")
    households = serializers.IntegerField()
    residents = serializers.IntegerField()
    registered = serializers.IntegerField(help_text="households registered here")
    floating_households = serializers.IntegerField(help_text="households registered elsewhere")
    children = serializers.IntegerField(help_text="residents under 15, where told")
    elderly = serializers.IntegerField(help_text="residents of 60 and older, where told")
    floating = serializers.IntegerField(help_text="residents registered elsewhere, where told")
