"""The dispatcher's doors: steps of an incident, its grid decided by hand, queues."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.access.roles import Permission
from gisserver.common.errors import NotFound
from gisserver.common.languages import spoken
from gisserver.common.sentences import Sentence
from gisserver.common.web.bodies import checked
from gisserver.common.web.idempotency import IDEMPOTENCY_KEY, answered_once
from gisserver.common.web.params import AT, COMMUNITY, GRID, PAGING, moment, whole
from gisserver.common.web.views import DoorView, ListView
from grids.api.conditions import person
from grids.selectors import division_by_code
from incidents import selectors
from incidents.api.dispatch_serializers import (
    DeadlineSerializer,
    DistinctPairSerializer,
    DistinctSerializer,
    GridDecisionSerializer,
    NearSerializer,
    NewStepSerializer,
    NoticeSerializer,
    PairsSerializer,
    QueuedSerializer,
    QueueSerializer,
    StandingSerializer,
    StepSerializer,
    WithdrawalSerializer,
)
from incidents.api.serializers import ReceiptSerializer
from incidents.dispatch import decisions, duplicates, queues, services
from incidents.dispatch.notices import notices_to_show
from incidents.dispatch.standing import standing, steps_of
from incidents.lifecycle.deadlines import Notice
from incidents.models import Deadline

Answer = dict[str, Any]
TYPE = OpenApiParameter("type", str, description="The code of an incident type; those below it too.")
KIND = OpenApiParameter("kind", str, enum=list(Notice), description="Only notices of this kind.")
AFTER = OpenApiParameter("after", int, description="Only notices behind this id.")
BEFORE = OpenApiParameter("before", int, description="Only incidents before this id: the `next` of an answer.")
OFFICER = OpenApiParameter("officer", int, description="The id of the officer who was told to handle it.")


class StepsView(DoorView):
    """The steps of an incident."""

    permissions_by_method = {"POST": Permission.HANDLE_INCIDENTS}

    @extend_schema(operation_id="incident_steps", responses=StandingSerializer)
    def get(self, request: Request, incident_id: int) -> Response:
        """Return where the incident stands, and every step that it has taken."""
        row = standing(user=request.user, incident_id=incident_id)
        row.taken = steps_of(incident_id)
        return Response(StandingSerializer(row).data)

    @extend_schema(
        operation_id="incident_steps_take",
        parameters=[IDEMPOTENCY_KEY],
        request=NewStepSerializer,
        responses={201: StepSerializer},
    )
    def post(self, request: Request, incident_id: int) -> Response:
        """Take a step; 409 ``step_not_possible`` names those that start from where the incident stands."""
        body = checked(request, NewStepSerializer).validated_data

        def act() -> Answer:
            taken = services.take_step(user=person(request), incident_id=incident_id, **body)
            return dict(StepSerializer(taken).data)

        return answered_once(request, f"incidents/{incident_id}/steps", act)


class DecisionView(DoorView):
    """The grid of an incident, decided by hand."""

    permissions_by_method = {"POST": Permission.DISPATCH_INCIDENTS}

    @extend_schema(
        operation_id="incident_grid_decide",
        parameters=[IDEMPOTENCY_KEY],
        request=GridDecisionSerializer,
        responses={201: ReceiptSerializer},
    )
    def post(self, request: Request, incident_id: int) -> Response:
        """Give the open incident to a grid; the decision holds until that grid ends."""
        body = checked(request, GridDecisionSerializer).validated_data

        def act() -> Answer:
            decided = decisions.decide_grid(user=person(request), incident_id=incident_id, **body)
            receipts = selectors.receipts_of(request.user, incident_id)
            return dict(ReceiptSerializer(next(each for each in receipts if each.pk == decided.pk)).data)

        return answered_once(request, f"incidents/{incident_id}/grid", act, done=status.HTTP_201_CREATED)


class WithdrawalView(DoorView):
    """A decision taken back."""

    permissions_by_method = {"POST": Permission.DISPATCH_INCIDENTS}

    @extend_schema(
        operation_id="incident_grid_withdraw",
        parameters=[IDEMPOTENCY_KEY],
        request=WithdrawalSerializer,
        responses={201: ReceiptSerializer},
    )
    def post(self, request: Request, incident_id: int) -> Response:
        """Take back that somebody has decided the grid: the incident goes to the grid of its place."""
        body = checked(request, WithdrawalSerializer).validated_data

        def act() -> Answer:
            begun = decisions.withdraw_decision(user=person(request), incident_id=incident_id, **body)
            receipts = selectors.receipts_of(request.user, incident_id)
            return dict(ReceiptSerializer(next(each for each in receipts if each.pk == begun.pk)).data)

        return answered_once(request, f"incidents/{incident_id}/grid/withdraw", act, done=status.HTTP_201_CREATED)


class QueuesView(DoorView):
    """How much waits."""

    @extend_schema(operation_id="incident_queues", responses=QueueSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Return the queues with the number of incidents in each that the user may see."""
        found = queues.lengths(request.user)
        rows = [
            {"queue": name, "called": spoken(queues.QUEUES[name].called), "incidents": n} for name, n in found.items()
        ]
        return Response(QueueSerializer(rows, many=True).data)


