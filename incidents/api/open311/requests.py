"""Incidents as GeoReport's service requests, and what it asks for as our rows."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db.models import QuerySet

from gisserver.common.access.models import Viewer
from gisserver.common.db.clock import database_now
from gisserver.common.errors import Invalid
from gisserver.common.moments import parse_moment
from gisserver.common.sentences import Sentence
from gisserver.common.web.params import whole
from incidents.models import OPEN_STATUSES, Incident
from incidents.selectors import incidents_to_show

# What the standard allows a page to hold, and how far it looks back by itself.
MOST = 1000
LOOK_BACK = timedelta(days=90)
_MOST_PAGES = 10_000


def wanted(user: Viewer, query: Mapping[str, str]) -> QuerySet[Incident]:
    """Return the page of visible incidents that a query asks for, the latest first. Raises Invalid."""
    rows = incidents_to_show(user)
    if ids := query.get("service_request_id"):
        rows = rows.filter(pk__in=[whole(text, "service_request_id") for text in ids.split(",")[:MOST]])
    else:
        rows = rows.filter(**_between(query))
    if codes := query.get("service_code"):
        rows = rows.filter(type__code__in=codes.split(","))
    if states := query.get("status"):
        rows = _of_state(rows, set(states.split(",")))
    size = whole(query.get("page_size", str(MOST)), "page_size", least=1, most=MOST)
    page = whole(query.get("page", "1"), "page", least=1, most=_MOST_PAGES)
    return rows[(page - 1) * size : page * size]


def as_request(row: Any, *, text: str) -> dict[str, Any]:
    """Return an incident in GeoReport's words; ``text`` is its description."""
    lon, lat = orjson.loads(row.geometry)["coordinates"] if row.geometry else (None, None)
    return {
        "service_request_id": str(row.pk),
        "status": "open" if row.status in OPEN_STATUSES else "closed",
        "status_notes": row.get_status_display(),
        "service_name": row.type_name,
        "service_code": row.type_code,
        "description": text,
        "agency_responsible": row.grid_code,
        "service_notice": None,
        "requested_datetime": _text(row.occurred_at),
        "updated_datetime": None,
        "expected_datetime": None,
        "address": row.address,
        "address_id": None,
        "zipcode": None,
        "lat": lat,
        "long": lon,
        "media_url": None,
    }


def _between(query: Mapping[str, str]) -> dict[str, datetime]:
    """Return the bounds of `occurred_at`: as asked, else the last 90 days."""
    start, end = (_moment(query, name) for name in ("start_date", "end_date"))
    bounds = {"occurred_at__gte": start or (end or database_now()) - LOOK_BACK}
    return bounds if end is None else {**bounds, "occurred_at__lte": end}


def _moment(query: Mapping[str, str], name: str) -> datetime | None:
    try:
        return parse_moment(query[name]) if query.get(name) else None
    except Invalid as refusal:
        raise Invalid(f"bad_{name}", Sentence("{name}: {detail}", name=name, detail=refusal.detail)) from None


def _of_state(rows: QuerySet[Incident], states: set[str]) -> QuerySet[Incident]:
    if unknown := states - {"open", "closed"}:
        raise Invalid("bad_status", Sentence("status is open or closed, not {word!r}.", word=sorted(unknown)[0][:40]))
    if states == {"open"}:
        return rows.filter(status__in=OPEN_STATUSES)
    return rows.exclude(status__in=OPEN_STATUSES) if states == {"closed"} else rows


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
