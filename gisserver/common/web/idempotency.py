"""Writes that a client may repeat: a request with the same Idempotency-Key gets the first answer (law 8)."""

from collections.abc import Callable
from typing import Any

import orjson
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.access.credentials.authentication import user_id
from gisserver.common.access.idempotency import once

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="A retry with the same key gets the first answer."
)


def as_read(made: Any) -> Any:
    """Return what ``made`` is for a client: JSON as DRF writes it."""
    return orjson.loads(JSONRenderer().render(made))


def acted_once(
    request: Request,
    door: str,
    act: Callable[[], Any],
    *,
    body: bytes | None = None,
    as_read: Callable[[Any], Any] = as_read,
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what ``act`` makes, as the client will read it, and the header that tells a replay.

    The bodies compared are the request's own bytes, or ``body`` where those say less or more than what is asked.
    """
    answer, replayed = once(
        user_id=user_id(request),
        door=door,
        key=request.headers.get("Idempotency-Key"),
        body=request._request.body if body is None else body,
        act=lambda: as_read(act()),
    )
    return answer, {"Idempotent-Replayed": "true"} if replayed else {}


def answered_once(
    request: Request, door: str, act: Callable[[], Any], *, done: int = status.HTTP_201_CREATED
) -> Response:
    """Answer ``done`` with what ``act`` makes, or with the first answer to the same key."""
    answer, headers = acted_once(request, door, act)
    return Response(answer, status=done, headers=headers)
