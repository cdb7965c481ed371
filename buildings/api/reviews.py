"""The doors of the review queue."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from buildings.api.bodies import whole_id
from buildings.decisions import decide
from buildings.lifecycle.history import building_of, visible_part
from buildings.models import Doubt, ReviewStatus, Target
from buildings.review import reading
from gisserver.common.access.audit import record_personal_read
from gisserver.common.access.credentials.authentication import user_id
from gisserver.common.access.roles import Permission
from gisserver.common.errors import Invalid
from gisserver.common.languages import spoken
from gisserver.common.personal import shown
from gisserver.common.web.bodies import KnownMembers, checked
from gisserver.common.web.params import COMMUNITY, PAGING
from gisserver.common.web.views import DoorView, ListView
from grids.selectors import division_by_code

PERMISSIONS = {"GET": Permission.EDIT_REGISTERS, "POST": Permission.EDIT_REGISTERS}
STATUS = OpenApiParameter("status", str, enum=ReviewStatus.values)
REASON = OpenApiParameter("reason", str, enum=Doubt.values)
REGISTER = OpenApiParameter("register", str, description="buildings or households.")
SOURCE = OpenApiParameter("source", str, description="The source that the rows came from.")
RUN = OpenApiParameter("run", str, description="The import that the rows came with.")
TEXT = OpenApiParameter("text", str, description="A part of the raw text, where the user may read it.")
NARROWING = (COMMUNITY, STATUS, REASON, REGISTER, SOURCE, RUN, TEXT)


class TargetSerializer(KnownMembers):
    """What an address means: a building, an entrance or a unit."""

    type = serializers.ChoiceField(choices=[Target.BUILDING.value, Target.ENTRANCE.value, Target.UNIT.value])
    id = whole_id()


class DecisionSerializer(KnownMembers):
    """A decision: ``target``, or ``dismiss`` with the reason.

    ``dry_run`` tells what it would do. ``confirm``: the target is meant, though it is none of the candidates or has
    another door than the row. ``make_unit``: the unit that the row names is made, though its building has none such.
    """

    target = TargetSerializer(required=False)
    dismiss = serializers.CharField(max_length=2000, required=False)
    dry_run = serializers.BooleanField(required=False, default=False)
    confirm = serializers.BooleanField(required=False, default=False)
    make_unit = serializers.BooleanField(required=False, default=False)
    comment = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")

    def validate(self, attrs: Any) -> Any:
        """Ask for one of the two."""
        if ("target" in attrs) == ("dismiss" in attrs):
            raise serializers.ValidationError("Say either target or dismiss.")
        return attrs


class TakeBackSerializer(KnownMembers):
    """A decision is taken back."""

    reason = serializers.CharField(max_length=2000)


class LoadedRowSerializer(serializers.Serializer[Any]):
    """A row that a decision loads: ``what`` of it is new (null: all of it is known), in which unit."""

    review = serializers.IntegerField()
    register = serializers.CharField()
    what = serializers.CharField(allow_null=True, help_text="household, building")
    unit = serializers.IntegerField(allow_null=True)
    makes_unit = serializers.BooleanField()


class DecisionEffectSerializer(serializers.Serializer[Any]):
    """What a decision does, or would do: the address added, the rows loaded, those of the same text left open."""

    alias = serializers.CharField(allow_null=True)
    loads = LoadedRowSerializer(many=True)
    left_open = serializers.ListField(child=serializers.DictField())


class ReviewSerializer(serializers.Serializer[Any]):
    """A row of a register in doubt; text and row are masked unless the user may read personal data there."""

    id = serializers.IntegerField(source="pk")
    register = serializers.CharField()
    run = serializers.CharField()
    row_number = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]
    source_ref = serializers.CharField()
    text = serializers.SerializerMethodField()
    reason = serializers.CharField()
    candidates = serializers.SerializerMethodField()
    community = serializers.CharField(source="community_code", allow_null=True)
    alike = serializers.IntegerField(help_text="other waiting rows of the same text, which a decision decides too")
    created_at = serializers.DateTimeField()
    status = serializers.CharField()
    target = serializers.SerializerMethodField()
    decided_by = serializers.CharField(source="decider", allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    comment = serializers.CharField()
    loaded = serializers.BooleanField()
    row = serializers.SerializerMethodField()
    masked = serializers.SerializerMethodField()

    def get_target(self, row: Any) -> dict[str, Any] | None:
        """Return what was decided."""
        found = {name: getattr(row, f"{name}_id") for name in ("building", "entrance", "unit")}
        return next(({"type": name, "id": pk} for name, pk in found.items() if pk is not None), None)

    def get_text(self, row: Any) -> str:
        """Return the raw text, or what may be shown of it."""
        return str(shown(row, "text", personal=row.personal))

    def get_candidates(self, row: Any) -> list[dict[str, Any]]:
        """Return the candidates, each with the verdict on every element of the text."""
        candidates: list[dict[str, Any]] = shown(row, "candidates", personal=row.personal)
        return candidates

    def get_row(self, row: Any) -> dict[str, Any]:
        """Return what the row said, or what may be shown of it."""
        said: dict[str, Any] = shown(row, "row", personal=row.personal)
        return said

    def get_masked(self, row: Any) -> bool:
        """Say whether text and row are masked."""
        return not row.personal


class DecidedSerializer(ReviewSerializer):
    """A row, and what a decision on it does."""

    does = DecisionEffectSerializer(allow_null=True)


class FacetSerializer(serializers.Serializer[Any]):
    """A value of a filter, and how many rows have it."""

    value = serializers.CharField(allow_blank=True)
    rows = serializers.IntegerField()


class ReviewSummarySerializer(serializers.Serializer[Any]):
    """How many rows there are: in all, and by the values of each filter while the others hold."""

    total = serializers.IntegerField()
    statuses = FacetSerializer(many=True)
    reasons = FacetSerializer(many=True)
    registers = FacetSerializer(many=True)
    sources = FacetSerializer(many=True)
    runs = FacetSerializer(many=True)


def said_by(request: Request) -> dict[str, str]:
    """Return what the query says of the rows wanted."""
    return {name: request.query_params.get(name, "") for name in reading.FILTERS}


def asked_for(request: Request) -> QuerySet[Any]:
    """Return the rows that the user may decide, of the community that the query names, if any."""
    rows = reading.items_to_show(request.user)
    if community := request.query_params.get("community"):
        rows = rows.filter(community_id=division_by_code(user=request.user, code=community).division_id)
    return rows


def recorded(request: Request, rows: list[Any]) -> None:
    """Record the unmasked reads among these rows (law 7)."""
    seen = [row.pk for row in rows if row.personal]
    record_personal_read(user_id=user_id(request), door=request.path, row_ids=seen)


class ReviewListView(ListView):
    """The queue."""

    parameters = (*NARROWING, *PAGING)
    permissions_by_method = PERMISSIONS

    @extend_schema(operation_id="reviews_list", responses=ReviewSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the rows that the user may decide, oldest first."""
        rows = reading.narrowed(asked_for(request), said_by(request)).order_by("id")
        response = self.page(request, rows, ReviewSerializer)
        unmasked = [r["id"] for r in response.data["results"] if not r["masked"]]
        record_personal_read(user_id=user_id(request), door=request.path, row_ids=unmasked)
        return response


