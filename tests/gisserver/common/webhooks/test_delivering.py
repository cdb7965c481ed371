"""Webhooks are told each change in order until they take it, by their owner's rights of that moment."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now
from django.test import Client

from gisserver.common.access.models import Grant
from gisserver.common.access.roles import Role
from gisserver.common.changes.feed import newest
from gisserver.common.webhooks import delivering
from gisserver.common.webhooks.models import Delivery, Webhook
from gisserver.common.webhooks.process import Deliverer
from grids.models import Division
from tests.factories import at, building, division, drawn, grid, user
from tests.gisserver.common.webhooks.conftest import Receiver


@pytest.fixture
def place(transactional_db: None) -> Division:
    """A community of one grid."""
    shape = drawn("A")["A"]
    community = division("440310001001", geometry=shape)
    grid("A", shape, community)
    return community


@pytest.fixture
def li(place: Division) -> User:
    """Somebody who may see the community."""
    return user("li", role=Role.COMPONENT, area=place)


@pytest.fixture
def client(li: User) -> Client:
    made = Client()
    made.force_login(li)
    return made


@pytest.fixture
def hook(client: Client, receiver: Receiver) -> dict[str, Any]:
    """A webhook of buildings."""
    return send(client, "/api/webhooks/", {"url": receiver.url, "kinds": ["buildings"]}, 201)


def send(client: Client, path: str, body: Any = None, status: int = 200) -> Any:
    response = client.post(path, body or {}, content_type="application/json")
    assert response.status_code == status, response.content
    return response.json()


def deliver() -> None:
    """Have all that is due delivered, as the process does."""
    for webhook_id in delivering.due(newest()):
        while delivering.deliver_next(webhook_id):
            pass


def told(receiver: Receiver) -> list[list[int]]:
    return [change["ids"] for _, body in receiver.got for change in json.loads(body)["data"]["changes"]]


def let_it_be_time() -> None:
    """Let the next attempt of everything that waits come now."""
    Delivery.objects.update(next_attempt_at=Now())


def test_each_change_is_told_once_in_order(hook: Any, receiver: Receiver, place: Division) -> None:
    houses = [building(at(0.5, 0.5), community=place).pk for _ in range(3)]
    deliver()
    deliver()
    assert told(receiver) == [[house] for house in houses]


def test_a_delivery_is_signed_with_the_secret_that_was_shown_once(
    hook: Any, receiver: Receiver, place: Division, client: Client
) -> None:
    building(at(0.5, 0.5), community=place)
    deliver()
    [(headers, body)] = receiver.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(hook["secret"].removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert "secret" not in client.get(f"/api/webhooks/{hook['id']}/").json()


def test_what_is_not_taken_is_tried_again_under_the_same_id_before_anything_newer(
    hook: Any, receiver: Receiver, place: Division
) -> None:
    receiver.answers = [(500, {}), (302, {"Location": receiver.url})]
    first = building(at(0.5, 0.5), community=place).pk
    deliver()
    second = building(at(0.2, 0.2), community=place).pk
    deliver()
    assert told(receiver) == [[first]]  # its time has not come, and nothing passes it
    for _ in range(2):
        let_it_be_time()
        deliver()
    assert told(receiver) == [[first], [first], [first], [second]]
    assert len({headers["webhook-id"] for headers, _ in receiver.got[:3]}) == 1


def test_who_dies_behind_the_answer_sends_it_again(
    hook: Any, receiver: Receiver, place: Division, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = building(at(0.5, 0.5), community=place).pk
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(delivering, "_note", _die)
        deliver()
    deliver()
    assert told(receiver) == [[house], [house]]
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]


def _die(*about: Any) -> None:
    raise KeyboardInterrupt


def test_what_is_given_up_is_kept_and_can_be_replayed(
    hook: Any, receiver: Receiver, place: Division, client: Client
) -> None:
    receiver.answers = [(503, {})] * 10
    dead = building(at(0.5, 0.5), community=place).pk
    for _ in range(10):
        let_it_be_time()
        deliver()
    after = building(at(0.2, 0.2), community=place).pk
    deliver()
    [letter] = client.get(f"/api/webhooks/{hook['id']}/deliveries/", {"state": "dead"}).json()["results"]
    assert (letter["attempts"], letter["status"]) == (10, 503)
    send(client, f"/api/webhooks/{hook['id']}/deliveries/{letter['id']}/replay/")
    deliver()
    assert told(receiver)[-2:] == [[after], [dead]]
    assert Delivery.objects.get(pk=letter["id"]).state == "delivered"


def test_a_receiver_that_says_when_to_come_again_is_left_alone_until_then(
    hook: Any, receiver: Receiver, place: Division
) -> None:
    receiver.answers = [(429, {"Retry-After": "3600"})]
    building(at(0.5, 0.5), community=place)
    deliver()
    delivery = Delivery.objects.get()
    assert (delivery.next_attempt_at - delivery.created_at).total_seconds() > 3500


def test_a_receiver_that_says_nonsense_has_had_its_attempt(hook: Any, receiver: Receiver, place: Division) -> None:
    receiver.answers = [(503, {"Retry-After": "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"})]
    building(at(0.5, 0.5), community=place)
    deliver()
    assert Delivery.objects.get().attempts == 1


def test_a_receiver_that_has_gone_is_told_nothing_more(hook: Any, receiver: Receiver, place: Division) -> None:
    receiver.answers = [(410, {})]
    building(at(0.5, 0.5), community=place)
    deliver()
    let_it_be_time()
    deliver()
    assert len(receiver.got) == 1
    assert not Webhook.objects.get().active


@pytest.mark.usefixtures("hook")
def test_a_right_that_is_taken_away_counts_for_what_is_tried_again_too(
    receiver: Receiver, place: Division, li: User
) -> None:
    receiver.answers = [(500, {})]
    building(at(0.5, 0.5), community=place)
    deliver()
    Grant.objects.filter(user=li).delete()
    let_it_be_time()
    deliver()
    assert len(receiver.got) == 1
    assert Delivery.objects.get().state == "withheld"


@pytest.mark.usefixtures("hook")
def test_nothing_is_told_of_other_areas(receiver: Receiver) -> None:
    elsewhere = division("440310001002")
    building(at(1.5, 0.5), community=elsewhere)
    deliver()
    assert receiver.got == []
    assert Webhook.objects.get().cursor == newest()


@pytest.mark.usefixtures("hook")
def test_a_closed_account_is_told_nothing_and_misses_nothing_when_it_is_opened_again(
    receiver: Receiver, place: Division, li: User
) -> None:
    User.objects.filter(pk=li.pk).update(is_active=False)
    house = building(at(0.5, 0.5), community=place).pk
    deliver()
    assert receiver.got == []
    User.objects.filter(pk=li.pk).update(is_active=True)
    deliver()
    assert told(receiver) == [[house]]


@pytest.mark.usefixtures("hook")
def test_the_process_finds_what_is_due_and_sends_it(receiver: Receiver, place: Division) -> None:
    house = building(at(0.5, 0.5), community=place).pk
    deliverer = Deliverer()
    deliverer.look()
    deliverer._pool.shutdown()
    assert told(receiver) == [[house]]


def test_a_renewed_secret_is_another_one(hook: Any, client: Client) -> None:
    assert send(client, f"/api/webhooks/{hook['id']}/secret/")["secret"] != hook["secret"]


def test_others_find_no_webhook_of_mine(hook: Any, place: Division) -> None:
    other = Client()
    other.force_login(user("wu", role=Role.COMPONENT, area=place))
    assert other.get(f"/api/webhooks/{hook['id']}/").status_code == 404
    assert other.get("/api/webhooks/").json()["results"] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"url": "https://10.0.0.1/"}, "webhook_target_refused"),
        ({"url": "ftp://a.example/"}, "bad_webhook_url"),
        ({"url": "https://a.example/", "kinds": ["houses"]}, "bad_kind_of_change"),
    ],
)
def test_what_can_not_be_told_is_refused(client: Client, body: Any, code: str) -> None:
    assert send(client, "/api/webhooks/", body, 400)["code"] == code


def test_one_address_is_told_once(hook: Any, client: Client, receiver: Receiver) -> None:
    assert send(client, "/api/webhooks/", {"url": receiver.url}, 409)["code"] == "webhook_exists"


def test_a_delivery_that_has_not_ended_is_not_replayed(
    hook: Any, client: Client, receiver: Receiver, place: Division
) -> None:
    receiver.answers = [(500, {})]
    building(at(0.5, 0.5), community=place)
    deliver()
    path = f"/api/webhooks/{hook['id']}/deliveries/{Delivery.objects.get().pk}/replay/"
    assert send(client, path, status=409)["code"] == "delivery_pending"


def test_a_webhook_rests_and_goes_on_where_it_stood(
    hook: Any, client: Client, receiver: Receiver, place: Division
) -> None:
    path = f"/api/webhooks/{hook['id']}/"
    client.patch(path, {"active": False}, content_type="application/json")
    house = building(at(0.5, 0.5), community=place).pk
    deliver()
    assert receiver.got == []
    client.patch(path, {"active": True}, content_type="application/json")
    deliver()
    assert told(receiver) == [[house]]
    assert client.delete(path).status_code == 204
