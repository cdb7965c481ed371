"""What the doors of legal persons take."""

from rest_framework import serializers

from buildings.api.bodies import MAX_PARTS, OrderBody, PlaceBody, RevertBody, WithReason, whole_id
from buildings.models import LegalPersonKind, LegalPersonStatus
from gisserver.common.web.bodies import KnownMembers, Text


class LegalPlaceBody(PlaceBody):
    """Where a legal person is found: in a unit, in a building, or at a location (GeoJSON Point in ``crs``)."""

    unit = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False, allow_null=True)
    building = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False, allow_null=True)


class LegalWordsBody(KnownMembers):
    """What is said of a legal person; what is absent is not said."""

    name = Text(max_length=200, required=False)
    kind = serializers.ChoiceField(choices=LegalPersonKind.choices, required=False)
    status = serializers.ChoiceField(choices=LegalPersonStatus.choices, required=False)
    registered_address = Text(max_length=300, required=False, allow_blank=True)
    actual_address = Text(max_length=300, required=False, allow_blank=True)


class NewLegalPersonBody(OrderBody, LegalWordsBody, LegalPlaceBody):
    """A legal person that nobody knew, or one that comes back."""

    credit_code = Text(max_length=40)
    name = Text(max_length=200)
    kind = serializers.ChoiceField(choices=LegalPersonKind.choices)


class LegalPersonChangeBody(OrderBody, LegalWordsBody, LegalPlaceBody):
    """What changes of a legal person."""


class LegalPersonEndBody(WithReason):
    """The end of a legal person, and who has taken it over."""

    successors = serializers.ListField(child=whole_id(), required=False, default=list, max_length=MAX_PARTS)


class LegalPersonRevertBody(RevertBody):
    """An event of a legal person is taken back."""
