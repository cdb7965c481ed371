"""Requests of some doors are answered as one piece of work, each with its own answer."""

import asyncio
import itertools
from collections.abc import Sequence
from typing import Any

import pytest

from gisserver.serving.front.batching.doors import BatchedDoors
from gisserver.serving.workers import batching as doors
from gisserver.serving.workers.batching import Alone, Environ, One
from tests.gisserver.serving.stand_ins import Protocol, Site, saying, serving

DOOR = ("POST", "/together")
TOKEN = {"authorization": "Bearer t", "content-length": "1"}


class Many:
    """A door that answers with the bodies, and leaves those that say x to Django."""

    def __init__(self) -> None:
        self.rounds: list[int] = []

    def __call__(self, environs: Sequence[Environ], alone: Alone) -> list[One]:
        """Answer many requests."""
        self.rounds.append(len(environs))
        bodies = [environ["wsgi.input"].read() for environ in environs]
        return [
            alone(environ) if body == b"x" else (201, [("X-Gisserver-Log", "{}"), ("A", "b")], body * 2)
            for environ, body in zip(environs, bodies, strict=True)
        ]


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> Many:
    made = Many()
    monkeypatch.setitem(doors.DOORS, DOOR, made)
    return made


async def answers(site: Site, *bodies: bytes, headers: dict[str, str] = TOKEN) -> list[Any]:
    """Return what is answered to requests that come at the same moment."""
    site.front._batched = BatchedDoors([DOOR], site.workers.lanes["batch"], itertools.count(1000))
    asked = [site.ask(Protocol(body), method=DOOR[0], path=DOOR[1], headers=headers) for body in bodies]
    return [protocol.answer for protocol in await asyncio.gather(*asked)]


def answered(*bodies: bytes, **given: Any) -> list[Any]:
    async def ask() -> list[Any]:
        async with serving(saying([b"alone"])) as site:
            return await answers(site, *bodies, **given)

    return asyncio.run(ask())


def test_each_gets_its_own_answer(many: Many) -> None:
    assert answered(b"a", b"b", b"c") == [(201, [("A", "b")], body) for body in (b"aa", b"bb", b"cc")]


def test_many_at_once_are_few_pieces_of_work(many: Many) -> None:
    answered(*[b"a"] * 50)
    assert sum(many.rounds) == 50
    assert len(many.rounds) < 10


def test_what_is_not_plain_django_answers_alone(many: Many) -> None:
    assert [answer[2] for answer in answered(b"a", b"x", b"b")] == [b"aa", b"alone", b"bb"]


def test_who_shows_no_token_is_answered_alone(many: Many) -> None:
    assert [answer[2] for answer in answered(b"a", headers={"content-length": "1"})] == [b"alone"]
    assert many.rounds == []


def test_a_door_that_fails_refuses_all_and_answers_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    many = Many()

    def failing(environs: Sequence[Environ], alone: Alone) -> list[One]:
        monkeypatch.setitem(doors.DOORS, DOOR, many)
        raise ValueError("secret")

    async def ask() -> tuple[list[Any], list[Any]]:
        async with serving(saying([b"alone"])) as site:
            return await answers(site, b"a"), await answers(site, b"b")

    monkeypatch.setitem(doors.DOORS, DOOR, failing)
    [first], [second] = asyncio.run(ask())
    assert (first[0], b"secret" in first[2], second[2]) == (500, False, b"bb")
