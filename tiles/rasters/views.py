"""The doors of raster tiles: an address in, a picture, a TileJSON or the capabilities of WMTS out."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from gisserver.common.conditional import etags_in
from gisserver.common.errors import DomainError, Invalid, NotFound
from gisserver.common.problem_documents import status_of
from gisserver.common.sentences import translated
from gisserver.common.web import params
from gisserver.common.web.addresses import site
from layers.models import RasterLayer
from rasters import asked, selectors
from tiles import delivery
from tiles.address import tile_address
from tiles.rasters import tilejson, wmts
from tiles.rasters.tile import raster_tile

_VARY = "Authorization, Cookie"


@require_safe
def tile(request: HttpRequest, layer: str, z: int, x: int, y: int, format: str) -> HttpResponse:
    """Answer /tiles/raster/{layer}/{z}/{x}/{y}.png or .webp: 200, or 304 when the client holds it."""
    params.refuse_unknown(request.GET, ("at", *asked.NAMES))
    raster = selectors.raster(layer, request.user, params.moment(request.GET))
    return _tile(request, raster, (z, x, y), format)


@require_safe
def tilejson_page(request: HttpRequest, layer: str) -> HttpResponse:
    """Answer /tiles/raster/{layer}.json; what the query says of the picture goes on to its tiles."""
    params.refuse_unknown(request.GET, ("at", *asked.NAMES))
    raster = selectors.raster(layer, request.user, params.moment(request.GET))
    asked.rendering(raster, request.GET)
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    template = f"{site(request)}/tiles/raster/{layer}/{{z}}/{{x}}/{{y}}.png{query}"
    return _kept(JsonResponse(tilejson.document(raster, template), json_dumps_params={"ensure_ascii": False}), layer)


@require_safe
def wmts_page(request: HttpRequest) -> HttpResponse:
    """Answer /wmts?SERVICE=WMTS&REQUEST=GetCapabilities or GetTile, in parameters of any case."""
    given = wmts.lower_cased(request.GET.dict())
    try:
        wmts.check(given)
        if given["request"].lower() == "getcapabilities":
            return capabilities_page(request)
        z, x, y = (params.whole(given.get(name, ""), name) for name in ("tilematrix", "tilecol", "tilerow"))
        raster = selectors.raster(given.get("layer", ""), request.user)
        format = given["format"].lower().removeprefix("image/")
        return _tile(request, raster, (z, x, y), format)
    except (Invalid, NotFound) as refusal:
        return _exception(refusal, given)


@require_safe
def capabilities_page(request: HttpRequest) -> HttpResponse:
    """Answer /wmts/1.0.0/WMTSCapabilities.xml: the rasters that the user may see."""
    found = selectors.rasters(request.user)
    if not found and not request.user.is_authenticated:
        selectors.raster("", request.user)  # refuses: 401
    document = wmts.capabilities(found, f"{site(request)}/")
    response = HttpResponse(document, content_type="text/xml; charset=utf-8")
    response["Cache-Control"], response["Vary"] = delivery.PRIVATE, _VARY
    return response


def _tile(request: HttpRequest, raster: RasterLayer, place: tuple[int, int, int], format: str) -> HttpResponse:
    address = tile_address(*place)
    rendering = asked.rendering(raster, request.GET)
    held = etags_in(request.headers.get("If-None-Match", ""))
    made = raster_tile(raster, rendering, address, format=format, held=held)
    response = HttpResponseNotModified() if made.body is None else HttpResponse(made.body, content_type=made.media_type)
    response["ETag"] = made.etag
    return _kept(response, raster.slug)


def _kept(response: HttpResponse, layer: str) -> HttpResponse:
    """Say who may keep the answer."""
    public = layer in settings.PUBLIC_LAYERS
    response["Cache-Control"] = delivery.PUBLIC if public else delivery.PRIVATE
    if not public:
        response["Vary"] = _VARY
    return response


def _exception(refusal: DomainError, given: dict[str, str]) -> HttpResponse:
    status = status_of(refusal)
    code, locator = wmts.exception_of(
        status, refusal.data, given.get(str(refusal.data.get("parameter", ""))) is not None
    )
    text = str(translated(refusal.detail, gettext))
    return HttpResponse(wmts.exception(code, locator, text), status=status, content_type="text/xml; charset=utf-8")
