"""The doors of posts and officers: who serves which grid, appointing and relieving, joining and leaving."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.access.audit import record_personal_read
from gisserver.common.access.credentials.authentication import user_id
from gisserver.common.access.roles import Permission
from gisserver.common.db.snapshot import one_look
from gisserver.common.web.bodies import checked
from gisserver.common.web.idempotency import IDEMPOTENCY_KEY, answered_once
from gisserver.common.web.params import AT, COMMUNITY, GRID, PAGING, moment, whole
from gisserver.common.web.views import DoorView, ListView
from grids.api.conditions import person
from grids.api.post_serializers import (
    EndSerializer,
    NewOfficerSerializer,
    NewPostSerializer,
    OfficerChangeSerializer,
    OfficerDetailSerializer,
    OfficerSerializer,
    PostSerializer,
    TeamSerializer,
)
from grids.models import GridVersion
from grids.posts import selectors, services
from grids.selectors import division_by_code

Answer = dict[str, Any]
OFFICER = OpenApiParameter("officer", int, description="The id of an officer.")
EDITING = {"POST": Permission.EDIT_REGISTERS, "PATCH": Permission.EDIT_REGISTERS}


class PostListView(ListView):
    """Posts: read them, appoint somebody."""

    parameters = (AT, GRID, OFFICER, COMMUNITY, *PAGING)
    ordering = ("pk",)
    permissions_by_method = EDITING

    @extend_schema(operation_id="posts_list", responses=PostSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the posts that hold at the moment; those that a grid inherits stand in the grid's own answer."""
        query = request.query_params
        at = moment(query)
        rows = selectors.posts_to_show(request.user, at)
        if grid := query.get("grid"):
            rows = rows.filter(grid_id__in=GridVersion.objects.filter(code=grid).values("grid_id"))
        if officer := query.get("officer"):
            rows = rows.filter(officer_id=whole(officer, "officer", least=1))
        if community := query.get("community"):
            division = division_by_code(user=request.user, code=community, at=at)
            rows = rows.filter(grid__community_id=division.division_id)
        return self.page(request, rows, PostSerializer)

    @extend_schema(
        operation_id="posts_appoint",
        parameters=[IDEMPOTENCY_KEY],
        request=NewPostSerializer,
        responses={201: PostSerializer},
    )
    def post(self, request: Request) -> Response:
        """Let an officer serve a grid; 409 ``post_taken`` names the posts in the way."""
        said = checked(request, NewPostSerializer).validated_data
        user = person(request)
        return answered_once(request, "posts", lambda: _post(request, services.appoint(user=user, **said).pk))


class PostDetailView(DoorView):
    """One post."""

    @extend_schema(operation_id="posts_read", responses=PostSerializer)
    def get(self, request: Request, post_id: int) -> Response:
        """Return a post, whenever it holds."""
        return Response(_post(request, post_id))


class PostEndView(DoorView):
    """Relieve an officer of a post."""

    permissions_by_method = EDITING

    @extend_schema(
        operation_id="posts_end", parameters=[IDEMPOTENCY_KEY], request=EndSerializer, responses={200: PostSerializer}
    )
    def post(self, request: Request, post_id: int) -> Response:
        """End the post; one that has not begun by then is called off."""
        said = checked(request, EndSerializer).validated_data

        def act() -> Answer:
            return _post(request, services.relieve(user=person(request), post_id=post_id, **said).pk)

        return answered_once(request, f"posts/{post_id}/end", act, done=status.HTTP_200_OK)


def _post(request: Request, post_id: int) -> Answer:
    return dict(PostSerializer(selectors.post_detail(user=request.user, post_id=post_id)).data)


class OfficerListView(ListView):
    """Officers: read them, take one on."""

    parameters = (AT, COMMUNITY, *PAGING)
    ordering = ("pk",)
    permissions_by_method = EDITING

    @extend_schema(operation_id="officers_list", responses=OfficerSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the officers on the staff at the moment; ``community``: of this division only."""
        query = request.query_params
        at = moment(query)
        rows = selectors.officers_to_show(request.user, at)
        if community := query.get("community"):
            rows = rows.filter(division_id=division_by_code(user=request.user, code=community, at=at).division_id)
        response = self.page(request, rows, OfficerSerializer)
        read = [row["id"] for row in response.data["results"] if not row["masked"] and row["phone"]]
        record_personal_read(user_id=user_id(request), door=request.path, row_ids=read)
        return response

    @extend_schema(
        operation_id="officers_join",
        parameters=[IDEMPOTENCY_KEY],
        request=NewOfficerSerializer,
        responses={201: OfficerSerializer},
    )
    def post(self, request: Request) -> Response:
        """Take an officer on."""
        said = checked(request, NewOfficerSerializer).validated_data
        user = person(request)
        return answered_once(request, "officers", lambda: _officer(request, services.join(user=user, **said).pk))


class OfficerDetailView(DoorView):
    """One officer, and what is said of one."""

    parameters = (AT,)
    permissions_by_method = EDITING

    @extend_schema(operation_id="officers_read", responses=OfficerDetailSerializer)
    def get(self, request: Request, officer_id: int) -> Response:
        """Return an officer with the grids served at the moment, and what they carry."""
        with one_look():
            detail = selectors.officer_detail(user=request.user, officer_id=officer_id, at=moment(request.query_params))
        answer = OfficerDetailSerializer(detail).data
        read = [] if answer["masked"] or not answer["phone"] else [officer_id]
        record_personal_read(user_id=user_id(request), door=request.path, row_ids=read)
        return Response(answer)

    @extend_schema(operation_id="officers_change", request=OfficerChangeSerializer, responses=OfficerSerializer)
    def patch(self, request: Request, officer_id: int) -> Response:
        """Change name, staff number, phone or team; the past is kept."""
        said = checked(request, OfficerChangeSerializer).validated_data
        services.change_officer(user=person(request), officer_id=officer_id, words=said)
        return Response(_officer(request, officer_id))


class OfficerLeaveView(DoorView):
    """An officer leaves the staff."""

    permissions_by_method = EDITING

    @extend_schema(
        operation_id="officers_leave",
        parameters=[IDEMPOTENCY_KEY],
        request=EndSerializer,
        responses={200: OfficerSerializer},
    )
    def post(self, request: Request, officer_id: int) -> Response:
        """End the service, and every post with it."""
        said = checked(request, EndSerializer).validated_data

        def act() -> Answer:
            return _officer(request, services.leave(user=person(request), officer_id=officer_id, **said).pk)

        return answered_once(request, f"officers/{officer_id}/leave", act, done=status.HTTP_200_OK)


def _officer(request: Request, officer_id: int) -> Answer:
    """Return an officer as who has just written it sees it; the answer is kept for retries, so the phone is masked."""
    row = selectors.officer_by_id(user=request.user, officer_id=officer_id)
    row.personal = False  # type: ignore[attr-defined]
    return dict(OfficerSerializer(row).data)


class TeamListView(ListView):
    """Teams: made when an officer joins one (`officers/`), read here."""

    parameters = (AT, COMMUNITY, *PAGING)
    ordering = ("pk",)

    @extend_schema(operation_id="teams_list", responses=TeamSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the teams of the user's divisions, each with its officers at the moment."""
        query = request.query_params
        at = moment(query)
        rows = selectors.teams_to_show(request.user, at)
        if community := query.get("community"):
            rows = rows.filter(division_id=division_by_code(user=request.user, code=community, at=at).division_id)
        return self.page(request, rows, TeamSerializer)
