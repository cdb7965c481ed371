"""A webhook leads to the public internet only, whatever its address looks like."""

import socket
from ipaddress import ip_network
from typing import Any

import pytest

from gisserver.common.errors import Invalid
from gisserver.common.webhooks import sending
from gisserver.common.webhooks.targets import addresses_of, parsed
from tests.gisserver.common.webhooks.conftest import Receiver

PRIVATE = [
    "https://127.0.0.1/",
    "https://10.1.2.3/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://0.0.0.0/",
    "https://224.0.0.1/",
    "https://[::1]/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
]


@pytest.mark.parametrize("url", PRIVATE)
def test_an_address_of_the_inside_is_refused_when_it_is_named(url: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parsed(url)
    assert refusal.value.code == "webhook_target_refused"


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0x7f000001", "localhost"])
def test_an_address_of_the_inside_in_disguise_is_refused_when_it_is_looked_up(host: str) -> None:
    with pytest.raises(Invalid, match="public internet"):
        addresses_of(parsed(f"https://{host}/"))


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/",
        "https://",
        "https://u:p@a.example/",
        "https://a.example/#x",
        "x",
        "https://a:b/",
        "https://a b/",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parsed(url)
    assert refusal.value.code == "bad_webhook_url"


def test_a_name_that_leads_to_both_sides_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answers_with(monkeypatch, "93.184.216.34", "10.0.0.1")
    with pytest.raises(Invalid):
        addresses_of(parsed("https://hook.example/"))


def test_the_addresses_that_were_looked_at_are_those_that_are_dialled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers otherwise when it is asked again leads nowhere: it is not asked again."""
    dialled: list[Any] = []

    def dial(address: Any, timeout: float) -> socket.socket:
        dialled.append(address)
        raise ConnectionRefusedError

    answers_with(monkeypatch, "93.184.216.34")
    monkeypatch.setattr(socket, "create_connection", dial)
    assert sending.post("https://hook.example/", b"", {}).error == "ConnectionRefusedError"
    assert dialled == [("93.184.216.34", 443)]


def test_plain_http_goes_only_where_the_operator_says(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    answers_with(monkeypatch, "10.0.0.1")
    with pytest.raises(Invalid):
        addresses_of(parsed("http://hook.example/"))
    settings.WEBHOOK_NETWORKS = [ip_network("10.0.0.0/8")]
    assert addresses_of(parsed("http://hook.example/")) == [("10.0.0.1", 80)]


def test_an_address_may_be_written_in_chinese(receiver: Receiver) -> None:
    assert sending.post(f"{receiver.url}&名=事件", b"", {}).is_taken


def answers_with(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def answer(host: str, port: int, **wanted: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
