"""The doors of quality: the report, the work list of cases, decisions on them, and how many there were over time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core import signing
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from buildings.api.bodies import whole_id
from buildings.quality import cases, decisions, doors, registry
from buildings.quality.report import Community, report
from gisserver.common import spreadsheets
from gisserver.common.access.export import demand_export
from gisserver.common.access.roles import Permission
from gisserver.common.dates import recordable
from gisserver.common.db.clock import database_now
from gisserver.common.errors import Invalid
from gisserver.common.languages import spoken
from gisserver.common.sentences import Sentence
from gisserver.common.web import keyset
from gisserver.common.web.bodies import KnownMembers, Text, checked
from gisserver.common.web.params import COMMUNITY, PAGING, limit, moment
from gisserver.common.web.views import DoorView, KeysetPages
from grids.selectors import division_by_code

_SALT = "buildings.api.quality"
MONTH = timedelta(days=30)
MAX_MOMENTS = 60
EVERY = {"day": timedelta(days=1), "week": timedelta(days=7)}
KIND = OpenApiParameter("kind", str, enum=list(registry.KINDS), description="One kind of case; all when absent.")
STATE = OpenApiParameter(
    "state", str, enum=[state.value for state in cases.State], description="Cases that are there now when absent."
)
SINCE = OpenApiParameter(
    "since", OpenApiTypes.DATETIME, description="Mended: were there then and are not now. 30 days ago when absent."
)
HEADER = (
    *("kind", "target", "id", "building", "address", "community", "detail", "state"),
    *("reason", "decided_by", "decided_at"),
)


class CommunitySerializer(serializers.Serializer[Any]):
    """One community: the values of each measure add up to the total of its target."""

    code = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    totals = serializers.SerializerMethodField()
    counts = serializers.DictField()
    suspicious = serializers.DictField()

    def get_totals(self, part: Community) -> dict[str, int]:
        """Return how many buildings, entrances and units there are."""
        return {target: part.total(target) for target in ("buildings", "entrances", "units")}


class QualitySerializer(serializers.Serializer[Any]):
    """The report."""

    communities = CommunitySerializer(many=True)


class KindSerializer(serializers.Serializer[Any]):
    """A kind of case, what its ids are of, and what it says."""

    kind = serializers.CharField()
    target = serializers.CharField(help_text="building, unit, household, review")
    told = serializers.CharField()


class CaseSerializer(serializers.Serializer[Any]):
    """One case; ``detail`` says what is odd, the last three what somebody decided of it."""

    kind = serializers.CharField()
    target = serializers.CharField()
    id = serializers.IntegerField()
    building = serializers.IntegerField(allow_null=True)
    address = serializers.CharField(allow_null=True)
    community = serializers.CharField(allow_null=True)
    detail = serializers.CharField()
    state = serializers.CharField()
    reason = serializers.CharField(source="decision.reason", allow_null=True, default=None)
    decided_by = serializers.CharField(source="decision.decided_by.username", allow_null=True, default=None)
    decided_at = serializers.DateTimeField(source="decision.valid.lower", allow_null=True, default=None)


class CasesBody(KnownMembers):
    """Cases of one kind, by their targets' ids, and why."""

    kind = Text(max_length=40)
    ids = serializers.ListField(child=whole_id(), min_length=1, max_length=1000)
    reason = serializers.CharField(max_length=2000)


class TrendSerializer(serializers.Serializer[Any]):
    """How many cases of a kind there were at a moment: open, and seen and right by then."""

    at = serializers.DateTimeField()
    kind = serializers.CharField()
    open = serializers.IntegerField()
    right = serializers.IntegerField(source="seen_right")


class QualityView(DoorView):
    """How good the registers of addresses are."""

    parameters = (COMMUNITY,)

    @extend_schema(operation_id="quality_addresses", responses=QualitySerializer)
    def get(self, request: Request) -> Response:
        """Report by community: address levels, whose points, what looks wrong with examples, what waits for review."""
        parts = report(user=request.user, community_id=_community(request))
        return Response(QualitySerializer({"communities": parts}).data)


