"""What the doors of the life-cycle take: members known, moments aware, lists of bounded length."""

from typing import Any

from rest_framework import serializers

from buildings.models import BuildingKind, BuildingStatus
from gisserver.common.web.bodies import KnownMembers, MomentField, Text

MAX_PARTS = 50
MAX_INSIDE = 5000


def several(body: type[serializers.Serializer[Any]], *, at_least: int = 0, at_most: int = MAX_INSIDE) -> Any:
    """Return a list of such bodies; it may be absent when none are needed."""
    many: Any = body
    if at_least:
        return many(many=True, min_length=at_least, max_length=at_most)
    return many(many=True, required=False, default=list, max_length=at_most)


def whole_id() -> serializers.IntegerField:
    """Return an id."""
    return serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class OrderBody(KnownMembers):
    """What every event says of itself: since when (null: now; never ahead), why, from which source.

    ``dry_run``: the answer says what the event would do, and nothing is done.
    """

    dry_run = serializers.BooleanField(required=False, default=False)
    effective_at = MomentField(required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    source = Text(max_length=100, required=False, allow_blank=True, default="")  # type: ignore[assignment]


class PlaceBody(KnownMembers):
    """A place as GeoJSON in the declared ``crs`` (wgs84 when absent)."""

    location = serializers.JSONField(required=False, allow_null=True)
    crs = Text(max_length=20, required=False, default="wgs84")


class EntranceBody(PlaceBody):
    """An entrance."""

    name = Text(max_length=50)
    address = Text(max_length=300, required=False, allow_blank=True, default="")


class UnitBody(PlaceBody):
    """A unit; ``entrance`` is the name of one of the building's."""

    number = Text(max_length=50)
    floor = serializers.IntegerField(min_value=-99, max_value=999, required=False, allow_null=True)
    kind = serializers.ChoiceField(choices=BuildingKind.choices, required=False)
    entrance = Text(max_length=50, required=False, allow_null=True)
    address = Text(max_length=300, required=False, allow_blank=True, default="")
    code = Text(max_length=60, required=False, allow_blank=True, default="")
    scheme = Text(max_length=30, required=False, allow_blank=True, default="")
    issue_code = serializers.BooleanField(required=False, default=False)


class BuildingWordsBody(PlaceBody):
    """What is said of a building itself; what is absent is not said."""

    footprint = serializers.JSONField(required=False, allow_null=True)
    name = Text(max_length=200, required=False, allow_blank=True)
    kind = serializers.ChoiceField(choices=BuildingKind.choices, required=False)
    status = serializers.ChoiceField(choices=BuildingStatus.choices, required=False)
    floors = serializers.IntegerField(min_value=0, max_value=999, required=False, allow_null=True)
    height_m = serializers.FloatField(min_value=0, max_value=2000, required=False, allow_null=True)


class BuildingBody(BuildingWordsBody):
    """A building with its addresses and its code, given or to be issued."""

    address = Text(max_length=300, required=False, allow_blank=True)
    share_address = serializers.BooleanField(required=False, default=False)
    alternates = serializers.ListField(child=Text(max_length=300), required=False, default=list, max_length=100)
    code = Text(max_length=60, required=False, allow_blank=True, default="")
    scheme = Text(max_length=30, required=False, allow_blank=True, default="")
    issue_code = serializers.BooleanField(required=False, default=False)


class InsideBody(KnownMembers):
    """Entrances and units to be added."""

    entrances = several(EntranceBody)
    units = several(UnitBody)


class NewBuildingBody(OrderBody, BuildingBody, InsideBody):
    """A new building."""


class NewInsideBody(OrderBody, InsideBody):
    """New entrances and units of a building."""


class BuildingChangeBody(OrderBody, BuildingWordsBody):
    """What changes of a building."""


class UnitChangeBody(OrderBody, PlaceBody):
    """What changes of a unit."""

    number = Text(max_length=50, required=False)
    floor = serializers.IntegerField(min_value=-99, max_value=999, required=False, allow_null=True)
    kind = serializers.ChoiceField(choices=BuildingKind.choices, required=False)
    entrance = Text(max_length=50, required=False, allow_null=True)


class EntranceChangeBody(OrderBody, PlaceBody):
    """What changes of an entrance."""

    name = Text(max_length=50, required=False)


def ids() -> serializers.ListField:
    """Return a list of ids."""
    return serializers.ListField(
        child=whole_id(),
        required=False,
        default=list,
        max_length=MAX_INSIDE,
    )


class PartBody(BuildingBody):
    """A part of a building that is split: a building, and what it takes over."""

    entrances = ids()
    units = ids()
    rest = serializers.BooleanField(required=False, default=False)


class SplitBody(OrderBody):
    """A building is split into parts."""

    parts = several(PartBody, at_least=2, at_most=MAX_PARTS)


class MergeBody(OrderBody, BuildingBody):
    """Buildings become one."""

    buildings = serializers.ListField(child=whole_id(), min_length=1, max_length=MAX_PARTS)


class UnitNumberBody(KnownMembers):
    """A unit's new number."""

    id = whole_id()
    number = Text(max_length=50)
    address = Text(max_length=300, required=False)


class EntranceNameBody(KnownMembers):
    """An entrance's new name."""

    id = whole_id()
    name = Text(max_length=50)
    address = Text(max_length=300, required=False)


class RenumberBody(OrderBody):
    """Other numbers for units and entrances."""

    units = several(UnitNumberBody)
    entrances = several(EntranceNameBody)


class ReaddressBody(OrderBody):
    """Another standard address, further alternates, and texts that are no longer addresses."""

    address = Text(max_length=300, required=False, allow_blank=True, default="")
    alternates = serializers.ListField(child=Text(max_length=300), required=False, default=list, max_length=100)
    end = serializers.ListField(child=Text(max_length=300), required=False, default=list, max_length=100)
    keep_former = serializers.BooleanField(required=False, default=True)
    share_address = serializers.BooleanField(required=False, default=False)


class RecodeBody(OrderBody):
    """Another code; the next free one when it is absent."""

    code = Text(max_length=60, required=False, allow_blank=True, default="")
    scheme = Text(max_length=30, required=False, allow_blank=True, default="")


class WithReason(OrderBody):
    """What ends something and puts nothing in its place says why."""

    reason = serializers.CharField(max_length=2000)


class EndBody(WithReason):
    """The end of a building, entrance or unit."""

    end_households = serializers.BooleanField(required=False, default=False)


class RevertBody(WithReason):
    """An event is taken back."""

    event = whole_id()


class RoomBody(UnitBody):
    """A room that a unit is divided into: a unit, and the households that live on in it."""

    households = ids()
    rest = serializers.BooleanField(required=False, default=False)


class DivideBody(OrderBody):
    """A unit is divided."""

    parts = several(RoomBody, at_least=2, at_most=MAX_PARTS)


class CombineBody(OrderBody, UnitBody):
    """Units become one; what is not said of it is as in the first."""

    number = Text(max_length=50, required=False)
    units = serializers.ListField(child=whole_id(), min_length=1, max_length=MAX_PARTS)
