"""The page of the API definition."""

from typing import Any

from layers import registry, versions
from layers.ogc.links import OPENAPI
from layers.ogc.openapi import document
from layers.ogc.page import OgcPage
from layers.versions import Reads


class ApiPage(OgcPage):
    """``/ogc/api``"""

    media_type = OPENAPI

    def made_of(self) -> Reads:
        """Return the list of uploads: the other collections are the program's."""
        return Reads((versions.UPLOADS,))

    def document(self) -> dict[str, Any]:
        """Return OpenAPI 3.0."""
        return document(self.root, registry.visible_to(self.request.user))
