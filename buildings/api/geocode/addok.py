"""Addok's doors, `/geocode/addok/{search,reverse}/` and their `csv/`: its words for ours (BAN's, geopy's BANFrance)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, cast

from django.http import QueryDict, StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from buildings.addresses.text.message import message_of
from buildings.api.geocode import nominatim, params
from buildings.api.geocode.contact import masked
from buildings.api.geocode.files import BODIES, COLUMNS, ENCODING, FileView
from buildings.api.geocode.render import ATTRIBUTION, LICENCE, TYPES, WORDS, feature
from buildings.api.geocode.views import ANSWERS, GeocodeView
from buildings.geocoding import narrow
from buildings.geocoding.answers import Answer
from buildings.geocoding.files.kinds import WORKS
from buildings.geocoding.files.work import Asked
from buildings.geocoding.one_box import found_in_box
from buildings.geocoding.register import known_names
from buildings.geocoding.reverse import reverse
from buildings.geocoding.suggest import suggest
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from gisserver.common.web.params import LAT, LON

_CITYCODE: Final = OpenApiParameter("citycode", str, description="The code of a division: only what lies in it.")
_TYPE: Final = OpenApiParameter("type", str, enum=["housenumber", "street", "locality", "municipality"])
_BIAS: Final = (OpenApiParameter("lat", float), OpenApiParameter("lon", float))
_AUTOCOMPLETE: Final = OpenApiParameter("autocomplete", str, description="1: the text is unfinished.")
_REFUSED: Final = ("postcode",)  # no address here has one
_TYPES: Final = {"house": "housenumber", "street": "street", "locality": "locality", "district": "municipality"}
RESULT_COLUMNS: Final = OpenApiParameter("result_columns", str, many=True, description="What to append.")
# Addok's columns, and ours.
_COLUMNS: Final = {
    "latitude": "latitude", "longitude": "longitude", "result_label": "label", "result_score": "confidence",
    "result_type": "level", "result_id": "id", "result_status": "status", "result_code": "code",
}  # fmt: skip


class SearchView(GeocodeView):
    """Addok's search."""

    parameters = (params.ONE_LINE, params.LIMIT, _AUTOCOMPLETE, _CITYCODE, _TYPE, *_BIAS, *_REFUSED)

    @extend_schema(operation_id="addok_search", responses=ANSWERS)
    def get(self, request: Request) -> Response:
        """Return what the text may mean, the likeliest first."""
        query = request.query_params
        if "postcode" in query:
            raise Invalid(
                "unsupported_parameter", Sentence("{name} is not known here.", name="postcode"), parameter="postcode"
            )
        text, wanted = params.checked_text(query.get("q", "")), params.wanted_limit(query)
        ask = suggest if nominatim.flag(query, "autocomplete") else found_in_box
        within = []
        if query.get("citycode"):
            within.append(params.lies_in(request.user, query["citycode"], known_names.gazetteer()))
        if query.get("type"):
            [kind] = nominatim.known("type", query["type"], list(_TYPES.values()))[:1]
            within.append(lambda one: _TYPES.get(TYPES[one.level]) == kind)
        near = params.wanted_place(query) if "lat" in query or "lon" in query else None
        found = ask(user=request.user, text=text, limit=narrow.REACH)
        return Response(_collection(narrow.Allowed(within=within, bias=near)(found, wanted), text, wanted))


class ReverseView(GeocodeView):
    """Addok's reverse search."""

    parameters = (LAT, LON, params.LIMIT)

    @extend_schema(operation_id="addok_reverse", responses=ANSWERS)
    def get(self, request: Request) -> Response:
        """Return what stands at a place."""
        query = request.query_params
        lon, lat = params.wanted_place(query)
        here = reverse(user=request.user, x=lon, y=lat)
        body = _collection([here.answer] if here.answer else [], "", params.wanted_limit(query))
        for one in body["features"]:
            one["properties"]["distance"] = here.distance_m
        return Response(body)


def _collection(answers: Sequence[Answer], text: str, wanted: int) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "version": "draft",
        "features": [feature(answer, _properties(answer)) for answer in answers],
        "attribution": ATTRIBUTION,
        "licence": LICENCE,
        "query": masked(text, message_of(text).contact).query,
        "limit": wanted,
    }


def _properties(answer: Answer) -> dict[str, Any]:
    told: dict[str, Any] = {
        "label": answer.label,
        "score": answer.confidence,
        "id": str(answer.place_id),
        "type": _TYPES.get(TYPES[answer.level], "municipality"),
        "name": answer.label,
        "importance": answer.confidence,
        "code": answer.code,
        "grid": answer.grid,
    }
    for ours, word, _ in WORDS:
        if ours in answer.elements:
            told.setdefault(word, answer.elements[ours])
    return told


class CsvView(FileView):
    """Addok's CSV doors."""

    @property
    def parameters(self) -> tuple[OpenApiParameter, ...]:  # type: ignore[override]
        """Addok's parameters: those that this work knows."""
        own = (COLUMNS, _CITYCODE) if self.work.startswith("search") else ()
        return (*own, RESULT_COLUMNS, ENCODING)

    @extend_schema(request=BODIES, responses={(200, "text/csv"): str})
    def post(self, request: Request) -> StreamingHttpResponse:
        """Geocode each row."""
        work = WORKS[self.work](request.user, self.file(request), self.asked(request))
        response = StreamingHttpResponse(iter(work), content_type=work.media_type)
        response["Content-Disposition"] = f'attachment; filename="{work.file_name}"'
        return response

    def asked(self, request: Request) -> Asked:
        """Return what is asked in Addok's words. Raises Invalid ``no_such_result``."""
        asked, form = super().asked(request), cast(QueryDict, request.data)
        query = request.query_params
        wanted = [*query.getlist("result_columns"), *form.getlist("result_columns")] or list(_COLUMNS)
        strange = [name for name in wanted if name not in _COLUMNS]
        if strange and self.work.startswith("search"):
            known = ", ".join(_COLUMNS)
            sentence = Sentence("No result is called {unknown!r}; there are: {known}.", unknown=strange[0], known=known)
            raise Invalid("no_such_result", sentence)
        if not self.work.startswith("search"):
            return asked
        members = tuple(_COLUMNS[name] for name in wanted)
        division = str(query.get("citycode") or form.get("citycode") or "")
        return replace(asked, results=members, headings=tuple(wanted), division=division)
