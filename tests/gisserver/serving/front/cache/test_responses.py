"""Answers given again for as long as what they rest on is the same, and to the same person."""

import asyncio
from typing import Any

import orjson
import pytest

from gisserver.serving.answers import Answer
from gisserver.serving.front.cache import responses as responses_module
from gisserver.serving.front.cache.responses import KEEP, ResponseCache
from gisserver.serving.front.cache.revalidation import HOLDER, Dependencies, Found
from gisserver.serving.front.http.credentials import Credentials
from tests.gisserver.serving.stand_ins import Lines, Scope

VERSION = 7
KEPT = {KEEP: orjson.dumps({"layers": ["grids"], "version": VERSION, "bbox3857": None}).decode()}
HOLDER_OF = {HOLDER: orjson.dumps({"user": 1, "mark": "mark"}).decode()}
PERSON = {"authorization": "Bearer token", "accept": "application/json"}
HEADERS = [("ETag", '"one"'), ("Content-Type", "application/json"), ("Cache-Control", "private")]


class Revalidator:
    """A database that finds what the test says."""

    def __init__(self) -> None:
        self.found: Found | None = Found(VERSION, 1)
        self.asked: list[Dependencies] = []

    async def ask(self, dependencies: Dependencies) -> Found | None:
        """Look."""
        self.asked.append(dependencies)
        return self.found


class Door:
    """What is kept, and the revalidations behind it."""

    def __init__(self) -> None:
        self.revalidations = Revalidator()
        self.kept = ResponseCache(self.revalidations, Credentials())  # type: ignore[arg-type]

    def learn(self, answer: Answer, **scope: Any) -> None:
        """Take Django's answer."""
        self.kept.learn(Scope(**{"path": "/ogc", "headers": PERSON, **scope}), answer)

    def ask(self, **scope: Any) -> Answer | None:
        """Ask for it again."""
        return asyncio.run(self.kept.answer(Scope(**{"path": "/ogc", "headers": PERSON, **scope})))


def said(own: dict[str, str] | None = None, status: int = 200, body: bytes = b"{}") -> Answer:
    return Answer(status, list(HEADERS), body, own={**KEPT, **HOLDER_OF} if own is None else own)


@pytest.fixture
def door() -> Door:
    made = Door()
    made.learn(said())
    return made


def test_the_same_question_has_the_same_answer(door: Door) -> None:
    again = door.ask()
    assert again is not None
    assert (again.status, again.headers, again.body) == (200, HEADERS, b"{}")
    assert door.revalidations.asked[0].area.layers == ("*", "grids")


def test_who_holds_it_is_told_304(door: Door) -> None:
    again = door.ask(headers={**PERSON, "if-none-match": 'W/"x", "one"'})
    assert again is not None
    assert (again.status, again.headers, again.body) == (304, [HEADERS[0], HEADERS[2]], b"")


@pytest.mark.parametrize("long", [{"query_string": "q" * 5000}, {"headers": {**PERSON, "accept": "a," * 2500}}])
def test_what_a_client_writes_at_length_is_not_kept(long: dict[str, Any]) -> None:
    door = Door()
    door.learn(said(), **long)
    assert door.ask(**long) is None


@pytest.mark.parametrize("found", [None, Found(VERSION + 1, 1), Found(VERSION - 1, 1)])
def test_what_has_changed_is_forgotten(door: Door, found: Found | None) -> None:
    door.revalidations.found = found
    assert door.ask() is None
    door.revalidations.found = Found(VERSION, 1)
    assert door.ask() is None


@pytest.mark.parametrize(
    "otherwise",
    [
        {"path": "/ogc/other"},
        {"query_string": "limit=1"},
        {"method": "HEAD"},
        {"method": "POST"},
        {"scheme": "https"},
        {"headers": {**PERSON, "authorization": "Bearer another"}},
        {"headers": {**PERSON, "accept": "text/html"}},
        {"headers": {**PERSON, "accept-language": "en"}},
        {"headers": {**PERSON, "accept-encoding": "gzip"}},
        {"headers": {**PERSON, "cookie": "django_language=en"}},
        {"headers": {**PERSON, "host": "other.example"}},
        {"headers": {**PERSON, "range": "bytes=0-1"}},
        {"headers": {"accept": "application/json"}},
    ],
)
def test_another_question_is_djangos(door: Door, otherwise: dict[str, Any]) -> None:
    assert door.ask(**otherwise) is None
    assert door.revalidations.asked == []


@pytest.mark.parametrize(
    "second",
    [
        ("accept", "text/html"),
        ("accept-language", "en"),
        ("cookie", "django_language=en"),
        ("host", "other.example"),
    ],
)
def test_what_a_second_header_of_a_name_asks_for_is_given_to_nobody_else(second: tuple[str, str]) -> None:
    """Django reads all of them; whoever sends the first alone asks another question."""
    first = (*PERSON.items(), ("accept-language", "zh"), ("cookie", "a=b"), ("host", "gis.example"))
    door = Door()
    door.learn(said(), headers=Lines(*first, second))
    assert door.ask(headers=Lines(*first)) is None
    assert door.ask(headers=Lines(*first, second)) is not None


@pytest.mark.parametrize(
    "answer", [said(own={}), said(own=HOLDER_OF), said(own=KEPT), said(status=404), Answer(200, [], b"", own=KEPT)]
)
def test_what_django_does_not_say_of_somebody_is_not_kept(answer: Answer) -> None:
    door = Door()
    door.learn(answer)
    assert door.ask() is None


def test_what_is_public_is_kept_for_those_who_show_nothing() -> None:
    door, nobody = Door(), {"accept": "application/json"}
    door.learn(said(own=KEPT), headers=nobody)
    assert door.ask(headers=nobody) is not None
    assert door.ask() is None


@pytest.mark.parametrize("header", ["Basic ???", "Digest x"])
def test_for_what_is_no_credential_nothing_is_kept(header: str) -> None:
    door, headers = Door(), {**PERSON, "authorization": header}
    door.learn(said(), headers={"authorization": header})
    door.learn(said(own=KEPT), headers=headers)
    assert door.ask(headers=headers) is None


def test_what_is_too_long_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses_module, "RESPONSE_CACHE_BYTES", 3000)
    door = Door()
    door.learn(said(body=bytes(1000)))
    assert door.ask() is None


def test_an_answer_is_not_changed_by_who_sends_it(door: Door) -> None:
    first = door.ask()
    assert first is not None
    first.headers.append(("x-request-id", "of the first"))
    again = door.ask()
    assert again is not None
    assert again.headers == HEADERS