class QueueView(ListView):
    """One queue."""

    parameters = (GRID, COMMUNITY, TYPE, OFFICER, *PAGING)
    ordering = ("received_at", "pk")

    def complete(self, request: Request, rows: list[Any]) -> None:
        """Say who serves the grids."""
        selectors.add_main_officers(rows)

    @extend_schema(operation_id="incident_queue", responses=QueuedSerializer(many=True))
    def get(self, request: Request, name: str) -> Response:
        """List the incidents of a queue that the user may see, the one that was received first first."""
        if name not in queues.QUEUES:
            known = ", ".join(queues.QUEUES)
            raise NotFound(
                "no_such_queue", Sentence("There is no queue {name!r}; there are {known}.", name=name, known=known)
            )
        query = request.query_params
        rows = queues.queue(request.user, name)
        if grid := query.get("grid"):
            rows = selectors.in_grid(rows, grid)
        if community := query.get("community"):
            division = division_by_code(user=request.user, code=community)
            rows = rows.filter(community_id=division.division_id)
        if kind := query.get("type"):
            rows = rows.filter(type_id__in=selectors.types_below(kind))
        if officer := query.get("officer"):
            rows = queues.handled_by(rows, whole(officer, "officer", least=1))
        return self.page(request, rows, QueuedSerializer)


class DuplicatesView(DoorView):
    """What an incident may be a duplicate of."""

    @extend_schema(operation_id="incident_duplicates", responses=NearSerializer(many=True))
    def get(self, request: Request, incident_id: int) -> Response:
        """Return the incidents near in time, place and text, the likeliest first; the step merge takes one of them."""
        found = duplicates.near_duplicates(user=request.user, incident_id=incident_id)
        return Response(NearSerializer(found, many=True).data)


class PairsView(DoorView):
    """The queue of what may have been reported twice."""

    parameters = (COMMUNITY, BEFORE)

    @extend_schema(operation_id="incident_pairs", responses=PairsSerializer)
    def get(self, request: Request) -> Response:
        """Return open incidents that may be duplicates of earlier ones; ``next``: where to look on, as ``before``."""
        query = request.query_params
        community, before = query.get("community"), query.get("before")
        found, following = duplicates.pairs_to_decide(
            request.user,
            community_id=division_by_code(user=request.user, code=community).division_id if community else None,
            before=whole(before, "before", least=1) if before else None,
        )
        return Response(PairsSerializer({"next": following, "pairs": found}).data)


class DistinctView(DoorView):
    """That two incidents are not the same, decided or taken back."""

    permissions_by_method = {"POST": Permission.DISPATCH_INCIDENTS}

    @extend_schema(
        operation_id="incident_tell_apart",
        parameters=[IDEMPOTENCY_KEY],
        request=DistinctSerializer,
        responses={200: DistinctPairSerializer},
    )
    def post(self, request: Request, incident_id: int) -> Response:
        """Decide that the incident is no duplicate of another, or with ``withdraw`` take that back."""
        said = checked(request, DistinctSerializer).validated_data
        both: Answer = {"user": person(request), "incident_id": incident_id, "other": said["other"]}

        def act() -> Answer:
            if said["withdraw"]:
                row = duplicates.propose_again(**both)
            else:
                row = duplicates.tell_apart(**both, reason=said["reason"])
            return dict(DistinctPairSerializer(row).data)

        return answered_once(request, f"incidents/{incident_id}/distinct", act, done=status.HTTP_200_OK)


class NoticesView(ListView):
    """What was told."""

    parameters = (KIND, OFFICER, AFTER, *PAGING)
    ordering = ("pk",)

    @extend_schema(operation_id="incident_notices", responses=NoticeSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the notices of the user's areas, the first first."""
        query = request.query_params
        rows = notices_to_show(request.user)
        if kind := query.get("kind"):
            rows = rows.filter(kind=kind)
        if officer := query.get("officer"):
            rows = rows.filter(officer_id=whole(officer, "officer", least=1))
        if after := query.get("after"):
            rows = rows.filter(pk__gt=whole(after, "after"))
        return self.page(request, rows, NoticeSerializer)


class DeadlinesView(ListView):
    """Until when states must be left."""

    parameters = (AT, *PAGING)
    ordering = ("pk",)

    @extend_schema(operation_id="incident_deadlines", responses=DeadlineSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the deadlines that hold at the moment."""
        rows = Deadline.objects.at(moment(request.query_params)).select_related("type").order_by("pk")
        return self.page(request, rows, DeadlineSerializer)
