"""GeoReport v2 as other people's apps speak it: services, reports, requests; JSON and XML; by who asks."""

from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from gisserver.common.access.credentials import tokens
from gisserver.common.access.roles import Role
from grids.models import Division
from incidents.models import Incident, IncidentType
from tests.factories import at, community_of, division, incident_type, lonlat, user
from tests.redrawing import signed_in

BASE = "/open311/v2"
PLACE = dict(zip(("long", "lat"), lonlat(at(0.5, 0.5)), strict=True))


@pytest.fixture
def here(db: None) -> Division:
    """A community of one grid, and a type of incidents."""
    incident_type("A", "市容环卫")
    return community_of("A")


@pytest.fixture
def app(here: Division) -> Client:
    """An app that may report."""
    return signed_in("app", Role.COMPONENT, here)


def report(client: Client, status: int = 201, form: str = "json", **members: Any) -> Any:
    response = client.post(f"{BASE}/requests.{form}", {"service_code": "A", **PLACE, **members})
    assert response.status_code == status, response.content
    return response.json() if form == "json" else ElementTree.fromstring(response.content)


def requests(client: Client, **query: Any) -> list[dict[str, Any]]:
    response = client.get(f"{BASE}/requests.json", query)
    assert response.status_code == 200, response.content
    told: list[dict[str, Any]] = response.json()
    return told


def test_a_report_becomes_an_incident_with_its_grid(app: Client) -> None:
    [answer] = report(app, description="路灯不亮", address_string="深圳路 1 号")
    [found] = requests(app, service_request_id=answer["service_request_id"])
    assert (found["service_code"], found["service_name"], found["status"]) == ("A", "市容环卫", "open")
    assert (found["address"], found["agency_responsible"]) == ("深圳路 1 号", "A")
    assert (found["lat"], found["long"]) == pytest.approx((PLACE["lat"], PLACE["long"]), abs=1e-7)


def test_the_list_leaves_free_text_out_and_one_request_has_it(app: Client) -> None:
    [answer] = report(app, description="路灯不亮")
    assert requests(app)[0]["description"] == ""
    [one] = app.get(f"{BASE}/requests/{answer['service_request_id']}.json").json()
    assert one["description"] == "路灯不亮"


def test_xml_says_the_same_under_the_names_of_the_standard(app: Client) -> None:
    made = report(app, form="xml", description="a < b")
    number = made.findtext("request/service_request_id")
    response = app.get(f"{BASE}/requests/{number}.xml", headers={"Accept": "text/xml"})
    root = ElementTree.fromstring(response.content)
    assert (root.tag, root.findtext("request/description")) == ("service_requests", "a < b")
    assert response["Content-Type"] == "text/xml; charset=utf-8"


def test_services_are_the_types_in_use_in_groups(app: Client) -> None:
    parent = IncidentType.objects.get(code="A")
    IncidentType.objects.create(code="A.1", name="暴露垃圾", parent=parent, valid=parent.valid)
    assert [(each["service_code"], each["group"]) for each in app.get(f"{BASE}/services.json").json()] == [
        ("A", ""),
        ("A.1", "市容环卫"),
    ]
    root = ElementTree.fromstring(app.get(f"{BASE}/services.xml").content)
    assert [each.findtext("metadata") for each in root.iter("service")] == ["false", "false"]
    assert app.get(f"{BASE}/services/A.1.json").json() == {"service_code": "A.1", "attributes": []}


def test_discovery_names_the_endpoint(app: Client) -> None:
    told = app.get(f"{BASE}/discovery.json").json()
    assert told["endpoints"][0]["url"] == "http://testserver/open311/v2"
    root = ElementTree.fromstring(app.get(f"{BASE}/discovery.xml").content)
    assert root.findtext("endpoints/endpoint/formats/format") == "application/json"


def test_an_app_may_show_its_token_as_api_key(here: Division, client: Client) -> None:
    token, _ = tokens.issue(user=user("app", role=Role.COMPONENT, area=here))
    report(client, api_key=token)
    [error] = report(client, 401, api_key="gs_wrong")
    assert (error["code"], error["problem"]) == (401, "bad_token")


def test_a_report_that_is_sent_again_is_recorded_once(app: Client) -> None:
    answers = [
        app.post(f"{BASE}/requests.json", {"service_code": "A", **PLACE}, headers={"Idempotency-Key": "k"}).json()
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert Incident.objects.count() == 1


def test_a_token_is_the_id(app: Client) -> None:
    [answer] = report(app)
    number = answer["service_request_id"]
    assert app.get(f"{BASE}/tokens/{number}.json").json() == [{"service_request_id": number, "token": number}]


def test_what_says_who_reports_is_not_kept(app: Client) -> None:
    [answer] = report(app, first_name="Li", phone="13800000000")
    assert answer["service_notice"] == "这里不保存姓名、邮箱和电话。"
    assert "13800000000" not in str(Incident.objects.values().get())


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"service_code": "Z"}, "unknown_type"),
        ({"lat": ""}, "invalid"),
        ({"lat": "", "long": ""}, "invalid"),
        ({"lat": "95"}, None),
    ],
)
def test_a_refusal_is_a_list_of_errors(app: Client, members: dict[str, Any], problem: str | None) -> None:
    [error] = report(app, 400, **members)
    assert error["code"] == 400
    assert error["description"]
    assert problem in (None, error["problem"])
    assert Incident.objects.count() == 0


@pytest.mark.parametrize("query", [{"status": "maybe"}, {"start_date": "x"}, {"service_request_id": "x"}, {"a": "1"}])
def test_a_query_that_says_nothing_is_refused(app: Client, query: dict[str, str]) -> None:
    assert app.get(f"{BASE}/requests.json", query).json()[0]["code"] == 400


def test_requests_are_chosen_by_service_state_and_date(app: Client) -> None:
    report(app)
    assert len(requests(app, status="open", service_code="A,B", start_date="2024-01-01T00:00:00Z")) == 1
    assert requests(app, status="closed") == requests(app, service_code="B") == []
    assert requests(app, end_date="2024-01-01T00:00:00Z") == requests(app, page="2", page_size="1") == []


def test_each_sees_the_requests_of_the_own_area(app: Client) -> None:
    [answer] = report(app)
    stranger = signed_in("wu", Role.COMPONENT, division("440310001002"))
    assert requests(stranger) == []
    [error] = stranger.get(f"{BASE}/requests/{answer['service_request_id']}.json").json()
    assert (error["code"], error["problem"]) == (404, "no_such_incident")


def test_who_may_not_report_reports_nothing(here: Division, client: Client) -> None:
    assert report(client, 401)[0]["code"] == 401
    assert report(signed_in("an", Role.ANALYST, here), 403)[0]["code"] == 403
    assert client.get(f"{BASE}/requests.xml").status_code == 401


def test_another_jurisdiction_is_not_here(app: Client, settings: Any) -> None:
    settings.OPEN311_JURISDICTION = "pingshan.gov.cn"
    assert app.get(f"{BASE}/services.json", {"jurisdiction_id": "pingshan.gov.cn"}).status_code == 200
    [error] = app.get(f"{BASE}/services.json", {"jurisdiction_id": "city.gov"}).json()
    assert (error["code"], error["problem"]) == (404, "unknown_jurisdiction")
