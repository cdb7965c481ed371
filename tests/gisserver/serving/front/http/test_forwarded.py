"""The site's address is what a proxy of ours says, and nobody else."""

from ipaddress import ip_network
from typing import Any

import pytest

from gisserver.common.errors import Invalid
from gisserver.serving.answers import Answer
from gisserver.serving.front.http.forwarded import as_forwarded, located
from gisserver.serving.front.http.request import cgi_variables
from tests.gisserver.serving.stand_ins import Lines, Scope

OURS = [ip_network("10.0.0.0/8"), ip_network("::1/128")]
SAID = {"host": "127.0.0.1:8000", "x-forwarded-host": "city.example", "x-forwarded-proto": "https"}


def seen(client: str = "10.0.0.7:5001", headers: Any = None, **more: str) -> tuple[str, str, str]:
    """Return the scheme, host and path of the site as Django is told them."""
    scope = as_forwarded(Scope(client=client, headers=(SAID if headers is None else headers) | more), OURS)
    told = cgi_variables(scope, "id")
    return told["wsgi.url_scheme"], told["HTTP_HOST"], told.get("SCRIPT_NAME", "")


@pytest.mark.parametrize("client", ["10.0.0.7:5001", "[::1]:5001", "[::ffff:10.0.0.7]:5001"])
def test_a_proxy_of_ours_says_the_address(client: str) -> None:
    assert seen(client, **{"x-forwarded-prefix": "/gis/"}) == ("https", "city.example", "/gis")


@pytest.mark.parametrize("client", ["192.0.2.7:5001", "unix:", ""])
def test_anybody_else_says_nothing(client: str) -> None:
    assert seen(client, **{"x-forwarded-prefix": "/gis"}) == ("http", "127.0.0.1:8000", "")


def test_the_standard_header_is_read_too() -> None:
    headers = {"forwarded": 'for=192.0.2.1;host=evil.example, for=10.0.0.9;proto=https;host="city.example:8443"'}
    assert seen(headers=headers) == ("https", "city.example:8443", "")


def test_the_nearest_proxy_has_the_last_word() -> None:
    assert seen(**{"x-forwarded-host": "evil.example, city.example"})[1] == "city.example"
    lines = Lines(("x-forwarded-host", "evil.example"), ("x-forwarded-host", "city.example"))
    assert as_forwarded(Scope(client="10.0.0.7:1", headers=lines), OURS).site == "http://city.example"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-forwarded-host", "a b"),
        ("x-forwarded-host", "a/b"),
        ("x-forwarded-proto", "javascript"),
        ("x-forwarded-prefix", "//evil.example"),
        ("x-forwarded-prefix", "gis"),
        ("x-forwarded-prefix", '/a"b'),
    ],
)
def test_what_is_no_address_is_refused(name: str, value: str) -> None:
    with pytest.raises(Invalid, match="names no address"):
        seen(**{name: value})


@pytest.mark.parametrize(
    ("said", "location"),
    [
        ("/api/jobs/1/", "/gis/api/jobs/1/"),
        ("/gis/login/", "/gis/login/"),
        ("https://city.example/x", "https://city.example/x"),
        ("//other.example", "//other.example"),
    ],
)
def test_a_location_without_a_host_gets_the_path(said: str, location: str) -> None:
    scope = as_forwarded(Scope(client="10.0.0.7:1", headers=SAID | {"x-forwarded-prefix": "/gis"}), OURS)
    assert located(Answer(201, [("Location", said)], b""), scope).header("location") == location
