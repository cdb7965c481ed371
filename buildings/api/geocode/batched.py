"""`GET /geocode/search?q=…` for many who ask at once, answered by one set of statements (`geocoding/gathered.py`).

What asks for more than a text and a limit, or has no house that is surely meant, Django answers alone (`SearchView`).
"""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from django.contrib.auth.models import User
from rest_framework.renderers import JSONRenderer

from buildings.api.geocode.params import DEFAULT_LIMIT, MAX_LIMIT, MAX_TEXT, Format
from buildings.api.geocode.render import Look, render
from buildings.geocoding.gathered import found_together
from gisserver.common.access.models import scope_of
from gisserver.common.access.roles import Permission
from gisserver.common.web.batched import HEADERS, Environ, One, noted, owners_of

DOOR = "/geocode/search"
_LOOK = Look(Format.GEOCODEJSON)
_LIMIT = re.compile("[1-9][0-9]?")
_RENDERER = JSONRenderer()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A plain request: its number, who asks, and for what."""

    number: int
    user: User
    text: str
    limit: int


def search_together(environs: Sequence[Environ], alone: Callable[[Environ], One]) -> list[One]:
    """Return the answers of `SearchView` to many requests."""
    began = time.perf_counter()
    bodies: dict[int, tuple[int, bytes]] = {}
    for group in _groups(environs):
        found = found_together(user=group[0].user, asked=[(one.text, one.limit) for one in group])
        for one, answers in zip(group, found, strict=True):
            if answers is not None:
                body = _RENDERER.render(render(answers, query=one.text, look=_LOOK))
                bodies[one.number] = one.user.pk, body
    notes = noted(DOOR, "GET", 200, users=[user for user, _ in bodies.values()], seconds=time.perf_counter() - began)
    answered = {
        number: (200, [*HEADERS, note], body) for (number, (_, body)), note in zip(bodies.items(), notes, strict=True)
    }
    return [answered.get(number) or alone(environ) for number, environ in enumerate(environs)]


def _groups(environs: Sequence[Environ]) -> list[list[_Asked]]:
    """Return the plain requests, those together whose users may see the same."""
    plain = [(number, said, environ) for number, environ in enumerate(environs) if (said := _said(environ))]
    owners = owners_of(environ.get("HTTP_AUTHORIZATION", "") for _, _, environ in plain)
    groups: dict[frozenset[int] | None, list[_Asked]] = {}
    for number, (text, limit), environ in plain:
        user = owners.get(environ.get("HTTP_AUTHORIZATION", ""))
        if user is not None and (scope := scope_of(user)).may(Permission.READ):
            areas = scope.areas(Permission.READ)
            key = None if areas is None else frozenset(areas)
            groups.setdefault(key, []).append(_Asked(number, user, text, limit))
    return list(groups.values())


def _said(environ: Environ) -> tuple[str, int] | None:
    """Return the text and the limit of a plain request, None for any other."""
    pairs = parse_qsl(environ["QUERY_STRING"], keep_blank_values=True)
    said = dict(pairs)
    text, limit = said.pop("q", ""), said.pop("limit", str(DEFAULT_LIMIT))
    stripped = text.strip()
    plain = not said and len(pairs) <= 2 and stripped and len(stripped) <= MAX_TEXT and stripped.isprintable()
    if not plain or _LIMIT.fullmatch(limit) is None or int(limit) > MAX_LIMIT or len(pairs) != len(dict(pairs)):
        return None
    return stripped, int(limit)
