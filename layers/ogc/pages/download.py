"""A whole collection, or what a filter leaves of it, as a file."""

from typing import Any

from django.db import DataError, InternalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from gisserver.common.access.export import demand_export
from gisserver.common.errors import Invalid, NotAcceptable
from gisserver.common.sentences import Sentence
from gisserver.common.web.streams import Stream, joined
from layers.ogc.downloads.formats import FORMATS, Format
from layers.ogc.downloads.rowset import Rowset
from layers.ogc.page import OgcPage
from layers.ogc.params import DOWNLOAD, ItemsQuery, parse_items
from layers.ogc.query import matching_rows
from layers.registry import Collection


class DownloadPage(OgcPage):
    """``/ogc/collections/{id}/download``"""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with all features that match, by id, in the format of ``f`` or of Accept."""
        collection = self.collection(kwargs["collection_id"])
        query = parse_items(collection, self.given, names=DOWNLOAD, formats={each.name for each in FORMATS})
        wanted = self._format()
        if not collection.is_public:
            demand_export(request.user)
        response = self._answer(collection, query, wanted)
        response["Content-Disposition"] = f'attachment; filename="{collection.id}.{wanted.suffix}"'
        response["Content-Crs"] = f"<{query.presentation.crs.uri}>"
        response["Accept-Ranges"] = "none"
        patch_vary_headers(response, ["Accept"])
        return response

    def _answer(self, collection: Collection, query: ItemsQuery, wanted: Format) -> HttpResponseBase:
        if self.request.method == "HEAD":
            return HttpResponse(content_type=wanted.media_type)
        rows = matching_rows(collection, self.request.user, query)
        try:
            stream = Stream(joined(wanted.write(Rowset(collection, rows, query.presentation))))
        except (DataError, InternalError) as error:
            detail = Sentence("The filter cannot be computed for these rows.")
            raise Invalid("cannot_compute", detail, parameter="filter") from error
        return self.streamed(stream, wanted.media_type)

    def _format(self) -> Format:
        """Return the format of ``f``, else the first that Accept takes. Raises NotAcceptable."""
        if "f" in self.given:
            return next(each for each in FORMATS if each.name == self.given["f"])
        for each in FORMATS:
            if self.request.accepts(each.media_type):
                return each
        offered = ", ".join(each.media_type for each in FORMATS)
        raise NotAcceptable("not_acceptable", Sentence("Downloads are offered as: {offered}.", offered=offered))
