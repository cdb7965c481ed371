"""The page of the API definition."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from layers import registry
from layers.ogc.links import OPENAPI
from layers.ogc.openapi import document
from layers.ogc.page import OgcPage
from layers.ogc.params import check_names


class ApiPage(OgcPage):
    """``/ogc/api``"""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with OpenAPI 3.0."""
        check_names(self.given, self.allowed)
        return self.answer(document(self.root, registry.visible_to(request.user)), OPENAPI)
