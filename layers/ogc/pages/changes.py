"""What was added, changed and removed in a collection between two moments."""

from typing import Any

import orjson
from django.db import DataError, InternalError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from gisserver.common.web.params import whole
from layers.ogc.changes import Change, changes
from layers.ogc.instants import Interval, parse_interval
from layers.ogc.links import GEOJSON, link, with_query
from layers.ogc.page import OgcPage
from layers.ogc.params import CHANGES, ItemsQuery, parse_items
from layers.registry import Collection

_BIGGEST_FID = 2**63 - 1


class ChangesPage(OgcPage):
    """``/ogc/collections/{id}/changes?between=A/B``"""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with the features that differ, each with what became of it."""
        collection = self.collection(kwargs["collection_id"])
        if not collection.versioned:
            told = Sentence("{id} has no history: only what it holds now is known.", id=collection.id)
            raise Invalid("no_history", told)
        query = self.allowed_page(collection, parse_items(collection, self.given, names=CHANGES))
        between = self._between()
        response = self.packed(self._document(collection, query, between), GEOJSON)
        response["Content-Crs"] = f"<{query.presentation.crs.uri}>"
        return response

    def _between(self) -> tuple[Any, Any]:
        span = (
            parse_interval(self.given.get("between", ""))
            if "/" in self.given.get("between", "")
            else Interval(None, None)
        )
        if span.start is None or span.end is None:
            raise Invalid("bad_value", "between takes two moments: 2026-01-01/2026-03-31.", parameter="between")
        return span.start, span.end

    def _document(self, collection: Collection, query: ItemsQuery, between: tuple[Any, Any]) -> bytes:
        behind = whole(self.given.get("next") or "0", "next", most=_BIGGEST_FID)
        try:
            found = changes(collection, self.request.user, query, between, behind=behind)
        except (DataError, InternalError) as error:
            detail = Sentence("The filter cannot be computed for these rows.")
            raise Invalid("cannot_compute", detail, parameter="filter") from error
        shown = found[: query.limit]
        address = self.root.collection(collection.id, "changes")
        links = [link(with_query(address, self.given, {}), "self", GEOJSON, _("This page"))]
        if len(found) > len(shown):
            onward = with_query(address, self.given, {"next": str(shown[-1].fid)})
            links.append(link(onward, "next", GEOJSON, _("Next page")))
        members = {
            "type": "FeatureCollection",
            "between": between,
            "numberReturned": len(shown),
            "links": links,
            "features": [_feature(each) for each in shown],
        }
        return orjson.dumps(members)


def _feature(change: Change) -> dict[str, Any]:
    """Return the feature as it is after the change, or as it was last; what has changed says how it was before."""
    feature: dict[str, Any] = orjson.loads(change.after or change.before or "")
    was = {"before": orjson.Fragment(change.before)} if change.kind == "changed" and change.before else {}
    return feature | {"change": change.kind} | was
