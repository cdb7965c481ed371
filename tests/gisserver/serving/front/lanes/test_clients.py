"""Who asks: whoever has shown good credentials once is himself, all others are an address."""

import pytest

from gisserver.serving.front.http.credentials import Credentials
from gisserver.serving.front.lanes import clients as clients_module
from gisserver.serving.front.lanes.clients import Clients
from tests.gisserver.serving.stand_ins import Scope


@pytest.fixture
def clients() -> Clients:
    return Clients(Credentials())


def test_strangers_of_one_address_are_one_and_who_is_known_is_himself(clients: Clients) -> None:
    stranger, guest = Scope(headers={"authorization": "Bearer no"}), Scope(headers={"cookie": "sessionid=yes"})
    clients.learn(stranger.headers, 401)
    clients.learn(guest.headers, 200)
    assert clients.client_of(stranger) == "192.0.2.7"
    assert clients.client_of(Scope(headers={"authorization": "Bearer another"})) == "192.0.2.7"
    assert clients.client_of(guest) == "yes"


def test_who_is_known_is_himself_wherever_he_is(clients: Clients) -> None:
    headers = {"authorization": "Bearer good"}
    clients.learn(headers, 204)
    here, there = Scope(headers=headers), Scope(headers=headers, client="203.0.113.9:1")
    assert clients.client_of(here) == clients.client_of(there)


@pytest.mark.parametrize("status", [302, 304, 400, 401, 403, 404, 500, 503])
def test_no_other_answer_proves_a_credential(clients: Clients, status: int) -> None:
    headers = {"authorization": "Bearer maybe"}
    clients.learn(headers, status)
    assert clients.client_of(Scope(headers=headers)) == "192.0.2.7"


def test_a_port_is_no_part_of_an_address(clients: Clients) -> None:
    assert clients.client_of(Scope(client="[2001:db8::7]:1")) == clients.client_of(Scope(client="[2001:db8::7]:2"))


def test_who_has_been_away_longest_is_forgotten_first(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients_module, "_MAX_KNOWN", 2)
    for key in ("one", "two", "one", "three"):
        clients.learn({"cookie": f"sessionid={key}"}, 200)
    known = [clients.client_of(Scope(headers={"cookie": f"sessionid={key}"})) for key in ("one", "two", "three")]
    assert known == ["one", "192.0.2.7", "three"]
