"""Reports as WSGI tells them, and what is answered to them together or by Django alone."""

import json
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.contrib.auth.models import User
from django.core.wsgi import get_wsgi_application
from django.test import RequestFactory

from gisserver.common.access.credentials import tokens
from gisserver.common.web.batched import Answer
from incidents.api.batched import answer_batch
from tests.factories import at, hours_ago, lonlat

# This month, whose partition other tests leave behind too; the same whenever it is asked, for a retry says the same.
OCCURRED_AT = hours_ago(1).isoformat()


def token_of(user: User) -> str:
    return tokens.issue(user=user)[0]


def report(place: Any = None, **more: object) -> dict[str, Any]:
    lon, lat = lonlat(place or at(0.7, 0.5))
    members = {"type": "A", "occurred_at": OCCURRED_AT, "lon": lon, "lat": lat, "crs": "wgs84", **more}
    return {name: value for name, value in members.items() if value is not None}


def request(token: str, body: Any, **headers: str) -> dict[str, Any]:
    """A request as WSGI tells it."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {"Authorization": f"Bearer {token}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    made = RequestFactory().post("/api/incidents/", content, content_type="application/json", headers=named)
    return made.environ | {"wsgi.input": BytesIO(content), "HTTP_HOST": "testserver"}


def by_django(environ: dict[str, Any]) -> Answer:
    started: list[Any] = []
    response = get_wsgi_application()(environ, lambda status, headers: started.extend((int(status[:3]), headers)))
    body = b"".join(response)
    return started[0], started[1], body


def nobody(environ: dict[str, Any]) -> Answer:
    raise AssertionError("Django need not be asked")


def seen(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    """An answer without what no two have in common: ids and the moment of receipt."""
    status, headers, body = answer
    plain = {name: re.sub(r"\d+", "N", value) if name == "Location" else value for name, value in headers}
    for name in ("Content-Length", "X-Request-Id"):
        plain.pop(name, None)
    return status, plain, re.sub(rb'"id":\s?\d+|"from":\s?"[^"]+"', b"", body)


def statuses(answers: list[Answer]) -> list[int]:
    return [status for status, _, _ in answers]


def body_of(answer: Answer) -> Any:
    return json.loads(answer[2])


def together(*environs: dict[str, Any], fallback: Callable[[dict[str, Any]], Answer] = nobody) -> list[Answer]:
    return answer_batch(environs, fallback)
