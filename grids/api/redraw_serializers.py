"""How redraws look as JSON, and what their doors take."""

from typing import Any

from rest_framework import serializers

from grids.models import RedrawCommand
from grids.redraws.bodies import MEMBERS, shown


class NewRedrawSerializer(serializers.Serializer[Any]):
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


class RedrawEventSerializer(serializers.Serializer[Any]):
    """A line of a redraw's log."""

    action = serializers.CharField()
    author = serializers.CharField(source="author.username")
    at = serializers.DateTimeField(source="created_at")
    comment = serializers.CharField()
    command = serializers.IntegerField(allow_null=True)


class RedrawDetailSerializer(RedrawSerializer):
    """A redraw with its log; ``conflict`` names the first command that no longer goes on what is current."""

    events = RedrawEventSerializer(many=True, source="log")
    conflict = serializers.DictField(allow_null=True)


class CommandBodySerializer(serializers.Serializer[Any]):
    """A command; which further members it has follows from the verb. Geometry is GeoJSON in lon/lat or ``crs``."""

    verb = serializers.ChoiceField(choices=list(MEMBERS))
    crs = serializers.CharField(required=False, default="wgs84")


class CommandSerializer(serializers.Serializer[Any]):
    """A command of a redraw."""

    number = serializers.IntegerField()
    verb = serializers.CharField()
    arguments = serializers.SerializerMethodField()
    author = serializers.CharField(source="author.username")
    created_at = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)

    def get_arguments(self, row: RedrawCommand) -> dict[str, Any]:
        """Return the arguments as they took effect, geometry in lon/lat."""
        return shown(row.arguments)


class DrawnGridSerializer(serializers.Serializer[Any]):
    """A grid that a command has changed; no geometry when it is gone."""

    code = serializers.CharField()
    name = serializers.CharField(allow_null=True)
    kind = serializers.CharField(allow_null=True)
    geometry = serializers.DictField(allow_null=True)


class DrawnSerializer(serializers.Serializer[Any]):
    """What a command, an undo or a redo has changed."""

    number = serializers.IntegerField()
    changed = DrawnGridSerializer(many=True)
    warnings = serializers.ListField(child=serializers.DictField())


class PreviewGridSerializer(serializers.Serializer[Any]):
    """A grid before and after: buildings, units, households, incidents_open, area_m2, compactness, parts."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    change = serializers.ChoiceField(choices=["added", "removed", "changed"])
    before = serializers.DictField()
    after = serializers.DictField()
    geometry = serializers.DictField(allow_null=True)


class PreviewSerializer(serializers.Serializer[Any]):
    """What publishing would do now."""

    grids = PreviewGridSerializer(many=True)
    moved = serializers.DictField(child=serializers.IntegerField())
    warnings = serializers.ListField(child=serializers.DictField())


class CommentSerializer(serializers.Serializer[Any]):
    """What a person says to a step of the review."""

    comment = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")


class PublishSerializer(serializers.Serializer[Any]):
    """When a redraw takes effect: null is now."""

    effective_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
