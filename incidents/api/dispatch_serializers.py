"""How steps, decisions, queues and notices come in, and how they look as JSON."""

from typing import Any

from rest_framework import serializers

from gisserver.common.web.bodies import KnownMembers, Text
from gisserver.common.web.views import Validity
from incidents.api.serializers import IncidentSerializer
from incidents.lifecycle.states import State
from incidents.lifecycle.steps import STEPS, possible
from incidents.models import LEVELS

MAX_REASON = 500


class NewStepSerializer(KnownMembers):
    """A step to take. ``officer`` or ``unit`` with a dispatch; ``level`` with any; ``duplicate_of`` with a merge."""

    step = serializers.ChoiceField(choices=list(STEPS))
    reason = Text(max_length=MAX_REASON, required=False, allow_blank=True, default="")
    level = serializers.ChoiceField(choices=LEVELS, required=False, allow_null=True, default=None)
    officer = serializers.IntegerField(source="officer_id", min_value=1, required=False, allow_null=True, default=None)
    unit = Text(max_length=200, required=False, allow_blank=True, default="")
    duplicate_of = serializers.IntegerField(min_value=1, required=False, allow_null=True, default=None)


class StepSerializer(serializers.Serializer[Any]):
    """A step that was taken: from which to which state, by whom, why, and until when the new state must be left."""

    number = serializers.IntegerField()
    step = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    by = serializers.CharField(source="by.username")
    reason = serializers.CharField()
    level = serializers.IntegerField(allow_null=True)
    officer = serializers.IntegerField(source="officer_id", allow_null=True)
    officer_name = serializers.CharField(source="officer.name", default=None, allow_null=True)
    unit = serializers.CharField()
    duplicate_of = serializers.IntegerField(source="duplicate_of_id", allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    taken_at = serializers.DateTimeField()


class StandingSerializer(serializers.Serializer[Any]):
    """Where an incident stands, the steps that start there, and those that it has taken, the first first."""

    id = serializers.IntegerField(source="pk")
    state = serializers.CharField()
    status = serializers.CharField()
    since = serializers.DateTimeField(source="state_since")
    due_at = serializers.DateTimeField(allow_null=True)
    level = serializers.IntegerField(allow_null=True)
    possible = serializers.SerializerMethodField()
    steps = StepSerializer(source="taken", many=True)

    def get_possible(self, row: Any) -> list[str]:
        """Return the names of the steps that start from its state; who may take them is said when one is taken."""
        return [step.name for step in possible(State(row.state))]


class GridDecisionSerializer(KnownMembers):
    """A grid decided by hand, and why."""

    grid = serializers.CharField(max_length=40)
    reason = Text(max_length=MAX_REASON)


class WithdrawalSerializer(KnownMembers):
    """Why a decision is taken back."""

    reason = Text(max_length=MAX_REASON)


class QueueSerializer(serializers.Serializer[Any]):
    """A queue and its length."""

    queue = serializers.CharField()
    called = serializers.CharField()
    incidents = serializers.IntegerField()


class QueuedSerializer(IncidentSerializer):
    """An incident in a queue: its standing, and how sure its grid is."""

    state = serializers.CharField()
    since = serializers.DateTimeField(source="state_since")
    due_at = serializers.DateTimeField(allow_null=True)
    level = serializers.IntegerField(allow_null=True)
    officer = serializers.IntegerField(source="handler_id", allow_null=True)
    unit = serializers.CharField(source="department", allow_null=True)
    reason = serializers.CharField(allow_null=True)
    margin_m = serializers.FloatField(allow_null=True)
    confidence = serializers.FloatField(allow_null=True)


class NearSerializer(serializers.Serializer[Any]):
    """An incident that may be the same; ``score`` from 0 to 1."""

    id = serializers.IntegerField()
    type = serializers.CharField()
    status = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    title = serializers.CharField()
    address = serializers.CharField()
    distance_m = serializers.FloatField(allow_null=True)
    hours_apart = serializers.FloatField()
    similarity = serializers.FloatField()
    same_type = serializers.BooleanField()
    score = serializers.FloatField()


class PairedSerializer(serializers.Serializer[Any]):
    """The later one of two incidents that may be the same."""

    id = serializers.IntegerField()
    type = serializers.CharField()
    status = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    title = serializers.CharField()
    address = serializers.CharField()


class PairSerializer(serializers.Serializer[Any]):
    """Two open incidents that may be the same: ``incident`` would be merged into ``other``."""

    incident = PairedSerializer()
    other = NearSerializer()


class PairsSerializer(serializers.Serializer[Any]):
    """A look at the queue of pairs; ``next`` null: no open incident is left to look at."""

    next = serializers.IntegerField(allow_null=True)
    results = PairSerializer(source="pairs", many=True)


class DistinctSerializer(KnownMembers):
    """That an incident is not the same as ``other``; ``withdraw``: that this is taken back."""

    other = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    reason = Text(max_length=MAX_REASON, required=False, allow_blank=True, default="")
    withdraw = serializers.BooleanField(required=False, default=False)


class DistinctPairSerializer(serializers.Serializer[Any]):
    """What was decided of two incidents."""

    first = serializers.IntegerField(source="first_id")
    second = serializers.IntegerField(source="second_id")
    by = serializers.CharField(source="by.username")
    reason = serializers.CharField()
    decided_at = serializers.DateTimeField()
    withdrawn_by = serializers.CharField(source="withdrawn_by.username", default=None, allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class NoticeSerializer(serializers.Serializer[Any]):
    """Something told of an incident; without an officer it is for whoever dispatches in the community."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField()
    incident = serializers.IntegerField(source="incident_id")
    about = serializers.IntegerField()
    grid = serializers.CharField(source="grid_code", allow_null=True)
    officer = serializers.IntegerField(source="officer_id", allow_null=True)
    officer_name = serializers.CharField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    recorded_at = serializers.DateTimeField()


class DeadlineSerializer(serializers.Serializer[Any]):
    """Within how many minutes a state is left."""

    id = serializers.IntegerField(source="pk")
    state = serializers.CharField()
    type = serializers.CharField(source="type.code", default=None, allow_null=True)
    level = serializers.IntegerField(allow_null=True)
    minutes = serializers.IntegerField()
    remind_before = serializers.IntegerField(allow_null=True)
    escalate_after = serializers.IntegerField(allow_null=True)
    valid = Validity()


class RestatedSerializer(serializers.Serializer[Any]):
    """A grid with the incidents of a span in it, and how many of those another grid was responsible for."""

    grid = serializers.CharField()
    incidents = serializers.IntegerField()
    elsewhere = serializers.IntegerField()


class TypeCountSerializer(serializers.Serializer[Any]):
    """How many incidents of a span are of a type, those of other versions by what the mapping makes of them."""

    code = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    incidents = serializers.FloatField()
