"""Photon's doors, `/geocode/photon/api` and `/geocode/photon/reverse`: its words for our answers."""

from collections.abc import Sequence
from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from buildings.api.geocode import nominatim, params
from buildings.api.geocode.render import CATEGORIES, TYPES, WORDS, feature
from buildings.api.geocode.views import ANSWERS, GeocodeView
from buildings.geocoding import narrow
from buildings.geocoding.answers import Answer
from buildings.geocoding.languages import preferred, said_in
from buildings.geocoding.one_box import found_in_box
from buildings.geocoding.reverse import reverse
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from gisserver.common.web.params import LAT, LON, limit

_LANG: Final = OpenApiParameter("lang", str, description="zh-Hans, zh-Hant or pinyin; default: as registered.")
_LAYER: Final = OpenApiParameter(
    "layer", str, many=True, enum=["house", "street", "locality", "district", "city", "county", "state", "other"]
)
_BIAS: Final = (
    OpenApiParameter("lat", float, description="With lon: what is near comes before as good a one."),
    OpenApiParameter("lon", float),
    OpenApiParameter("bbox", str, description="min lon,min lat,max lon,max lat: only what lies inside."),
)
# Nothing here has OSM's tags, and the bias has one strength: what asks for them is refused.
_REFUSED: Final = ("osm_tag", "zoom", "location_bias_scale", "radius", "debug", "distance_sort", "query_string_filter")


class PhotonView(GeocodeView):
    """A door that speaks Photon's words."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what Photon takes and this can't do."""
        super().initial(request, *args, **kwargs)
        for name in _REFUSED:
            if name in request.query_params:
                raise Invalid("unsupported_parameter", Sentence("{name} is not known here.", name=name), parameter=name)


class ApiView(PhotonView):
    """Photon's search."""

    parameters = (params.ONE_LINE, params.LIMIT, _LANG, _LAYER, *_BIAS, *_REFUSED)

    @extend_schema(operation_id="photon_search", responses=ANSWERS)
    def get(self, request: Request) -> Response:
        """Return what the text may mean, the likeliest first."""
        query = request.query_params
        text, wanted = params.checked_text(query.get("q", "")), params.wanted_limit(query)
        found = found_in_box(user=request.user, text=text, limit=narrow.REACH)
        return Response(_collection(_allowed(query)(found, wanted), query.get("lang", "")))


class ReverseView(PhotonView):
    """Photon's reverse search."""

    parameters = (LAT, LON, params.LIMIT, _LANG, *_REFUSED)

    @extend_schema(operation_id="photon_reverse", responses=ANSWERS)
    def get(self, request: Request) -> Response:
        """Return what stands at a place."""
        query = request.query_params
        limit(query)
        lon, lat = params.wanted_place(query)
        here = reverse(user=request.user, x=lon, y=lat)
        return Response(_collection([here.answer] if here.answer else [], query.get("lang", "")))


def _allowed(query: Any) -> narrow.Allowed:
    within = []
    if query.get("bbox"):
        west, south, east, north = nominatim.numbers("bbox", query["bbox"], 4)
        within.append(narrow.inside((west, south, east, north)))
    layers = query.getlist("layer")
    if layers:
        within.append(lambda one: TYPES[one.level] in layers)
    near = None
    if "lat" in query or "lon" in query:
        lon, lat = params.wanted_place(query)
        near = (lon, lat)
    return narrow.Allowed(within=within, bias=near)


def _collection(answers: Sequence[Answer], languages: str) -> dict[str, Any]:
    write = preferred(languages)
    said = [said_in(answer, write) for answer in answers]
    return {"type": "FeatureCollection", "features": [feature(answer, _properties(answer)) for answer in said]}


def _properties(answer: Answer) -> dict[str, Any]:
    told: dict[str, Any] = {
        "osm_type": answer.target,
        "osm_id": answer.id,
        "osm_key": CATEGORIES.get(answer.target, "building"),
        "osm_value": answer.level.value,
        "type": TYPES[answer.level],
        "name": answer.label,
        "countrycode": nominatim.COUNTRY.upper(),
        "confidence": answer.confidence,
        "extent": [answer.bbox[0], answer.bbox[3], answer.bbox[2], answer.bbox[1]],
    }
    for ours, word, _ in WORDS:
        if ours in answer.elements:
            told.setdefault(word, answer.elements[ours])
    return told
