"""The doors that decide many rows of the review queue, and take many decisions back."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from buildings.api.bodies import whole_id
from buildings.api.reviews import PERMISSIONS, person
from buildings.decisions import many
from gisserver.common.languages import spoken
from gisserver.common.web.bodies import KnownMembers, checked
from gisserver.common.web.views import DoorView

# A decision is an event of its own, some hundredths of a second each; the next ones are a request of their own.
MOST_ROWS = 200
# As many as there are keys for them.
MOST_CANDIDATES = 9


class ManyBody(KnownMembers):
    """Rows of the queue."""

    reviews = serializers.ListField(child=whole_id(), min_length=1, max_length=MOST_ROWS)


class DecideManyBody(ManyBody):
    """What is decided of rows: the ``candidate`` of each that is meant, by its number, or ``dismiss`` with the reason.

    ``dry_run`` tells what it would do. ``make_unit``: units that rows name are made, though their building has none.
    """

    candidate = serializers.IntegerField(min_value=1, max_value=MOST_CANDIDATES, required=False)
    dismiss = serializers.CharField(max_length=2000, required=False)
    make_unit = serializers.BooleanField(required=False, default=False)
    comment = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    dry_run = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: Any) -> Any:
        """Ask for one of the two."""
        if ("candidate" in attrs) == ("dismiss" in attrs):
            raise serializers.ValidationError("Say either candidate or dismiss.")
        return attrs


class TakeBackManyBody(ManyBody):
    """Decisions are taken back."""

    reason = serializers.CharField(max_length=2000)


class OutcomeSerializer(serializers.Serializer[Any]):
    """What was done to rows: ``done`` has those of the same text too, ``refused`` says of each why it waits on."""

    done = serializers.ListField(child=serializers.IntegerField())
    loads = serializers.IntegerField(help_text="rows that bring something new into the register")
    makes_units = serializers.IntegerField()
    refused = serializers.ListField(child=serializers.DictField())


class DecideManyView(DoorView):
    """Decide rows."""

    permissions_by_method = PERMISSIONS

    @extend_schema(operation_id="reviews_decide_many", request=DecideManyBody, responses=OutcomeSerializer)
    def post(self, request: Request) -> Response:
        """Decide each row by itself; what one refuses holds up no other."""
        said = checked(request, DecideManyBody).validated_data
        about: dict[str, Any] = {"user": person(request), "item_ids": said["reviews"], "dry_run": said["dry_run"]}
        if "dismiss" in said:
            return _told(many.dismiss_many(reason=said["dismiss"], **about))
        choice = many.Choice(candidate=said["candidate"], comment=said["comment"], make_unit=said["make_unit"])
        return _told(many.decide_many(choice=choice, **about))


class TakeBackManyView(DoorView):
    """Take decisions back."""

    permissions_by_method = PERMISSIONS

    @extend_schema(operation_id="reviews_take_back_many", request=TakeBackManyBody, responses=OutcomeSerializer)
    def post(self, request: Request) -> Response:
        """Take decisions back, the last first, each with all that it loaded."""
        said = checked(request, TakeBackManyBody).validated_data
        return _told(many.take_back_many(user=person(request), item_ids=said["reviews"], reason=said["reason"]))


def _told(outcome: many.Outcome) -> Response:
    return Response(spoken(OutcomeSerializer(outcome).data))
