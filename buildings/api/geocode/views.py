"""`/geocode/search`, `/geocode/reverse`, `/geocode/autocomplete`: one address or place, one answer."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from buildings.addresses.text.message import message_of
from buildings.api.emptiness import explained, of_search
from buildings.api.geocode import params
from buildings.api.geocode.contact import shown
from buildings.api.geocode.render import render, render_here
from buildings.geocoding.past import search_ever
from buildings.geocoding.reverse import reverse
from buildings.geocoding.suggest import suggest
from gisserver.common.web.params import moment
from gisserver.common.web.views import DoorView

ANSWERS = {200: dict[str, Any]}


class OnlyJSON(BaseContentNegotiation):
    """Takes no notice of Accept and of ``format``, which here names a shape of JSON and not a renderer."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        """Return the first parser."""
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        """Return the first renderer."""
        return renderers[0], renderers[0].media_type


class GeocodeView(DoorView):
    """A door of the geocoder."""

    content_negotiation_class = OnlyJSON


class SearchView(GeocodeView):
    """From an address to what it names."""

    parameters = params.SEARCH

    @extend_schema(operation_id="geocode_search", responses=ANSWERS)
    def get(self, request: Request) -> Response:
        """Return the buildings, entrances, units or divisions that the text may mean, the likeliest first."""
        query = request.query_params
        form, text = params.wanted_format(query), params.wanted_text(query)
        answers = search_ever(user=request.user, text=text, limit=params.wanted_limit(query), at=moment(query))
        question = shown(request, text, message_of(text).contact, answers)
        answer = render(answers, query=question.query, form=form, contact=question.contact)
        return Response(explained(answer, of_search(request.user)))


class ReverseView(GeocodeView):
    """From a place to what stands there."""

    parameters = params.REVERSE

    @extend_schema(operation_id="geocode_reverse", responses=ANSWERS)
    def get(self, request: Request) -> Response:
        """Return the nearest building within 500 m, and the divisions and the grid that contain the place."""
        query = request.query_params
        form = params.wanted_format(query)
        lon, lat = params.wanted_place(query)
        here = reverse(user=request.user, x=lon, y=lat, crs=query.get("crs") or "wgs84", at=moment(query))
        return Response(explained(render_here(here, query=f"{lat},{lon}", form=form), here.grid.reason))


class AutocompleteView(GeocodeView):
    """From the beginning of an address to how it may go on."""

    parameters = params.AUTOCOMPLETE

    @extend_schema(operation_id="geocode_autocomplete", responses=ANSWERS)
    def get(self, request: Request) -> Response:
        """Return the divisions and buildings whose address goes on from the text, the shortest first."""
        query = request.query_params
        form, text = params.wanted_format(query), params.checked_text(query.get("q", ""))
        answers = suggest(user=request.user, text=text, limit=params.wanted_limit(query), at=moment(query))
        return Response(explained(render(answers, query=text, form=form), of_search(request.user)))
