"""The doors of redraws: drafts, commands, preview, review, publishing."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.access.roles import Permission
from gisserver.common.db.snapshot import one_look
from gisserver.common.languages import spoken
from gisserver.common.web.bodies import checked
from gisserver.common.web.idempotency import IDEMPOTENCY_KEY, answered_once
from gisserver.common.web.params import PAGING
from gisserver.common.web.views import ListView
from grids.api.conditions import IF_MATCH, RedrawDoor, person
from grids.api.redraw_serializers import (
    CommandBodySerializer,
    CommandSerializer,
    CommentSerializer,
    DrawnSerializer,
    NewRedrawSerializer,
    PreviewSerializer,
    PublishSerializer,
    RedrawDetailSerializer,
    RedrawSerializer,
    WordsSerializer,
)
from grids.models import RedrawStatus
from grids.redraws import selectors
from grids.redraws.commands import services
from grids.redraws.commands.schema import command_of
from grids.redraws.commands.services import Drawn
from grids.redraws.impact import preview
from grids.redraws.proposals import compound_commands
from grids.redraws.workflow.cancel import CancelPlan
from grids.redraws.workflow.edit_details import EditDetails
from grids.redraws.workflow.publish import Publish
from grids.redraws.workflow.review import Approve, Reject, Reopen, Submit, Withdraw
from grids.redraws.workflow.step import WorkflowStep

Answer = dict[str, Any]
STATUS = OpenApiParameter("status", str, enum=RedrawStatus.values, description="Only redraws in this state.")


def shown(request: Request, redraw_id: int) -> Answer:
    """Return a redraw as its door shows it; raises NotFound."""
    detail = selectors.redraw_detail(user=request.user, redraw_id=redraw_id)
    answer: Answer = spoken(RedrawDetailSerializer(detail).data)
    return answer


class RedrawListView(ListView):
    """Redraws: read them, begin one."""

    parameters = (STATUS, *PAGING)
    ordering = ("-pk",)
    permissions_by_method = {"POST": Permission.REDRAW}

    @extend_schema(operation_id="redraws_list", responses=RedrawSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the redraws that the user may see, latest first."""
        rows = selectors.redraws_to_show(request.user)
        if wanted := request.query_params.get("status"):
            rows = selectors.with_status(rows, wanted)
        return self.page(request, rows, RedrawSerializer)

    @extend_schema(
        operation_id="redraws_create",
        parameters=[IDEMPOTENCY_KEY],
        request=NewRedrawSerializer,
        responses={201: RedrawDetailSerializer},
    )
    def post(self, request: Request) -> Response:
        """Begin a draft on one or more communities."""
        body = checked(request, NewRedrawSerializer)
        user = person(request)

        def act() -> Answer:
            return shown(request, services.create_redraw(user=user, **body.validated_data).pk)

        response = answered_once(request, "redraws", act)
        response["ETag"] = f'"{response.data["version"]}"'
        return response


class RedrawDetailView(RedrawDoor):
    """One redraw."""

    permissions_by_method = {"PATCH": Permission.REDRAW}

    @extend_schema(operation_id="redraws_read", responses=RedrawDetailSerializer)
    def get(self, request: Request, redraw_id: int) -> Response:
        """Return a redraw with its log, and its conflict with what is current if there is one."""
        return Response(shown(request, redraw_id))

    @extend_schema(
        operation_id="redraws_reword", parameters=[IF_MATCH], request=WordsSerializer, responses=RedrawDetailSerializer
    )
    def patch(self, request: Request, redraw_id: int) -> Response:
        """Give a draft another title or reason."""
        body = checked(request, WordsSerializer)
        self.guarded(
            request, lambda: EditDetails.take(user=person(request), redraw_id=redraw_id, **body.validated_data)
        )
        return Response(shown(request, redraw_id))


class CommandParser(JSONParser):
    """JSON in which a coordinate may be NaN, as some programs write it: refused later, with the vertex named."""

    strict = False


class CommandListView(RedrawDoor, ListView):
    """The commands of a redraw."""

    parser_classes = (CommandParser,)
    parameters = PAGING
    ordering = ("number",)
    permissions_by_method = {"POST": Permission.REDRAW}

    @extend_schema(operation_id="redraw_commands_list", responses=CommandSerializer(many=True))
    def get(self, request: Request, redraw_id: int) -> Response:
        """List the commands in order, as they took effect; undone ones are marked."""
        return self.page(request, selectors.commands_to_show(user=request.user, redraw_id=redraw_id), CommandSerializer)

    @extend_schema(
        operation_id="redraw_commands_add",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=CommandBodySerializer,
        responses={201: DrawnSerializer},
    )
    def post(self, request: Request, redraw_id: int) -> Response:
        """Take one more command; a refusal is 422 with its code and the place."""
        request._request.body  # noqa: B018 -- read before DRF streams it
        body: Any = request.data
        user = person(request)

        def act() -> Answer:
            drawn = self.guarded(
                request,
                lambda: compound_commands.draw(user=user, redraw_id=redraw_id, command=command_of(body)),
            )
            return _drawn(drawn)

        return answered_once(request, f"redraws/{redraw_id}/commands", act)


