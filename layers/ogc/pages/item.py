"""One feature."""

from collections.abc import Callable
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from gisserver.common.errors import Invalid, NotFound
from gisserver.common.sentences import Sentence
from gisserver.common.web.params import is_whole
from layers.editing.changes import change, delete, may_edit, state_of
from layers.editing.drafts import Draft, changed_feature, whole_feature
from layers.ogc.edits import CHANGE, WHOLE, crs_of, document_of, precondition
from layers.ogc.features import features
from layers.ogc.links import GEOJSON, link
from layers.ogc.page import OgcPage
from layers.ogc.pages.editing import EditingPage
from layers.ogc.params import ITEM, Presentation, check_names, parameters, parse_presentation
from layers.registry import Collection
from layers.spatial.crs import Crs

_EDITS = ("put", "patch", "delete")


class ItemPage(EditingPage):
    """``/ogc/collections/{id}/items/{fid}``"""

    http_method_names = [*OgcPage.http_method_names, *_EDITS]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with the feature of that id, or raise NotFound."""
        collection = self.collection(kwargs["collection_id"])
        check_names(self.given, parameters(collection, ITEM))
        presentation = parse_presentation(collection, self.given)
        fid = _fid(collection, kwargs["fid"])
        fresh = self.fresh(collection, presentation.at)
        response: HttpResponse
        if fresh is not None and (held := fresh.held(request)):
            response = HttpResponseNotModified(headers={"ETag": held})
        else:
            # Looked up before the feature is read: the ETag may be older than that, and is then refused when it edits.
            state = state_of(collection, request.user, fid) if fresh else ""
            response = self.packed(self._feature(collection, presentation, fid), GEOJSON)
            if fresh is not None:
                fresh.mark(response, state=state)
        response["Content-Crs"] = f"<{presentation.crs.uri}>"
        return response

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Name the methods that this user may use here: QGIS edits where it is told that it may."""
        more = _EDITS if may_edit(self.collection(kwargs["collection_id"]), request.user) else ()
        return self.allowing(*more)

    def put(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Replace the feature: 204 with the ETag of what it is now."""
        return self._changed(WHOLE, whole_feature, **kwargs)

    def patch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Change what a merge patch names: 204 with the ETag of what the feature is now."""
        return self._changed(CHANGE, changed_feature, **kwargs)

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """End the feature: 204. What it was can still be read as of then."""
        collection = self.editable(kwargs["collection_id"])
        fid, look = _fid(collection, kwargs["fid"]), precondition(request)
        return self.edited(collection, fid, lambda: delete(collection, fid, look))

    def _changed(
        self, media_types: frozenset[str], read: Callable[[Collection, Any, Crs], Draft], **kwargs: Any
    ) -> HttpResponseBase:
        collection = self.editable(kwargs["collection_id"])
        fid, look, crs = _fid(collection, kwargs["fid"]), precondition(self.request), crs_of(self.request, collection)
        document = document_of(self.request, media_types)
        draft = read(collection, document, crs)
        _demand_same_id(document, fid)
        return self.edited(collection, fid, lambda: [change(collection, self.request.user, fid, draft, crs, look)])

    def _feature(self, collection: Collection, presentation: Presentation, fid: int) -> bytes:
        count, text = features(collection, self.request.user, presentation, [fid], presentation.at)
        if not count:
            raise NotFound("unknown_feature", Sentence("{id} has no feature {fid}.", id=collection.id, fid=fid))
        links = [
            link(self.root.collection(collection.id, "items", str(fid)), "self", GEOJSON, _("This page")),
            link(self.root.collection(collection.id), "collection", "application/json", str(collection.title)),
        ]
        return text[:-1] + b',"links":' + orjson.dumps(links) + b"}"


def _fid(collection: Collection, text: str) -> int:
    if not is_whole(text):
        raise NotFound("unknown_feature", Sentence("{id} has no such feature.", id=collection.id))
    return int(text)


def _demand_same_id(document: Any, fid: int) -> None:
    """Refuse a body that says another id than the address; it may be a number or its text."""
    if str(document.get("id", fid)) != str(fid):
        raise Invalid("bad_value", "The id of the body is not that of the address.", pointer="/id")
