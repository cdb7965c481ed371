"""A whole collection, or what a filter leaves of it, as a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from gisserver.common.access.export import demand_export
from layers.ogc.output.formats import FILE_NAMES, Format, wanted
from layers.ogc.output.rowset import Rowset
from layers.ogc.page import OgcPage
from layers.ogc.params import DOWNLOAD, ItemsQuery, parse_items
from layers.ogc.query import matching_rows
from layers.registry import Collection


class DownloadPage(OgcPage):
    """``/ogc/collections/{id}/download``"""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with all features that match, by id, in the format of ``f`` or of Accept."""
        collection = self.collection(kwargs["collection_id"])
        query = parse_items(collection, self.given, names=DOWNLOAD, formats=FILE_NAMES)
        given = wanted(request, self.given.get("f"))
        if not collection.is_public:
            demand_export(request.user)
        response = self._answer(collection, query, given)
        response["Content-Disposition"] = f'attachment; filename="{collection.id}.{given.suffix}"'
        response["Content-Crs"] = f"<{query.presentation.crs.uri}>"
        response["Accept-Ranges"] = "none"
        patch_vary_headers(response, ["Accept"])
        return response

    def _answer(self, collection: Collection, query: ItemsQuery, given: Format) -> HttpResponseBase:
        if self.request.method == "HEAD":
            return HttpResponse(content_type=given.media_type)
        rows = matching_rows(collection, self.request.user, query).order_by(collection.fid)
        stream = self.computed(given.write(Rowset(collection, rows, query.presentation)))
        return self.streamed(stream, given.media_type, is_long=True, is_packed=given.is_packed)
