"""A request in the names of CGI."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisserver.serving.front.http.request import cgi_variables
from tests.gisserver.serving.stand_ins import Scope


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_texts_are_bytes_as_if_they_were_latin(path: str, query: str) -> None:
    request = cgi_variables(Scope(path=path, query_string=query), "id")
    assert request["PATH_INFO"].encode("latin-1").decode() == path
    assert request["QUERY_STRING"].encode("latin-1").decode() == query


def test_headers_have_the_names_of_cgi() -> None:
    headers = {"content-type": "text/csv", "content-length": "3", "x-csrftoken": "t", "host": "map.example"}
    request = cgi_variables(Scope(headers=headers), "id")
    names = {"CONTENT_TYPE": "text/csv", "CONTENT_LENGTH": "3", "HTTP_X_CSRFTOKEN": "t", "HTTP_HOST": "map.example"}
    assert {name: request[name] for name in names} == names


@pytest.mark.parametrize(
    ("server", "client", "names"),
    [
        ("[::1]:8000", "[2001:db8::7]:5001", ("::1", "8000", "2001:db8::7")),
        ("127.0.0.1:80", "192.0.2.7:5001", ("127.0.0.1", "80", "192.0.2.7")),
    ],
)
def test_addresses_lose_their_brackets_and_ports(server: str, client: str, names: tuple[str, str, str]) -> None:
    request = cgi_variables(Scope(server=server, client=client), "id")
    assert (request["SERVER_NAME"], request["SERVER_PORT"], request["REMOTE_ADDR"]) == names


def test_what_http_2_calls_the_authority_is_the_host() -> None:
    request = cgi_variables(Scope(authority="map.example", headers={"host": "other.example"}), "id")
    assert request["HTTP_HOST"] == "other.example"
    assert cgi_variables(Scope(authority="map.example"), "id")["HTTP_HOST"] == "map.example"


def test_a_header_with_an_underscore_passes_for_none_with_a_hyphen() -> None:
    assert "HTTP_X_FORWARDED_FOR" not in cgi_variables(Scope(headers={"x_forwarded_for": "10.0.0.1"}), "id")


def test_a_body_in_chunks_has_the_length_that_came() -> None:
    assert cgi_variables(Scope(headers={"transfer-encoding": "chunked"}), "id", 5)["CONTENT_LENGTH"] == "5"
    assert "CONTENT_LENGTH" not in cgi_variables(Scope(), "id")
