"""What a request that edits features says: its body, the CRS of that, and the state that it was made of."""

import re
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest

from gisserver.common.errors import Invalid, Stale, Unconditional
from gisserver.common.sentences import Sentence
from layers.editing.changes import Look
from layers.ogc.links import GEOJSON
from layers.ogc.params import parse_supported_crs
from layers.registry import Collection
from layers.spatial.crs import Crs

MERGE_PATCH = "application/merge-patch+json"
# What one feature is replaced or changed by; programs send GeoJSON as plain JSON too.
WHOLE = frozenset({GEOJSON, "application/json"})
CHANGE = frozenset({MERGE_PATCH, "application/json"})
_STRONG = re.compile(r'\s*(?:W/"[^"]*"|"(?P<strong>[^"]*)")\s*(?:,|$)')


def document_of(request: HttpRequest, media_types: frozenset[str]) -> Any:
    """Return the JSON of the body. Raises Invalid."""
    if request.content_type not in media_types:
        told = Sentence("Send a body of type {types}.", types=", ".join(sorted(media_types)))
        raise Invalid("bad_body", told)
    try:
        return orjson.loads(request.body)
    except orjson.JSONDecodeError:
        raise Invalid("bad_body", "The body is no JSON.") from None


def crs_of(request: HttpRequest, collection: Collection) -> Crs:
    """Return the CRS of the body: Content-Crs, as the standard writes it or without brackets, as QGIS does."""
    return parse_supported_crs(collection, request.headers.get("Content-Crs"))


def precondition(request: HttpRequest) -> Look:
    """Return what compares If-Match with a feature's state when that is locked. Raises Unconditional without one.

    An ETag ends with the state (`freshness.Freshness.mark`); what comes before it says how the feature was asked for.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header and not settings.EDITS_WITHOUT_IF_MATCH:
        raise Unconditional(
            "precondition_required",
            "Send If-Match with the ETag of the feature that you have read, so that nobody else's edit is lost.",
        )
    states = {match["strong"].rsplit("-", 1)[-1] for match in _STRONG.finditer(header) if match["strong"]}

    def look(state: str) -> None:
        if header not in {"", "*"} and state not in states:
            raise Stale("edited_meanwhile", "The feature has been edited since you read it: read it again, then edit.")

    return look
