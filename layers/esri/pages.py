"""``/arcgis/rest/…``: GET or a form in, Esri's JSON, GeoJSON or pbf out; refusals too as Esri's clients read them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
from django.contrib.auth import authenticate
from django.db import DataError, InternalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from gisserver.common.access.credentials import tokens
from gisserver.common.access.export import LARGEST_PAGE, may_export, note_export
from gisserver.common.errors import DomainError, Invalid, NotAuthenticated, NotFound
from gisserver.common.problem_documents import status_of
from gisserver.common.sentences import Sentence, translated
from gisserver.common.web.addresses import site
from layers import registry
from layers.esri import answers, describing
from layers.esri.fields import with_object_ids
from layers.esri.query import EsriQuery, form_of, parse_query
from layers.esri.statistics import distinct, statistics
from layers.fields import GeometryType
from layers.ogc.links import JSON
from layers.ogc.page import OgcPage
from layers.registry import Collection
from layers.selectors import reaches_of

# Esri's number of what a client that has not signed in meets; its clients then ask for name and password.
_TOKEN_REQUIRED = 499
_MOST_IDS = 1_000_000


@method_decorator(csrf_exempt, name="dispatch")  # a POST reads, too
class EsriPage(OgcPage):
    """A page of the façade. Esri's servers answer refusals with 200, and its clients look into the body."""

    http_method_names = ["get", "head", "post", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, or say in Esri's words why not."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except (DataError, InternalError):
            return self._refusal(Invalid("cannot_compute", "This cannot be computed for these rows."))
        except DomainError as error:
            return self._refusal(error)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer as `get` does, with parameters in a form: where and geometry may be long."""
        self.given = request.GET.dict() | request.POST.dict()
        return self.get(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with the page's document."""
        form_of(self.given)
        return self.answer(orjson.dumps(self.document(**kwargs), default=str), JSON)

    def answer(self, body: bytes, media_type: str) -> HttpResponse:
        """Return an answer that nobody keeps."""
        response = self.packed(body, media_type)
        response["Cache-Control"] = "no-store"
        return response

    def placed(self, collection_id: str) -> Collection:
        """Return a collection with a place, and with its ids as a field. Raises NotFound or CollectionRefused."""
        collection = self.collection(collection_id)
        if collection.geometry_type is GeometryType.NONE:
            raise NotFound("unknown_layer", Sentence("There is no uploaded layer {slug!r}.", slug=collection_id[:100]))
        return with_object_ids(collection)

    def _refusal(self, error: DomainError, number: int = 0) -> HttpResponse:
        number = number or (_TOKEN_REQUIRED if isinstance(error, NotAuthenticated) else status_of(error))
        told = translated(error.detail, gettext)
        problem = {"code": number, "messageCode": error.code, "message": told, "details": [told]}
        return self.answer(orjson.dumps({"error": problem}), JSON)


class InfoPage(EsriPage):
    """``/arcgis/rest/info``, which a client reads before it signs in."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let anybody in."""
        return self.answer(orjson.dumps(describing.info(site(request))), JSON)


class ServicesPage(EsriPage):
    """``/arcgis/rest/services``"""

    def document(self) -> dict[str, Any]:
        """Return the services that this user may see."""
        return describing.services(registry.visible_to(self.request.user))


class ServicePage(EsriPage):
    """``/arcgis/rest/services/{id}/FeatureServer``"""

    def document(self, collection_id: str) -> dict[str, Any]:
        """Return the service of a collection."""
        return describing.service(self.placed(collection_id), self.reach(collection_id))

    def reach(self, collection_id: str) -> Any:
        """Return how far what this user sees reaches, in degrees."""
        [reach] = reaches_of([self.collection(collection_id)], self.request.user)
        return reach.bbox


class LayerPage(ServicePage):
    """``/arcgis/rest/services/{id}/FeatureServer/0``"""

    def document(self, collection_id: str) -> dict[str, Any]:
        """Return the layer of a collection."""
        return describing.layer(self.placed(collection_id), self.reach(collection_id))


class QueryPage(EsriPage):
    """``/arcgis/rest/services/{id}/FeatureServer/0/query``"""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with features, or with what is computed of them."""
        collection = self.placed(kwargs["collection_id"])
        query = self._permitted(collection, parse_query(collection, self.given))
        return self.answer(*self._answers()[query.wanted](collection, query))

    def _answers(self) -> dict[str, Callable[[Collection, EsriQuery], tuple[bytes, str]]]:
        user = self.request.user
        return {
            "features": lambda layer, query: answers.features(layer, query, answers.find(layer, user, query)),
            "count": lambda layer, query: answers.count(layer, user, query),
            "ids": lambda layer, query: answers.ids(layer, user, query, self._most_ids(layer)),
            "extent": lambda layer, query: answers.extent(layer, user, query),
            "statistics": lambda layer, query: (statistics(layer, user, query, self.given), JSON),
            "distinct": lambda layer, query: (distinct(layer, user, query), JSON),
        }

    def _permitted(self, collection: Collection, query: EsriQuery) -> EsriQuery:
        """Return the query with no more rows than the user may take away; clients go on where there are more."""
        if collection.is_public:
            return query
        if not may_export(self.request.user):
            return replace(query, limit=min(query.limit, LARGEST_PAGE))
        if query.limit > LARGEST_PAGE and query.wanted != "count":
            note_export(self.request.user)
        return query

    def _most_ids(self, collection: Collection) -> int:
        return _MOST_IDS if collection.is_public or may_export(self.request.user) else LARGEST_PAGE


class FeaturePage(EsriPage):
    """``/arcgis/rest/services/{id}/FeatureServer/0/{object id}``"""

    def document(self, collection_id: str, fid: int) -> dict[str, Any]:
        """Return one feature. Raises NotFound."""
        collection = self.placed(collection_id)
        query = parse_query(collection, {"outFields": "*"} | self.given | {"objectIds": str(fid), "f": "json"})
        body, _ = answers.features(collection, query, answers.find(collection, self.request.user, query))
        features = orjson.loads(body)["features"]
        if not features:
            raise NotFound("unknown_feature", Sentence("{id} has no feature {fid}.", id=collection.id, fid=fid))
        return {"feature": features[0]}


@method_decorator(csrf_exempt, name="dispatch")  # it takes no session, but name and password
class TokenPage(EsriPage):
    """``/arcgis/tokens/generateToken``, where desktops sign in."""

    http_method_names = ["post", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Give a token for a user name and password, as `/api/auth/token/` does."""
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST"})
        name, password = (request.POST.get(each, "") for each in ("username", "password"))
        try:
            # A NUL is in nobody's name, and the database knows no such text.
            user: Any = None if "\0" in name else authenticate(request, username=name, password=password)
            if user is None:
                raise NotAuthenticated("bad_credentials", "User name or password is wrong.")
        except DomainError as error:
            return self._refusal(error, number=400)  # as Esri's servers say it
        text, row = tokens.issue(user=user, label="arcgis")
        document = {"token": text, "expires": int(row.expires_at.timestamp() * 1000), "ssl": request.is_secure()}
        return self.answer(orjson.dumps(document), JSON)
