"""What the doors of events on many buildings take: which buildings, a rule or a table, and whether only to tell."""

from typing import Any

from rest_framework import serializers

from buildings.addresses.parsing.elements import Kind
from buildings.api.bodies import OrderBody, WithReason, several, whole_id
from buildings.lifecycle.bulk.selection import MAX_BUILDINGS
from buildings.models import BuildingKind, BuildingStatus
from gisserver.common.web.bodies import KnownMembers, Text

MAX_ROWS = 20_000
# What the kinds of numbers are called at the doors: 829号 is a plate, 3栋 a building.
NUMBERS = {"plate": Kind.NUMBER, "building": Kind.BUILDING}


class SelectBody(KnownMembers):
    """Which buildings, in one way: ``buildings`` (ids) and ``codes``; ``estate``; or ``area`` in ``crs``."""

    buildings = serializers.ListField(child=whole_id(), required=False, default=list, max_length=MAX_BUILDINGS)
    codes = serializers.ListField(child=Text(max_length=60), required=False, default=list, max_length=MAX_BUILDINGS)
    estate = Text(
        max_length=300, required=False, default="", help_text="A name of a road, estate or lane, or an address."
    )
    area = serializers.JSONField(required=False, allow_null=True, default=None, help_text="A GeoJSON (Multi)Polygon.")
    crs = Text(max_length=20, required=False, default="wgs84")


class BulkBody(OrderBody):
    """What every event on many buildings says; ``dry_run`` tells what it would do, and does nothing."""

    select = SelectBody(required=False)
    dry_run = serializers.BooleanField(required=False, default=False)


class OneRule(BulkBody):
    """An event by one of several rules; by a table of rows it needs no ``select``."""

    rules: tuple[str, ...] = ()

    def validate(self, attrs: Any) -> Any:
        """Ask for exactly one rule, and for a selection unless rows name their targets."""
        given = [name for name in self.rules if attrs.get(name)]
        if len(given) != 1:
            raise serializers.ValidationError(f"Say one of {', '.join(self.rules)}.")
        if ("select" in attrs) == (given == ["table"]):
            raise serializers.ValidationError("Say which buildings by select; a table says it itself.")
        return attrs


class SetBody(KnownMembers):
    """The attributes that buildings get."""

    kind = serializers.ChoiceField(choices=BuildingKind.choices, required=False)
    status = serializers.ChoiceField(choices=BuildingStatus.choices, required=False)
    floors = serializers.IntegerField(min_value=0, max_value=999, required=False, allow_null=True)
    height_m = serializers.FloatField(min_value=0, max_value=2000, required=False, allow_null=True)


class BulkUpdateBody(BulkBody):
    """Many buildings get the same attributes."""

    select = SelectBody()
    set = SetBody()

    def validate_set(self, value: Any) -> Any:
        """Ask for something to set."""
        if not value:
            raise serializers.ValidationError("Say at least one attribute.")
        return value


class BulkDemolishBody(BulkBody, WithReason):
    """Many buildings end."""

    select = SelectBody()
    end_households = serializers.BooleanField(required=False, default=False)


class NumbersBody(KnownMembers):
    """Other house numbers: so many more (``add``), or from ``first`` on in steps, in their order now."""

    of = serializers.ChoiceField(choices=list(NUMBERS), help_text="829号 is a plate, 3栋 a building.")
    add = serializers.IntegerField(min_value=-99_999, max_value=99_999, required=False)
    first = serializers.IntegerField(min_value=1, max_value=99_999, required=False)
    step = serializers.IntegerField(min_value=1, max_value=100, required=False, default=1)

    def validate(self, attrs: Any) -> Any:
        """Ask for one of the two."""
        if ("add" in attrs) == ("first" in attrs):
            raise serializers.ValidationError("Say either add or first.")
        return attrs


class AddressRowBody(KnownMembers):
    """The standard address of a building."""

    building = whole_id()
    address = Text(max_length=300)


class BulkReaddressBody(OneRule):
    """Many buildings get other addresses: other ``names`` (old to new), other ``numbers``, or those of a ``table``."""

    rules = ("names", "numbers", "table")
    names = serializers.DictField(child=Text(max_length=100), required=False, default=dict)
    numbers = NumbersBody(required=False)
    table: Any = several(AddressRowBody, at_most=MAX_BUILDINGS)
    keep_former = serializers.BooleanField(required=False, default=True)
    share_address = serializers.BooleanField(required=False, default=False)

    def validate_names(self, value: Any) -> Any:
        """Refuse names that say nothing."""
        if len(value) > 100 or not all(0 < len(old.strip()) <= 100 and new.strip() for old, new in value.items()):
            raise serializers.ValidationError("Say at most 100 names, each with the one that takes its place.")
        return value


class UnitRuleBody(KnownMembers):
    """Other numbers of units: so many more, or a prefix before each."""

    add = serializers.IntegerField(min_value=-99_999, max_value=99_999, required=False, default=0)
    prefix = Text(max_length=20, required=False, default="")

    def validate(self, attrs: Any) -> Any:
        """Ask for a change."""
        if not (attrs["add"] or attrs["prefix"]):
            raise serializers.ValidationError("Say add, prefix, or both.")
        return attrs


class UnitRowBody(KnownMembers):
    """A unit's new number."""

    unit = whole_id()
    number = Text(max_length=50)


class BulkRenumberBody(OneRule):
    """Other house ``numbers`` of buildings, or other numbers of the ``units`` in them, by a rule or a ``table``."""

    rules = ("numbers", "units", "table")
    numbers = NumbersBody(required=False)
    units = UnitRuleBody(required=False)
    table: Any = several(UnitRowBody, at_most=MAX_ROWS)


class CodeRowBody(KnownMembers):
    """The code of a building or unit."""

    id = whole_id()
    code = Text(max_length=60)


class BulkRecodeBody(OneRule):
    """Codes of buildings or units: the ``next`` free ones, for all or for those without one; or a ``table``."""

    rules = ("next", "table")
    of = serializers.ChoiceField(choices=["building", "unit"], required=False, default="building")
    next = serializers.ChoiceField(choices=["missing", "all"], required=False)
    table: Any = several(CodeRowBody, at_most=MAX_ROWS)
    scheme = Text(max_length=30, required=False, allow_blank=True, default="")


class RefusalSerializer(serializers.Serializer[Any]):
    """Why one building cannot be treated like the others."""

    building = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ChangedSerializer(serializers.Serializer[Any]):
    """What changes of one building; ``after`` is null where it ends."""

    building = serializers.IntegerField()
    before = serializers.DictField()
    after = serializers.DictField(allow_null=True)


class PlanSerializer(serializers.Serializer[Any]):
    """What an event on many buildings did, or would do: ``event`` is null when nothing was done."""

    event = serializers.IntegerField(allow_null=True)
    selected = serializers.IntegerField()
    changed = serializers.IntegerField()
    effects = serializers.IntegerField(help_text="rows of buildings, entrances, units, addresses and codes touched")
    unchanged = serializers.ListField(child=serializers.IntegerField())
    changes = ChangedSerializer(many=True)
    refusals = RefusalSerializer(many=True)
