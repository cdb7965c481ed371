"""What the doors of households take."""

from rest_framework import serializers

from buildings.api.bodies import MAX_PARTS, OrderBody, RevertBody, WithReason, several, whole_id
from buildings.lifecycle.events.households import MAX_RESIDENTS
from gisserver.common.web.bodies import KnownMembers, Text


def _number(*, least: int = 0, allow_null: bool = True) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=least, max_value=MAX_RESIDENTS, required=False, allow_null=allow_null)


class HouseholdWordsBody(KnownMembers):
    """What is said of a household; what is absent is not said."""

    head_name = Text(max_length=100, required=False, allow_blank=True)
    phone = Text(max_length=40, required=False, allow_blank=True)
    residents = _number(least=1, allow_null=False)
    registered = serializers.BooleanField(required=False)
    children = _number()
    elderly = _number()
    floating = _number()


class NewHouseholdBody(HouseholdWordsBody):
    """A household that nobody knew."""

    source_ref = Text(max_length=100, required=False, allow_blank=True)


class MoveInBody(OrderBody, NewHouseholdBody):
    """A household moves into a unit."""

    unit = whole_id()


class HouseholdChangeBody(OrderBody, NewHouseholdBody):
    """What changes of a household."""


class MoveBody(OrderBody):
    """A household goes to another unit."""

    unit = whole_id()


class LeaveBody(OrderBody):
    """A household leaves."""


class DissolveBody(WithReason):
    """A household is no more, and why."""


class HouseholdPartBody(NewHouseholdBody):
    """A part of a household that is one of its own; without a unit it lives where it lived."""

    unit = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)


class HouseholdSplitBody(OrderBody):
    """A household splits: its parts, and what is said of those who stay."""

    keeps = HouseholdWordsBody(required=False, default=dict)
    parts = several(HouseholdPartBody, at_least=1, at_most=MAX_PARTS)


class HouseholdJoinBody(OrderBody, HouseholdWordsBody):
    """Households become part of one."""

    households = serializers.ListField(child=whole_id(), min_length=1, max_length=MAX_PARTS)


class HouseholdRevertBody(RevertBody):
    """An event of households is taken back."""


class ImportRevertBody(WithReason):
    """An import is taken back, and why."""
