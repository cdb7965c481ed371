"""One feature."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from gisserver.common.errors import NotFound
from gisserver.common.sentences import Sentence
from gisserver.common.web.params import is_whole
from layers.ogc.features import features
from layers.ogc.links import GEOJSON, link
from layers.ogc.page import OgcPage
from layers.ogc.params import ITEM, Presentation, check_names, parameters, parse_presentation
from layers.registry import Collection


class ItemPage(OgcPage):
    """``/ogc/collections/{id}/items/{fid}``"""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with the feature of that id, or raise NotFound."""
        collection = self.collection(kwargs["collection_id"])
        check_names(self.given, parameters(collection, ITEM))
        presentation = parse_presentation(collection, self.given)
        fid = kwargs["fid"]
        if not is_whole(fid):
            raise NotFound("unknown_feature", Sentence("{id} has no such feature.", id=collection.id))
        fresh = self.fresh(collection, presentation.at)
        response: HttpResponse
        if fresh is not None and (held := fresh.held(request)):
            response = HttpResponseNotModified(headers={"ETag": held})
        else:
            response = self.packed(self._feature(collection, presentation, fid), GEOJSON)
            if fresh is not None:
                fresh.mark(response)
        response["Content-Crs"] = f"<{presentation.crs.uri}>"
        return response

    def _feature(self, collection: Collection, presentation: Presentation, fid: str) -> bytes:
        count, text = features(collection, self.request.user, presentation, [int(fid)], presentation.at)
        if not count:
            raise NotFound("unknown_feature", Sentence("{id} has no feature {fid}.", id=collection.id, fid=fid))
        links = [
            link(self.root.collection(collection.id, "items", fid), "self", GEOJSON, _("This page")),
            link(self.root.collection(collection.id), "collection", "application/json", str(collection.title)),
        ]
        return text[:-1] + b',"links":' + orjson.dumps(links) + b"}"
