"""How officers, posts and shifts come in, and how they look as JSON."""

from typing import Any

from rest_framework import serializers

from gisserver.common.personal import shown
from gisserver.common.web.bodies import KnownMembers, MomentField, Text
from gisserver.common.web.details import DetailSerializer
from gisserver.common.web.views import Validity
from grids.models import PostRole
from grids.posts.selectors import OfficerDetail
from grids.shifts import DAY, Shift, shifts_of

MAX_SHIFTS = 50


class TimeOfDay(serializers.Field[int, str, str, str]):
    """``HH:MM``, as minutes since midnight; 24:00 is the 00:00 of the next day."""

    default_error_messages = {"invalid": "A time of day is HH:MM from 00:00 to 24:00."}

    def to_internal_value(self, data: str) -> int:
        """Return the minutes since midnight."""
        hour, colon, minute = data.partition(":") if isinstance(data, str) else ("", "", "")
        plain = colon and all(len(part) == 2 and part.isascii() and part.isdigit() for part in (hour, minute))
        minutes = int(hour) * 60 + int(minute) if plain else -1
        if not 0 <= minutes <= DAY or not plain or int(minute) > 59:
            self.fail("invalid")
        return minutes % DAY

    def to_representation(self, value: int) -> str:
        """Write the time."""
        return f"{value // 60:02}:{value % 60:02}"


class ShiftSerializer(KnownMembers):
    """Hours on some days of the week (1 Monday … 7 Sunday); ``until`` not after ``from`` is on the next day."""

    days = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=7), min_length=1, max_length=7)

    def get_fields(self) -> Any:
        """Return the fields; ``from`` is no name in Python."""
        return {**super().get_fields(), "from": TimeOfDay(source="begins"), "until": TimeOfDay(source="ends")}

    def to_internal_value(self, data: Any) -> Any:
        """Return the `Shift`."""
        said = super().to_internal_value(data)
        return Shift(tuple(sorted(set(said["days"]))), said["begins"], said["ends"])


class Shifts(serializers.ListSerializer[Any]):
    """Shifts; an empty list is round the clock."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=ShiftSerializer(), max_length=MAX_SHIFTS, **kwargs)


class NewOfficerSerializer(KnownMembers):
    """A person who joins the staff of a division; ``team`` is made when it is new."""

    division = serializers.CharField(max_length=40)
    name = Text(max_length=100)
    staff_number = Text(max_length=40, required=False, allow_blank=True, default="")
    phone = Text(max_length=40, required=False, allow_blank=True, default="")
    team = Text(max_length=100, required=False, allow_blank=True, default="")
    since = MomentField(required=False, source="begins", help_text="now when absent")


class OfficerChangeSerializer(KnownMembers):
    """What is said of an officer from now on; an empty ``team`` is none."""

    name = Text(max_length=100, required=False)
    staff_number = Text(max_length=40, required=False, allow_blank=True)
    phone = Text(max_length=40, required=False, allow_blank=True)
    team = Text(max_length=100, required=False, allow_blank=True)


class EndSerializer(KnownMembers):
    """When it ends; now when absent."""

    at = MomentField(required=False, allow_null=True, default=None)


class NewPostSerializer(KnownMembers):
    """An appointment. ``replacing``: the main officers of these hours are relieved at its beginning."""

    grid = serializers.CharField(max_length=40)
    officer = serializers.IntegerField(source="officer_id", min_value=1)
    role = serializers.ChoiceField(choices=PostRole.choices, default=PostRole.MAIN)
    shifts = Shifts(required=False, default=list)
    since = MomentField(required=False, source="begins", help_text="now when absent")
    until = MomentField(required=False, allow_null=True)
    replacing = serializers.BooleanField(required=False, default=False)
    reason = Text(max_length=200, required=False, allow_blank=True, default="")


class OfficerSerializer(serializers.Serializer[Any]):
    """An officer; the phone is masked unless the reader may read personal data of the division (law 7)."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    staff_number = serializers.CharField()
    phone = serializers.SerializerMethodField()
    masked = serializers.SerializerMethodField()
    team = serializers.CharField(source="team.name", default=None, allow_null=True)
    division = serializers.CharField(source="division_code", allow_null=True)
    valid = Validity()

    def get_phone(self, row: Any) -> str:
        """Return the phone, or what may be shown of it."""
        return str(shown(row, "phone", personal=row.personal))

    def get_masked(self, row: Any) -> bool:
        """Say whether the phone is masked."""
        return not row.personal


class MemberSerializer(serializers.Serializer[Any]):
    """An officer of a team."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    staff_number = serializers.CharField()


class TeamSerializer(serializers.Serializer[Any]):
    """A team, and the officers who are of it at the moment asked for."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    division = serializers.CharField(source="division_code", allow_null=True)
    officers = MemberSerializer(source="members", many=True)


class WorkloadSerializer(serializers.Serializer[Any]):
    """The grids that an officer serves, by code with the role, and the sum of what they carry."""

    grids = serializers.DictField(child=serializers.CharField())
    load = serializers.DictField(child=serializers.IntegerField())


class OfficerDetailSerializer(DetailSerializer, OfficerSerializer):
    """An officer with the workload at the moment asked for."""

    detail = OfficerDetail

    workload = WorkloadSerializer()


class PostSerializer(serializers.Serializer[Any]):
    """A post: who serves which grid, as what, at which hours (an empty list: round the clock), from when to when."""

    id = serializers.IntegerField(source="pk")
    grid = serializers.CharField(source="grid_code", allow_null=True)
    officer = serializers.IntegerField(source="officer_id")
    officer_name = serializers.CharField()
    role = serializers.CharField()
    shifts = serializers.SerializerMethodField()
    reason = serializers.CharField()
    valid = serializers.SerializerMethodField()
    recorded_at = serializers.DateTimeField()

    def get_shifts(self, row: Any) -> Any:
        """Return the shifts."""
        return Shifts().to_representation(shifts_of(row.hours))

    def get_valid(self, row: Any) -> Any:
        """Return from when to when; null for a post that was called off before it began."""
        return None if row.valid.isempty else {"from": row.valid.lower, "until": row.valid.upper}


class ServingSerializer(serializers.Serializer[Any]):
    """An officer who serves a grid; ``inherited_from`` is the grid whose post it still is."""

    post = serializers.IntegerField(source="post_id")
    officer = serializers.IntegerField(source="officer_id")
    name = serializers.CharField()
    staff_number = serializers.CharField()
    team = serializers.CharField(allow_null=True)
    role = serializers.CharField()
    shifts = Shifts()
    on_duty = serializers.BooleanField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    inherited_from = serializers.CharField(allow_null=True)
