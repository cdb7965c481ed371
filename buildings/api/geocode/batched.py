"""`GET /geocode/search?q=…` and `/geocode/reverse?lon=…&lat=…` for many who ask at once, by one set of statements.

What asks for more, has no house that is surely meant, or lies outside all grids, Django answers alone (`views.py`).
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import parse_qsl

from django.contrib.auth.models import User
from rest_framework.renderers import JSONRenderer

from buildings.api.emptiness import explained
from buildings.api.geocode.params import DEFAULT_LIMIT, MAX_LIMIT, MAX_TEXT, Format
from buildings.api.geocode.render import Look, render, render_here
from buildings.geocoding.gathered import found_together
from buildings.geocoding.reverse import reverse_together
from gisserver.common.access.models import scope_of
from gisserver.common.access.roles import Permission
from gisserver.common.web.batched import HEADERS, Answer, Environ, noted, owners_of

SEARCH: Final = "/geocode/search"
REVERSE: Final = "/geocode/reverse"
_LOOK: Final = Look(Format.GEOCODEJSON)
_LIMIT: Final = re.compile("[1-9][0-9]?")
_NUMBER: Final = re.compile(r"-?\d{1,3}(?:\.\d{1,20})?")
_RENDERER: Final = JSONRenderer()

S = TypeVar("S")
Alone = Callable[[Environ], Answer]


class _Asked(NamedTuple):
    """A plain request: its number, who asks, and what it says."""

    number: int
    user: User
    said: Any


def search_together(environs: Sequence[Environ], alone: Alone) -> list[Answer]:
    """Return the answers of `SearchView` to many requests."""
    return _together(SEARCH, environs, alone, _text, _searched)


def reverse_many_together(environs: Sequence[Environ], alone: Alone) -> list[Answer]:
    """Return the answers of `ReverseView` to many requests."""
    return _together(REVERSE, environs, alone, _place, _reversed)


def _searched(user: User, said: Sequence[tuple[str, int]]) -> list[Any]:
    found = found_together(user=user, asked=said)
    return [
        None if answers is None else render(answers, query=text, look=_LOOK)
        for (text, _), answers in zip(said, found, strict=True)
    ]


def _reversed(user: User, said: Sequence[tuple[float, float]]) -> list[Any]:
    found = reverse_together(user=user, places=said)
    return [
        None if here is None else explained(render_here(here, query=f"{lat},{lon}", look=_LOOK), here.grid.reason)
        for (lon, lat), here in zip(said, found, strict=True)
    ]


def _together(
    door: str,
    environs: Sequence[Environ],
    alone: Alone,
    said: Callable[[Mapping[str, str]], S | None],
    bodies: Callable[[User, Sequence[S]], list[Any]],
) -> list[Answer]:
    """Return the answers of a door: of those whose users may see the same, ``bodies`` makes them, None for alone."""
    began = time.perf_counter()
    answers: dict[int, tuple[int, bytes]] = {}
    for group in _groups(environs, said):
        told = bodies(group[0].user, [one.said for one in group])
        for one, body in zip(group, told, strict=True):
            if body is not None:
                answers[one.number] = one.user.pk, _RENDERER.render(body)
    notes = noted(door, "GET", 200, users=[user for user, _ in answers.values()], seconds=time.perf_counter() - began)
    answered = {
        number: (200, [*HEADERS, note], body) for (number, (_, body)), note in zip(answers.items(), notes, strict=True)
    }
    return [answered.get(number) or alone(environ) for number, environ in enumerate(environs)]


def _groups(environs: Sequence[Environ], said: Callable[[Mapping[str, str]], object]) -> list[list[_Asked]]:
    """Return the plain requests, those together whose users may see the same."""
    plain = [(number, what, environ) for number, environ in enumerate(environs) if (what := said(_query(environ)))]
    owners = owners_of(environ.get("HTTP_AUTHORIZATION", "") for _, _, environ in plain)
    groups: dict[frozenset[int] | None, list[_Asked]] = {}
    for number, what, environ in plain:
        user = owners.get(environ.get("HTTP_AUTHORIZATION", ""))
        if user is not None and (scope := scope_of(user)).may(Permission.READ):
            areas = scope.areas(Permission.READ)
            groups.setdefault(None if areas is None else frozenset(areas), []).append(_Asked(number, user, what))
    return list(groups.values())


def _query(environ: Environ) -> Mapping[str, str]:
    """Return what a query string says; nothing where it says something twice."""
    pairs = parse_qsl(environ["QUERY_STRING"], keep_blank_values=True)
    query = dict(pairs)
    return query if len(query) == len(pairs) else {}


def _text(query: Mapping[str, str]) -> tuple[str, int] | None:
    """Return the text and the limit of a plain search, None for any other."""
    text, limit = query.get("q", "").strip(), query.get("limit", str(DEFAULT_LIMIT))
    if not text or not text.isprintable() or len(text) > MAX_TEXT or not query.keys() <= {"q", "limit"}:
        return None
    return (text, int(limit)) if _LIMIT.fullmatch(limit) and int(limit) <= MAX_LIMIT else None


def _place(query: Mapping[str, str]) -> tuple[float, float] | None:
    """Return longitude and latitude of a plain question for a place, None for any other."""
    lon, lat = query.get("lon", ""), query.get("lat", "")
    plain = query.keys() == {"lon", "lat"} and _NUMBER.fullmatch(lon) and _NUMBER.fullmatch(lat)
    return (float(lon), float(lat)) if plain else None
