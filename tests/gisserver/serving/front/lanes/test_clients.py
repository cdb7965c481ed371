"""Who asks: whoever has shown good credentials once is himself, all others are an address."""

import json

import pytest

from gisserver.serving.answers import LOG, Answer
from gisserver.serving.front.http.credentials import Credentials
from gisserver.serving.front.lanes import clients as clients_module
from gisserver.serving.front.lanes.clients import Clients
from tests.gisserver.serving.stand_ins import Scope


@pytest.fixture
def clients() -> Clients:
    return Clients(Credentials())


def answer(user: int | None, status: int = 200) -> Answer:
    """Return an answer for which Django says who asked."""
    return Answer(status, [], b"", own={LOG: json.dumps({"door": "/", "user": user})})


def shows(token: str, **scope: str) -> Scope:
    return Scope(headers={"authorization": f"Bearer {token}"}, **scope)


def test_strangers_of_one_address_are_one_and_who_is_known_is_himself(clients: Clients) -> None:
    stranger, guest = shows("no"), Scope(headers={"cookie": "sessionid=yes"})
    clients.learn(stranger, answer(None, 401))
    clients.learn(guest, answer(7))
    assert clients.client_of(stranger) == clients.client_of(shows("another")) == "192.0.2.7"
    assert clients.client_of(guest) == "user 7"


def test_who_is_known_is_himself_wherever_he_is_and_with_all_his_tokens(clients: Clients) -> None:
    clients.learn(shows("one"), answer(7, 204))
    clients.learn(shows("two"), answer(7))
    assert clients.client_of(shows("one")) == clients.client_of(shows("two", client="203.0.113.9:1"))


def test_what_anybody_may_see_proves_no_credential(clients: Clients) -> None:
    clients.learn(shows("made up"), answer(None))
    assert clients.client_of(shows("made up")) == "192.0.2.7"


@pytest.mark.parametrize("status", [302, 304, 400, 401, 403, 404, 500, 503])
def test_no_other_answer_proves_a_credential(clients: Clients, status: int) -> None:
    clients.learn(shows("maybe"), answer(7, status))
    assert clients.client_of(shows("maybe")) == "192.0.2.7"


def test_whose_credential_is_no_longer_taken_is_a_stranger_again(clients: Clients) -> None:
    clients.learn(shows("revoked"), answer(7))
    clients.learn(shows("revoked"), answer(None, 401))
    assert clients.client_of(shows("revoked")) == "192.0.2.7"


@pytest.mark.parametrize(("behind_proxy", "client"), [(False, "192.0.2.7"), (True, "203.0.113.9")])
def test_the_address_is_what_a_proxy_says_last_and_nobody_else(
    clients: Clients, behind_proxy: bool, client: str
) -> None:
    clients.behind_proxy = behind_proxy
    assert clients.client_of(Scope(headers={"x-forwarded-for": "10.0.0.1, 203.0.113.9"})) == client


def test_a_port_is_no_part_of_an_address(clients: Clients) -> None:
    assert clients.client_of(Scope(client="[2001:db8::7]:1")) == clients.client_of(Scope(client="[2001:db8::7]:2"))


def test_who_has_been_away_longest_is_forgotten_first(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients_module, "_MAX_KNOWN", 2)
    for key in (1, 2, 1, 3):
        clients.learn(shows(str(key)), answer(key))
    assert [clients.client_of(shows(str(key))) for key in (1, 2, 3)] == ["user 1", "192.0.2.7", "user 3"]