class ReviewSummaryView(DoorView):
    """The queue in numbers."""

    parameters = NARROWING
    permissions_by_method = PERMISSIONS

    @extend_schema(operation_id="reviews_summary", responses=ReviewSummarySerializer)
    def get(self, request: Request) -> Response:
        """Count the rows that the user may decide: all that agree with the filters, and those of each value."""
        rows, said = asked_for(request), said_by(request)
        answer = {"total": reading.narrowed(rows, said).count(), **reading.facets(rows, said)}
        return Response(ReviewSummarySerializer(answer).data)


class ReviewView(DoorView):
    """One row."""

    permissions_by_method = PERMISSIONS

    @extend_schema(operation_id="reviews_read", responses=ReviewSerializer)
    def get(self, request: Request, item_id: int) -> Response:
        """Return a row with its candidates and the reasons for each."""
        row = reading.item_to_show(request.user, item_id)
        recorded(request, [row])
        return Response(ReviewSerializer(row).data)


class DecideView(DoorView):
    """Decide a row."""

    permissions_by_method = PERMISSIONS

    @extend_schema(operation_id="reviews_decide", request=DecisionSerializer, responses=DecidedSerializer)
    def post(self, request: Request, item_id: int) -> Response:
        """Say what the row means, or dismiss it; a decision holds for the same text from now on."""
        words = checked(request, DecisionSerializer).validated_data
        user, done = person(request), None
        if "dismiss" in words:
            decide.dismiss(user=user, item_id=item_id, reason=words["dismiss"])
        else:
            decision = decision_of(request, words)
            done = decide.decide(user=user, item_id=item_id, decision=decision, dry_run=words["dry_run"])
        return answered(request, item_id, done)


class TakeBackView(DoorView):
    """Take a decision back."""

    permissions_by_method = PERMISSIONS

    @extend_schema(operation_id="reviews_take_back", request=TakeBackSerializer, responses=DecidedSerializer)
    def post(self, request: Request, item_id: int) -> Response:
        """Take back a decision with all that it loaded; the row waits again."""
        words = checked(request, TakeBackSerializer).validated_data
        decide.take_back(user=person(request), item_id=item_id, reason=words["reason"])
        return answered(request, item_id, None)


def person(request: Request) -> User:
    """Return who decides; raises Invalid for a component's token."""
    if not isinstance(request.user, User):
        raise Invalid("no_person", "A person decides.")
    return request.user


def decision_of(request: Request, words: Any) -> decide.Decision:
    """Return the decision that a body states; raises NotFound for a target that the user may not see."""
    target = Target(words["target"]["type"])
    part = visible_part(request.user, target, words["target"]["id"])
    return decide.Decision(
        target=target,
        target_id=part.pk,
        building_id=building_of(target, part),
        comment=words["comment"],
        confirmed=words["confirm"],
        make_unit=words["make_unit"],
    )


def answered(request: Request, item_id: int, done: decide.Done | None) -> Response:
    """Return a row as it stands now, with what a decision on it does."""
    row = reading.item_to_show(request.user, item_id)
    row.does = done
    recorded(request, [row])
    return Response(spoken(DecidedSerializer(row).data))
