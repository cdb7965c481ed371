"""`/geocode/search`, `/reverse`, `/autocomplete`, `/lookup`, `/status`: one address or place, one answer."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from buildings.addresses.text.message import message_of
from buildings.addresses.text.people import NOBODY, Contact
from buildings.api.emptiness import explained, of_search
from buildings.api.geocode import nominatim, params, xml
from buildings.api.geocode.contact import masked, shown
from buildings.api.geocode.render import Look, render, render_here
from buildings.geocoding import narrow
from buildings.geocoding.answers import Answer
from buildings.geocoding.known_targets import answers_for
from buildings.geocoding.languages import preferred
from buildings.geocoding.one_box import found_in_box
from buildings.geocoding.register import known_names
from buildings.geocoding.reverse import coarsened, reverse
from buildings.geocoding.suggest import suggest
from gisserver.common.db.clock import database_now
from gisserver.common.geo.crs import WGS84, parse_crs
from gisserver.common.web.params import moment
from gisserver.common.web.views import DoorView

ANSWERS = {200: dict[str, Any]}


class OnlyJSON(BaseContentNegotiation):
    """Takes no notice of Accept and of ``format``, which here names a shape of the answer and not a renderer."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        """Return the first parser."""
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        """Return the first renderer."""
        return renderers[0], renderers[0].media_type


class GeocodeView(DoorView):
    """A door of the geocoder."""

    content_negotiation_class = OnlyJSON


def wanted_look(query: Any) -> Look:
    """Return how the answers are to look. Raises Invalid."""
    return Look(
        params.wanted_format(query),
        nominatim.shown(query),
        preferred(query["accept-language"]) if query.get("accept-language") else None,
        parse_crs(query["crs"]) if query.get("crs") else WGS84,
    )


def told(
    request: Request, answers: Sequence[Answer], *, query: str, look: Look, contact: Contact = NOBODY
) -> HttpResponseBase:
    """Return the answers as the request wants them to look."""
    body = render(answers, query=query, look=look, contact=contact)
    if look.form is params.Format.XML:
        return xml.search_results(body, query)
    return Response(explained(body, of_search(request.user)))


class SearchView(GeocodeView):
    """From an address to what it names."""

    parameters = params.SEARCH

    @extend_schema(operation_id="geocode_search", responses=ANSWERS)
    def get(self, request: Request) -> HttpResponseBase:
        """Return what the text may mean, the likeliest first: addresses, codes, divisions, places, roads that cross."""
        query = request.query_params
        look, text, limit = wanted_look(query), params.wanted_text(query), params.wanted_limit(query)
        allowed = params.wanted_places(query, request.user, known_names.gazetteer())
        reach = max(limit, narrow.REACH) if allowed else limit
        answers = found_in_box(user=request.user, text=text, limit=reach, at=moment(query))
        answers = allowed(answers, limit) if allowed else answers
        question = shown(request, text, message_of(text).contact, answers)
        return told(request, answers, query=question.query, look=look, contact=question.contact)


class ReverseView(GeocodeView):
    """From a place to what stands there."""

    parameters = params.REVERSE

    @extend_schema(operation_id="geocode_reverse", responses=ANSWERS)
    def get(self, request: Request) -> HttpResponseBase:
        """Return the nearest building within 500 m, or with ``zoom`` what is wider, and what contains the place."""
        query = request.query_params
        look, zoom = wanted_look(query), nominatim.zoom(query)
        lon, lat = params.wanted_place(query)
        here = reverse(user=request.user, x=lon, y=lat, crs=query.get("crs") or "wgs84", at=moment(query))
        here = coarsened(request.user, here, zoom, at=moment(query))
        if query.get("layer") and "address" not in nominatim.known("layer", query["layer"], nominatim.LAYERS):
            here = coarsened(request.user, here, None)
        body = render_here(here, query=f"{lat},{lon}", look=look)
        if look.form is params.Format.XML:
            return xml.reverse_result(body, f"{lat},{lon}")
        return Response(explained(body, here.grid.reason))


class LookupView(GeocodeView):
    """What is known by its id."""

    parameters = params.LOOKUP

    @extend_schema(operation_id="geocode_lookup", responses=ANSWERS)
    def get(self, request: Request) -> HttpResponseBase:
        """Return the buildings, entrances, units and divisions of these ids, in their order."""
        query = request.query_params
        look, keys = wanted_look(query), nominatim.osm_ids(query.get("osm_ids", ""))
        found = answers_for(user=request.user, targets=keys, at=moment(query))
        answers = [found[key] for key in dict.fromkeys(keys) if key in found]
        return told(request, answers, query=query["osm_ids"], look=look)


class StatusView(GeocodeView):
    """Whether the geocoder answers."""

    parameters = (OpenApiParameter("format", str, enum=["text", "json"]),)

    @extend_schema(operation_id="geocode_status", responses=ANSWERS)
    def get(self, request: Request) -> HttpResponseBase:
        """Say OK, or as JSON since when the data are as they are: now, for the registers themselves are searched."""
        [form] = nominatim.known("format", request.query_params.get("format") or "text", ("text", "json"))[:1]
        if form == "text":
            return HttpResponse("OK", content_type="text/plain; charset=utf-8")
        return Response({"status": 0, "message": "OK", "data_updated": database_now().isoformat()})


class AutocompleteView(GeocodeView):
    """From the beginning of an address to how it may go on."""

    parameters = params.AUTOCOMPLETE

    @extend_schema(operation_id="geocode_autocomplete", responses=ANSWERS)
    def get(self, request: Request) -> HttpResponseBase:
        """Return the divisions, roads, buildings and units whose address goes on from the text, the shortest first."""
        query = request.query_params
        look, text, limit = wanted_look(query), params.checked_text(query.get("q", "")), params.wanted_limit(query)
        allowed = params.wanted_places(query, request.user, known_names.gazetteer())
        reach = max(limit, narrow.REACH) if allowed else limit
        answers = suggest(user=request.user, text=text, limit=reach, at=moment(query))
        answers = allowed(answers, limit) if allowed else answers
        return told(request, answers, query=masked(text, message_of(text).contact).query, look=look)
