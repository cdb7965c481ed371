"""How redraws look as JSON, and what their doors take."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiSerializerExtension
from rest_framework import serializers

from gisserver.common.web.bodies import KnownMembers, MomentField
from gisserver.common.web.details import DetailSerializer
from grids.models import RedrawCommand
from grids.redraws.commands.schema import body_schema, shown
from grids.redraws.draft.restored_grids import MEMBER
from grids.redraws.selectors import RedrawDetail


class NewRedrawSerializer(KnownMembers):
    """A new draft."""

    title = serializers.CharField(max_length=200)
    reason = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")
    communities = serializers.ListField(child=serializers.CharField(max_length=40), min_length=1, max_length=50)


class RedrawSerializer(serializers.Serializer[Any]):
    """A redraw."""

    id = serializers.IntegerField(source="pk")
    title = serializers.CharField()
    reason = serializers.CharField()
    status = serializers.CharField()
    communities = serializers.ListField(child=serializers.CharField(), source="community_codes")
    author = serializers.CharField(source="author.username")
    created_at = serializers.DateTimeField()
    effective_at = serializers.DateTimeField(allow_null=True)
    commands = serializers.IntegerField(source="commands_count")
    reverses = serializers.IntegerField(source="reverses_id", allow_null=True)


class WordsSerializer(KnownMembers):
    """What a draft is called, and why; what is absent stays."""

    title = serializers.CharField(max_length=200, required=False)
    reason = serializers.CharField(max_length=5000, required=False, allow_blank=True)


class ReverseSerializer(KnownMembers):
    """Why a published redraw is reversed, and what the reversal is called."""

    title = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    reason = serializers.CharField(max_length=5000)


class RedrawEventSerializer(serializers.Serializer[Any]):
    """A line of a redraw's log; ``corrects`` is the line that a correction is about."""

    id = serializers.IntegerField(source="pk")
    action = serializers.CharField()
    author = serializers.CharField(source="author.username")
    at = serializers.DateTimeField(source="created_at")
    comment = serializers.CharField()
    command = serializers.IntegerField(allow_null=True)
    corrects = serializers.IntegerField(source="corrects_id", allow_null=True)


class RedrawDetailSerializer(DetailSerializer, RedrawSerializer):
    """A redraw with its log; ``conflict`` names the first command that no longer goes on what is current."""

    detail = RedrawDetail

    events = RedrawEventSerializer(many=True, source="log")
    conflict = serializers.DictField(allow_null=True)
    version = serializers.CharField(help_text="what the ETag says, for If-Match")
    reversed_by = serializers.ListField(child=serializers.IntegerField())
    may = serializers.ListField(child=serializers.CharField(), help_text="the steps that who asks may take now")


class CommandBodySerializer(serializers.Serializer[Any]):
    """A command; its members follow from the verb. Geometry is GeoJSON in lon/lat or ``crs``."""


class CommandBodyScheme(OpenApiSerializerExtension):
    """Describes the body of a command by the registry of verbs."""

    target_class = "grids.api.redraw_serializers.CommandBodySerializer"

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the forms of all verbs."""
        return body_schema() | {"description": CommandBodySerializer.__doc__}


class CommandSerializer(serializers.Serializer[Any]):
    """A command of a redraw."""

    number = serializers.IntegerField()
    verb = serializers.CharField()
    arguments = serializers.SerializerMethodField()
    author = serializers.CharField(source="author.username")
    created_at = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)
    reversal = serializers.SerializerMethodField(help_text="whether it takes back a step of the redraw reversed")

    def get_reversal(self, row: RedrawCommand) -> bool:
        """Say whether the command reverses another."""
        return MEMBER in row.arguments

    def get_arguments(self, row: RedrawCommand) -> dict[str, Any]:
        """Return the arguments as they took effect, geometry in lon/lat."""
        return shown({name: value for name, value in row.arguments.items() if name != MEMBER})


class DrawnGridSerializer(serializers.Serializer[Any]):
    """A grid that a command has changed; no geometry when it is gone."""

    code = serializers.CharField()
    name = serializers.CharField(allow_null=True)
    kind = serializers.CharField(allow_null=True)
    geometry = serializers.DictField(allow_null=True)


class DrawnSerializer(serializers.Serializer[Any]):
    """What a command, an undo or a redo has changed."""

    number = serializers.IntegerField()
    numbers = serializers.ListField(
        child=serializers.IntegerField(), help_text="All commands of the act: one undo or redo is about them all."
    )
    changed = DrawnGridSerializer(many=True)
    warnings = serializers.ListField(child=serializers.DictField())


class PreviewGridSerializer(serializers.Serializer[Any]):
    """A grid before and after: name, kind, officers, what it carries (buildings, …), area_m2, compactness, parts."""

    code = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    kind = serializers.CharField()
    community = serializers.CharField()
    change = serializers.ChoiceField(choices=["added", "removed", "changed"])
    differs = serializers.ListField(
        child=serializers.ChoiceField(choices=["boundary", "name", "kind"]), help_text="in what it differs"
    )
    before = serializers.DictField()
    after = serializers.DictField()
    geometry = serializers.DictField(allow_null=True)


class PreviewSerializer(serializers.Serializer[Any]):
    """What publishing would do now, or did ``at`` the moment when the redraw took effect."""

    grids = PreviewGridSerializer(many=True)
    moved = serializers.DictField(child=serializers.IntegerField())
    totals = serializers.DictField(help_text="sums over the changed grids: before, after")
    warnings = serializers.ListField(child=serializers.DictField())
    at = serializers.DateTimeField(allow_null=True)


class MoveSerializer(serializers.Serializer[Any]):
    """A building, a unit or an open incident that goes from one grid to another; null is no grid."""

    kind = serializers.CharField()
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField(help_text="name or address; no personal data")
    from_grid = serializers.CharField(source="source", allow_null=True)
    to_grid = serializers.CharField(source="target", allow_null=True)
    lon = serializers.FloatField()
    lat = serializers.FloatField()


class MovePageSerializer(serializers.Serializer[Any]):
    """A page of what moves."""

    next = serializers.CharField(allow_null=True)
    results = MoveSerializer(many=True)


class CommentSerializer(KnownMembers):
    """What a person says to a step of the review."""

    comment = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")


class _OffsetMomentField(MomentField):
    """A moment with its offset from UTC; none is guessed for what will take effect."""

    def enforce_timezone(self, value: datetime) -> datetime:
        """Leave a moment without an offset as it is: the service refuses it."""
        return value if timezone.is_naive(value) else super().enforce_timezone(value)


class PublishSerializer(KnownMembers):
    """When a redraw takes effect: null is now, else a moment with its offset, within ten years."""

    effective_at = _OffsetMomentField(required=False, allow_null=True, default=None)