class KindListView(DoorView):
    """The kinds of cases."""

    @extend_schema(operation_id="quality_kinds", responses=KindSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the kinds of cases that the work list knows."""
        kinds = [{"kind": name, **asdict(kind)} for name, kind in registry.KINDS.items()]
        return Response(KindSerializer(spoken(kinds), many=True).data)


class CaseListView(DoorView):
    """The work list."""

    parameters = (COMMUNITY, KIND, STATE, SINCE, *PAGING)
    pagination_class = KeysetPages

    @extend_schema(operation_id="quality_cases_list", responses=CaseSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List every case where the user may read, kind by kind."""
        query, rows = request.query_params, limit(request.query_params)
        demand_export(request.user, rows=rows)
        found, behind = cases.page(_asked(request), limit=rows, after=_place(query.get("cursor", "")))
        cursor = None if behind is None else signing.dumps(list(asdict(behind).values()), salt=_SALT)
        return Response(
            {"next": keyset.link(request._request, cursor), "results": CaseSerializer(found, many=True).data}
        )


class CaseFileView(DoorView):
    """The work list as a file."""

    parameters = (COMMUNITY, KIND, STATE, SINCE)

    @extend_schema(
        operation_id="quality_cases_csv", responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, "The file.")}
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Return the same cases as CSV; asks for the permission to export, and is noted."""
        demand_export(request.user)
        rows = (_cells(case) for case in cases.all_cases(_asked(request)))
        response = StreamingHttpResponse(spreadsheets.written(HEADER, rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="quality.csv"'
        return response


class DecisionView(DoorView):
    """A door where people say something of cases."""

    permissions_by_method = {"POST": Permission.EDIT_REGISTERS}

    def decided(self, request: Request, decide: Callable[..., None]) -> Response:
        """Carry out a decision on the cases of the body, and return them as they are now."""
        words = checked(request, CasesBody).validated_data
        kind, ids = registry.kind_named(words["kind"]), sorted(set(words["ids"]))
        assert isinstance(request.user, User)  # noqa: S101 -- the permission has let no visitor in
        decide(user=request.user, kind=kind, ids=ids, reason=words["reason"])
        communities = cases.communities_asked(request.user, None, Permission.EDIT_REGISTERS)
        return Response(CaseSerializer(cases.those(kind, communities, ids), many=True).data)


class SeenRightView(DecisionView):
    """Cases are right as they are."""

    @extend_schema(operation_id="quality_cases_right", request=CasesBody, responses=CaseSerializer(many=True))
    def post(self, request: Request) -> Response:
        """Say of cases that somebody has seen them, and that they are right: all of them, or none."""
        return self.decided(request, decisions.see_right)


class OpenAgainView(DecisionView):
    """Decisions on cases are taken back."""

    @extend_schema(operation_id="quality_cases_open", request=CasesBody, responses=CaseSerializer(many=True))
    def post(self, request: Request) -> Response:
        """Take back that cases are right: all of them, or none."""
        return self.decided(request, decisions.open_again)


class TrendView(DoorView):
    """How many cases there were."""

    parameters = (
        COMMUNITY,
        KIND,
        OpenApiParameter("since", OpenApiTypes.DATETIME, description="The first moment; 30 days ago when absent."),
        OpenApiParameter("until", OpenApiTypes.DATETIME, description="The last moment at most; now when absent."),
        OpenApiParameter("every", str, enum=list(EVERY), description="week when absent."),
    )

    @extend_schema(operation_id="quality_trend", responses=TrendSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Count the cases at moments of the past, as the registers say today that they were; at most 60 moments."""
        asked = _asked(request)
        if len(asked.kinds) > 1 and (asked.communities is None or len(asked.communities) > 1):
            raise Invalid("community_needed", "Name a community, or one kind of case.")
        told = [
            {"at": at, "kind": kind, **cases.numbers(kind, asked.communities, at)}
            for at in _moments(request.query_params)
            for kind in asked.kinds
        ]
        return Response(TrendSerializer(told, many=True).data)


def _community(request: Request) -> int | None:
    code = request.query_params.get("community")
    return division_by_code(user=request.user, code=code).division_id if code else None


def _asked(request: Request) -> cases.Asked:
    """Return which cases a query asks for; raises Invalid for a kind or state that is none, NotFound."""
    query = request.query_params
    state = query.get("state") or None
    if state is not None and state not in set(cases.State):
        known = ", ".join(cases.State)
        raise Invalid(
            "bad_state", Sentence("{name} must be one of {known}.", name="state", known=known), known=list(cases.State)
        )
    kind = query.get("kind")
    kinds = [registry.kind_named(kind)] if kind else list(registry.KINDS)
    communities = cases.communities_asked(request.user, _community(request))
    if "one_door" in kinds:
        doors.demand_few(communities)
    return cases.Asked(
        kinds=kinds,
        communities=communities,
        state=None if state is None else cases.State(state),
        since=_recordable(query, "since") or database_now() - MONTH,
    )


def _recordable(query: Mapping[str, str], name: str) -> datetime | None:
    """Return a moment of the query of which there may be records; raises Invalid ``bad_time`` for another."""
    told = moment(query, name)
    return None if told is None else recordable(told)


def _place(cursor: str) -> cases.Place:
    if not cursor:
        return cases.START
    try:
        kind, community, target = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise Invalid("bad_cursor", "This cursor was not made here; start from the first page.") from None
    return cases.Place(kind, community, target)


def _cells(case: cases.Case) -> Sequence[spreadsheets.Cell]:
    told = CaseSerializer(case).data
    return [told[name] for name in HEADER]


def _moments(query: Mapping[str, str]) -> list[datetime]:
    every = EVERY.get(query.get("every") or "week")
    if every is None:
        raise Invalid("bad_every", Sentence("{name} must be one of {known}.", name="every", known=", ".join(EVERY)))
    now = database_now()
    until = min(_recordable(query, "until") or now, now)
    first = _recordable(query, "since") or until - MONTH
    count = (until - first) // every + 1
    if not 1 <= count <= MAX_MOMENTS:
        sentence = Sentence("From since to until there are 1 to {most} moments.", most=MAX_MOMENTS)
        raise Invalid("bad_since", sentence, parameter="since")
    return [first + n * every for n in range(count)]