def _drawn(drawn: Drawn) -> Answer:
    numbers = list(drawn.numbers or (drawn.number,))
    return {"number": drawn.number, "numbers": numbers, "changed": drawn.changed, "warnings": spoken(drawn.warnings)}


class UndoView(RedrawDoor):
    """Undo."""

    permissions_by_method = {"POST": Permission.REDRAW}

    @extend_schema(operation_id="redraw_undo", parameters=[IF_MATCH], request=None, responses=DrawnSerializer)
    def post(self, request: Request, redraw_id: int) -> Response:
        """Undo one's own last command."""
        drawn = self.guarded(request, lambda: services.undo(user=person(request), redraw_id=redraw_id))
        return Response(_drawn(drawn))


class RedoView(RedrawDoor):
    """Redo."""

    permissions_by_method = {"POST": Permission.REDRAW}

    @extend_schema(operation_id="redraw_redo", parameters=[IF_MATCH], request=None, responses=DrawnSerializer)
    def post(self, request: Request, redraw_id: int) -> Response:
        """Take back one's own last undo."""
        drawn = self.guarded(request, lambda: services.redo(user=person(request), redraw_id=redraw_id))
        return Response(_drawn(drawn))


class PreviewView(RedrawDoor):
    """The preview of a redraw."""

    @extend_schema(operation_id="redraw_preview", responses=PreviewSerializer)
    def get(self, request: Request, redraw_id: int) -> Response:
        """Say what publishing would do now, or did; 409 when the draft no longer goes on what is current."""
        with one_look():
            result = preview.preview_of(selectors.redraw_by_id(user=request.user, redraw_id=redraw_id))
        return Response(spoken(result))


class ReviewView(RedrawDoor):
    """A step of the review, by a person, with a comment; `step` says which."""

    step: type[WorkflowStep]

    @extend_schema(parameters=[IF_MATCH], request=CommentSerializer, responses=RedrawDetailSerializer)
    def post(self, request: Request, redraw_id: int) -> Response:
        """Take the step."""
        body = checked(request, CommentSerializer)
        comment = body.validated_data["comment"]
        self.guarded(request, lambda: self.step.take(user=person(request), redraw_id=redraw_id, comment=comment))
        return Response(shown(request, redraw_id))


@extend_schema_view(post=extend_schema(operation_id="redraw_submit"))
class SubmitView(ReviewView):
    """Hand in for review."""

    permissions_by_method = {"POST": Permission.REDRAW}
    step = Submit


@extend_schema_view(post=extend_schema(operation_id="redraw_approve"))
class ApproveView(ReviewView):
    """Approve."""

    permissions_by_method = {"POST": Permission.REVIEW_REDRAW}
    step = Approve


@extend_schema_view(post=extend_schema(operation_id="redraw_reject"))
class RejectView(ReviewView):
    """Send back, with the reason."""

    permissions_by_method = {"POST": Permission.REVIEW_REDRAW}
    step = Reject


@extend_schema_view(post=extend_schema(operation_id="redraw_reopen"))
class ReopenView(ReviewView):
    """Make it a draft again."""

    permissions_by_method = {"POST": Permission.REDRAW}
    step = Reopen


@extend_schema_view(post=extend_schema(operation_id="redraw_withdraw"))
class WithdrawView(ReviewView):
    """Give it up."""

    step = Withdraw


@extend_schema_view(post=extend_schema(operation_id="redraw_cancel_plan"))
class CancelPlanView(ReviewView):
    """Call off what is published for a moment to come: it is approved again; 409 names what is planned on top of it."""

    step = CancelPlan


class PublishView(RedrawDoor):
    """Publish."""

    @extend_schema(
        operation_id="redraw_publish",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=PublishSerializer,
        responses=RedrawDetailSerializer,
    )
    def post(self, request: Request, redraw_id: int) -> Response:
        """Make it the partition; 409 names the command that contradicts what is current, and the place."""
        body = checked(request, PublishSerializer)
        user, when = person(request), body.validated_data

        def act() -> Answer:
            self.guarded(request, lambda: Publish.take(user=user, redraw_id=redraw_id, **when))
            return shown(request, redraw_id)

        return answered_once(request, f"redraws/{redraw_id}/publish", act, done=status.HTTP_200_OK)
