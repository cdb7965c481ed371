"""One feature."""

from typing import Any

import orjson
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from gisserver.common.errors import NotFound
from gisserver.common.sentences import Sentence
from gisserver.common.web.params import is_whole
from layers.ogc.features import statement
from layers.ogc.links import GEOJSON, link
from layers.ogc.page import OgcPage
from layers.ogc.params import ITEM, check_names, parameters, parse_presentation
from layers.ogc.query import visible_rows


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
        rows = visible_rows(collection, request.user, presentation).filter(**{collection.fid: int(fid)})
        made = statement(collection, rows, presentation)
        with connection.cursor() as cursor:
            cursor.execute(made.sql, made.params)
            found = cursor.fetchone()
        if found is None:
            raise NotFound("unknown_feature", Sentence("{id} has no feature {fid}.", id=collection.id, fid=fid))
        links = [
            link(self.root.collection(collection.id, "items", fid), "self", GEOJSON, _("This page")),
            link(self.root.collection(collection.id), "collection", "application/json", str(collection.title)),
        ]
        body = found[0].encode()[:-1] + b',"links":' + orjson.dumps(links) + b"}"
        response = HttpResponse(body, content_type=GEOJSON)
        response["Content-Crs"] = f"<{presentation.crs.uri}>"
        return response
