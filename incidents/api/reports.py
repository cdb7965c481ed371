"""Bodies of reports, many at a time, read as `ReportSerializer` reads one.

What is plainly right is taken by a look at each member. Whatever is not goes to the serializer: it says what is odd but
good (a number as the text of a text), and what is wrong, so that a report is refused alike at every door.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from rest_framework import serializers

from gisserver.common import moments
from gisserver.common.access.models import Viewer
from gisserver.common.errors import DomainError
from gisserver.common.reading.exactness import is_shortened
from incidents import reported, selectors, services
from incidents.api.serializers import MAX_ACCURACY_M, ReportSerializer

_FIELDS: dict[str, Any] = dict(ReportSerializer().fields)
KNOWN = frozenset(_FIELDS)
# Members that are numbers, and how long the other texts may be.
NUMBERS = tuple(name for name, field in _FIELDS.items() if isinstance(field, serializers.FloatField))
_TEXTS: dict[str, int] = {
    name: field.max_length or 0 for name, field in _FIELDS.items() if isinstance(field, serializers.CharField)
}

_IDS = ("external_id", "building", "unit", "community")
_LONGEST_NUMBER: Any = serializers.FloatField.MAX_STRING_LENGTH

Refusal = DomainError | serializers.ValidationError


def read(bodies: Iterable[Any]) -> list[dict[str, Any] | Refusal]:
    """Return for each body its members as `ReportSerializer` validates them, or its refusal; a refusal stays one."""
    odd = ReportSerializer()
    return [body if isinstance(body, DomainError) else _plainly(body) or _by_serializer(odd, body) for body in bodies]


def as_reported(bodies: Iterable[Any], user: Viewer) -> list[services.NewIncident | Refusal]:
    """Return for each body the incident that ``user`` reports with it, received now, or its refusal."""
    reports = read(bodies)
    return incidents_of(reports, [user] * len(reports))


def incidents_of(
    reports: Sequence[dict[str, Any] | Refusal], users: Iterable[Viewer]
) -> list[services.NewIncident | Refusal]:
    """Return for each report that has been read, with its reporter, its incident, received now, or its refusal."""
    good = [(user, members) for user, members in zip(users, reports, strict=True) if isinstance(members, dict)]
    now, find_type = selectors.types_by_code(members["type"] for _, members in good)
    found = iter(
        reported.all_as_reported(
            [members for _, members in good], users=[user for user, _ in good], now=now, find_type=find_type
        )
    )
    return [next(found) if isinstance(members, dict) else members for members in reports]


def _by_serializer(odd: ReportSerializer, body: Any) -> dict[str, Any] | serializers.ValidationError:
    try:
        if body is None:  # only a serializer with data of its own words this
            ReportSerializer(data=None).is_valid(raise_exception=True)
        return dict(odd.run_validation(body))
    except serializers.ValidationError as refusal:
        return refusal


def _plainly(body: Any) -> dict[str, Any] | None:
    """Return the members of a body that is plainly good; None: ask the serializer."""
    if type(body) is not dict or not body.keys() <= KNOWN:
        return None
    members = _texts(body)
    if members is None or not _numbers(body, members) or any(_is_lost(members[name]) for name in _IDS):
        return None
    if members.get("lon") is None and members.get("lat") is None:
        return members
    return members if members.get("lon") is not None and members.get("lat") is not None and "crs" in members else None


def _texts(body: dict[str, Any]) -> dict[str, Any] | None:
    """Return the texts and the moment among the members, or None."""
    members: dict[str, Any] = {}
    for name, longest in _TEXTS.items():
        value = body.get(name, "")
        if type(value) is not str or len(value) > longest:
            return None
        members[name] = value.strip()
    if not members["type"] or not _is_clean("".join(members.values())):
        return None
    if not members["crs"]:
        if "crs" in body:
            return None
        del members["crs"]
    try:
        members["occurred_at"] = moments.parse_moment(body.get("occurred_at", ""))
    except (DomainError, TypeError):
        return None
    return members


def _is_lost(code: str) -> bool:
    return bool(code) and is_shortened(code)


def _is_clean(text: str) -> bool:
    """Whether there is no NUL and no half of a surrogate pair in a text."""
    if "\0" in text:
        return False
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _numbers(body: dict[str, Any], members: dict[str, Any]) -> bool:
    """Put the numbers of ``body`` in ``members``; return whether all are plain."""
    try:
        for name in NUMBERS:
            if name in body:
                members[name] = None if body[name] is None else _number(body[name])
    except (ValueError, OverflowError):
        return False
    accuracy = members.get("accuracy_m")
    return accuracy is None or 0 <= accuracy <= MAX_ACCURACY_M


def _number(value: Any) -> float:
    """Return a finite number, written as one or in a short text. Raises ValueError, OverflowError for anything else."""
    if type(value) not in {float, int, str} or (type(value) is str and len(value) > _LONGEST_NUMBER):
        raise ValueError
    number = float(value)
    if not math.isfinite(number):
        raise ValueError
    return number
