"""What the front reads of credentials is what Django reads."""

import base64
import string
from typing import Any

import pytest
from django.http import parse_cookie
from hypothesis import example, given
from hypothesis import strategies as st

from gisserver.common.access.credentials import tokens
from gisserver.common.access.credentials.tokens import token_in
from gisserver.common.errors import NotAuthenticated
from gisserver.serving.front.http.cookies import cookie
from gisserver.serving.front.http.credentials import UNREADABLE, Credential, Credentials
from tests.gisserver.serving.stand_ins import Lines


def shown(**headers: str) -> Credential | None:
    return Credentials().shown(headers)


def as_django_reads(header: str) -> Credential | None:
    """Return the token's digest as Django finds it; what names none, or is malformed, is Django's to answer."""
    try:
        token = token_in(header)
    except NotAuthenticated:
        return UNREADABLE
    return UNREADABLE if token is None else Credential("token", tokens.digest(token))


def basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


HEADERS = (
    st.text(st.characters(min_codepoint=32, max_codepoint=255), min_size=1, max_size=30)
    | st.builds("{} {}".format, st.sampled_from(["Bearer", "bearer", "BASIC", "basic", "Digest"]), st.text(max_size=20))
    | st.builds(basic, st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
)


@given(HEADERS)
@example("Bearer  token ")
@example("bearer token")
@example("Bearer")
@example("Basic ???")
@example("Basic /w==")
@example(basic("user:token"))
@example(basic("user: token "))
@example(basic("user:to:ken"))
@example(basic("token"))
@example("Digest x")
def test_a_header_is_read_as_django_reads_it(header: str) -> None:
    assert shown(authorization=header) == as_django_reads(header)


NAMES = st.text(string.ascii_letters + string.digits + "_-", min_size=1, max_size=8)
VALUES = st.text(string.ascii_letters + string.digits + "_-:. =", max_size=12)


@given(st.lists(st.tuples(NAMES | st.just("sessionid"), VALUES), max_size=5), st.sampled_from([";", "; ", " ;  "]))
def test_a_cookie_is_read_as_django_reads_it(pairs: list[tuple[str, str]], between: str) -> None:
    header = between.join(f"{name}={value}" for name, value in pairs)
    assert cookie({"cookie": header}, "sessionid") == parse_cookie(header).get("sessionid", "")


@pytest.mark.parametrize("header", ["", ";", "sessionid", "sessionid=", "other=sessionid=x", "xsessionid=1", "=x; a=b"])
def test_a_cookie_that_is_none_is_none(header: str) -> None:
    assert cookie({"cookie": header}, "sessionid") == parse_cookie(header).get("sessionid", "") == ""


def test_a_token_counts_before_a_session() -> None:
    both = shown(authorization="Bearer token", cookie="sessionid=key")
    assert both == Credential("token", tokens.digest("token"))
    assert shown(authorization="Digest x", cookie="sessionid=key") == UNREADABLE


def test_a_session_in_a_second_header_of_cookies_is_found() -> None:
    lines: Any = Lines(("cookie", "sessionid=one; a=b"), ("cookie", "sessionid=two"), ("cookie", "c=d"))
    assert Credentials().shown(lines) == Credential("session", "two")


def test_the_session_cookie_has_the_name_that_django_gives_it() -> None:
    credentials = Credentials()
    credentials.session_cookie = "of_the_city"
    assert credentials.shown({"cookie": "sessionid=no; of_the_city=yes"}) == Credential("session", "yes")


def test_who_shows_nothing_is_nobody() -> None:
    assert shown() is None
    assert shown(authorization="", cookie="other=1") is None


@pytest.mark.parametrize("headers", [{"authorization": f"Bearer {'a' * 2000}"}, {"cookie": f"sessionid={'a' * 2000}"}])
def test_what_is_too_long_for_a_credential_is_none(headers: dict[str, str]) -> None:
    assert Credentials().shown(headers) == UNREADABLE
