"""What all pages of the OGC API share: who may come in, which parameters are known, how JSON goes out."""

from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.views import View

from gisserver.common.errors import NotAuthenticated
from layers import registry
from layers.ogc.links import JSON, Root
from layers.ogc.params import PAGE, check_names


def _said(words: Any) -> str:
    """Return a lazy translation in the language of the request; orjson asks for what it doesn't know."""
    if isinstance(words, Promise):
        return str(words)
    raise TypeError(f"{type(words).__name__} is not JSON")


class OgcPage(View):
    """A page: GET, HEAD and OPTIONS; anonymous visitors only when the operator has published something."""

    http_method_names = ["get", "head", "options"]
    allowed = PAGE

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let the request in, or raise NotAuthenticated."""
        if not request.user.is_authenticated and not settings.PUBLIC_LAYERS:
            raise NotAuthenticated("not_authenticated", "Log in, or send a token, to read this API.")
        response = super().dispatch(request, *args, **kwargs)
        response.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response

    @property
    def root(self) -> Root:
        """The address of the API as this request reached it."""
        return Root(self.request.build_absolute_uri(reverse("ogc:landing")).rstrip("/"))

    @property
    def given(self) -> dict[str, str]:
        """The query string; of a repeated parameter the last value."""
        return self.request.GET.dict()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check the parameters and answer with the page's document."""
        check_names(self.given, self.allowed)
        return self.answer(self.document(*args, **kwargs))

    def document(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the page says, ready for JSON."""
        raise NotImplementedError

    @staticmethod
    def answer(document: Any, media_type: str = JSON) -> HttpResponse:
        """Return ``document`` as JSON."""
        return HttpResponse(orjson.dumps(document, default=_said), content_type=media_type)

    def collection(self, collection_id: str) -> registry.Collection:
        """Return a collection that the user may see. Raises CollectionNotFound or CollectionRefused."""
        return registry.get(collection_id, self.request.user)
