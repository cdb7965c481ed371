"""The landing page: where a client that knows only the address begins."""

from typing import Any

from django.utils.translation import gettext as _

from layers.ogc import extensions
from layers.ogc.links import JSON, OPENAPI, link
from layers.ogc.page import OgcPage


class LandingPage(OgcPage):
    """``/ogc/``"""

    def document(self) -> dict[str, Any]:
        """Return title and links; QGIS refuses the server without ``service-desc`` and ``data``."""
        root = self.root
        return {
            "title": _("Spatial server for grid-based community management"),
            "description": _("Divisions, grids, buildings, incidents, uploaded layers"),
            "links": [
                link(f"{root.url}/", "self", JSON, _("This page")),
                link(root.page("api"), "service-desc", OPENAPI, _("The API definition")),
                link(root.page("conformance"), "conformance", JSON, _("Conformance classes")),
                link(root.page("collections"), "data", JSON, _("Collections")),
                *extensions.links(root),
                link(root.page("query"), "queries", JSON, _("Stored queries")),
                link(root.page("processes"), "http://www.opengis.net/def/rel/ogc/1.0/processes", JSON, _("Processes")),
            ],
        }
