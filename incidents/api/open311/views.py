"""`/open311/v2/`: services are the types of incidents, service requests are incidents; by the rights of who asks."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request

from gisserver.common.access.credentials import sign_ins, tokens
from gisserver.common.access.models import SignInKind
from gisserver.common.access.roles import Permission
from gisserver.common.db.clock import database_now
from gisserver.common.errors import DomainError, NotAuthenticated, NotFound
from gisserver.common.languages import spoken
from gisserver.common.sentences import Sentence
from gisserver.common.web.addresses import site
from gisserver.common.web.idempotency import acted_once
from gisserver.common.web.negotiation import AnyAccept
from gisserver.common.web.params import whole
from gisserver.common.web.problems import problem_of
from gisserver.common.web.views import DoorView
from incidents import reported, selectors, services, taxonomy
from incidents.api.open311.formats import MEDIA_TYPES, rendered
from incidents.api.open311.requests import as_request, wanted
from incidents.models import IncidentType

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
# Said of people who report; the standard has room for them, this server keeps none of it.
_OF_PEOPLE = ("email", "device_id", "account_id", "first_name", "last_name", "phone")
_NOT_KEPT = Sentence("Names, mail addresses and phone numbers are not kept here.")


class RequestBody(serializers.Serializer[Any]):
    """A service request as an app sends it; members beside these, extensions, are none of ours."""

    service_code = serializers.CharField(max_length=60)
    lat = serializers.FloatField(required=False, allow_null=True)
    long = serializers.FloatField(required=False, allow_null=True)
    address_string = serializers.CharField(max_length=300, required=False, allow_blank=True)
    description = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    media_url = serializers.URLField(max_length=1000, required=False, allow_blank=True)

    def validate(self, attrs: Any) -> Any:
        """Ask for a place: both coordinates, or an address."""
        if (attrs.get("lat") is None) != (attrs.get("long") is None):
            raise serializers.ValidationError({"lat": "lat and long come together."})
        if attrs.get("lat") is None and not attrs.get("address_string"):
            raise serializers.ValidationError({"lat": "Send lat and long, or address_string."})
        return attrs


class GeoReportView(DoorView):
    """A door of GeoReport: the ending of its address chooses JSON or XML, and refusals are in the standard's words."""

    parameters: tuple[OpenApiParameter | str, ...] = ("jurisdiction_id", "extensions")
    content_negotiation_class = AnyAccept
    parser_classes = [FormParser, MultiPartParser, JSONParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Take the member `api_key` of a body for a token, and look whether this is the jurisdiction that is meant."""
        body = _members(request) if request.method == "POST" else {}
        if "api_key" in body and not request.user.is_authenticated:
            request.user = _owner_of(str(body["api_key"]), request)
        super().initial(request, *args, **kwargs)
        asked = str(body.get("jurisdiction_id") or request.query_params.get("jurisdiction_id", ""))
        if asked and settings.OPEN311_JURISDICTION not in ("", asked):
            raise NotFound("unknown_jurisdiction", Sentence("There is no jurisdiction {name!r} here.", name=asked[:60]))

    def handle_exception(self, exc: Exception) -> Any:
        """Say a refusal as GeoReport does: a list of errors, each with a code and a description."""
        problem = problem_of(exc) if isinstance(exc, DomainError | APIException) else None
        if problem is None:
            return super().handle_exception(exc)
        detail = str(problem.get("errors") or spoken(problem["detail"]))
        error = {"code": problem["status"], "description": detail, "problem": problem["code"]}
        response = rendered([error], self.form, ("errors", "error"), problem["status"])
        if problem["status"] == 401:
            response["WWW-Authenticate"] = self.get_authenticate_header(self.request)
        return response

    @property
    def form(self) -> str:
        """What the address asks for: `json` or `xml`."""
        form: str = self.kwargs.get("form") or "json"
        return form if form in MEDIA_TYPES else "json"


@extend_schema(exclude=True)
class DiscoveryView(GeoReportView):
    """Where GeoReport is spoken."""

    def get(self, request: Request, form: str) -> HttpResponse:
        """Name the one endpoint."""
        endpoint = {
            "specification": SPECIFICATION,
            "url": f"{site(request._request)}/open311/v2",
            "changeset": "2026-11-30T00:00:00Z",
            "type": "production",
            "formats": sorted(MEDIA_TYPES.values()),
        }
        about = {"changeset": endpoint["changeset"], "contact": "", "key_service": "", "endpoints": [endpoint]}
        return rendered(about, form, ("discovery",))


@extend_schema(exclude=True)
class ServicesView(GeoReportView):
    """What can be reported."""

    def get(self, request: Request, form: str) -> HttpResponse:
        """List the types of incidents in use."""
        rows = taxonomy.types_at().select_related("parent")
        return rendered([_service(row) for row in rows], form, ("services", "service"))


@extend_schema(exclude=True)
class ServiceView(GeoReportView):
    """What is asked of a report of one type."""

    def get(self, request: Request, code: str, form: str) -> HttpResponse:
        """Answer that nothing more is asked."""
        row = taxonomy.types_at().filter(code=code).first()
        if row is None:
            raise NotFound("no_such_service", Sentence("There is no service {code!r}.", code=code[:60]))
        return rendered({"service_code": row.code, "attributes": []}, form, ("service_definition",))


@extend_schema(exclude=True)
class RequestsView(GeoReportView):
    """Service requests: read them, send one."""

    parameters = (
        *GeoReportView.parameters,
        *("service_request_id", "service_code", "start_date", "end_date", "status", "page", "page_size"),
    )
    permissions_by_method = {"POST": Permission.REPORT_INCIDENTS}

    def get(self, request: Request, form: str) -> HttpResponse:
        """List what one may see, without free text, the latest first: of the last 90 days unless asked otherwise."""
        rows = wanted(request.user, request.query_params)
        return rendered([as_request(row, text=row.title) for row in rows], form, ("service_requests", "request"))

    def post(self, request: Request, form: str) -> HttpResponse:
        """Record an incident, with an Idempotency-Key once."""
        answer, headers = acted_once(request, "open311/requests", lambda: {"rows": [self._recorded(request)]})
        response = rendered(answer["rows"], form, ("service_requests", "request"), 201)
        for name, value in headers.items():
            response[name] = value
        return response

    def _recorded(self, request: Request) -> dict[str, Any]:
        body = RequestBody(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        lines = (said.get("description", ""), said.get("media_url", ""))
        report = reported.as_reported(
            user=request.user,
            type=said["service_code"],
            occurred_at=database_now(),
            lon=said.get("long"),
            lat=said.get("lat"),
            crs="wgs84" if said.get("lat") is not None else "",
            address=said.get("address_string", ""),
            text="\n".join(filter(None, lines)),
        )
        [recorded] = services.record_reports([report])
        notice = spoken(_NOT_KEPT) if any(_members(request).get(name) for name in _OF_PEOPLE) else ""
        return {"service_request_id": str(recorded.id), "service_notice": notice, "account_id": None}


@extend_schema(exclude=True)
class RequestView(GeoReportView):
    """One service request."""

    def get(self, request: Request, request_id: str, form: str) -> HttpResponse:
        """Return it with its text."""
        row = selectors.incident_detail(user=request.user, incident_id=whole(request_id, "service_request_id"))
        return rendered([as_request(row, text=row.text or row.title)], form, ("service_requests", "request"))


@extend_schema(exclude=True)
class TokenOfRequestView(GeoReportView):
    """What has become of a token: here each request has its id at once, and the id is the token."""

    def get(self, request: Request, request_id: str, form: str) -> HttpResponse:
        """Return the id."""
        row = selectors.incident_detail(user=request.user, incident_id=whole(request_id, "token"))
        told = {"service_request_id": str(row.pk), "token": str(row.pk)}
        return rendered([told], form, ("service_requests", "request"))


def _members(request: Request) -> Mapping[str, Any]:
    """Return the members of a body; the bytes stay readable, for `acted_once`. Raises ValidationError for a list."""
    request._request.body  # noqa: B018 -- kept by Django only when it is read before DRF streams it
    if not isinstance(request.data, Mapping):
        raise serializers.ValidationError("The body must hold members, by name.")
    return request.data


def _service(row: IncidentType) -> dict[str, Any]:
    return {
        "service_code": row.code,
        "service_name": row.name,
        "description": row.name_en,
        "metadata": False,
        "type": "realtime",
        "keywords": "",
        "group": row.parent.name if row.parent else "",
    }


def _owner_of(text: str, request: Request) -> Any:
    """Return whose token it is; wrong ones are braked as everywhere. Raises NotAuthenticated, TooMany."""
    owner = tokens.owner_of(text)
    if owner is None:
        attempt = sign_ins.Attempt(SignInKind.TOKEN, "", sign_ins.client_address(request._request))
        sign_ins.refuse_if_too_many(attempt)
        sign_ins.record(attempt, user_id=None)
        raise NotAuthenticated("bad_token", "This token is unknown or has expired; ask for a new one.")
    return owner
