"""The doors of the packs: which there are, their tiles (in pieces, as readers of PMTiles ask), grids and addresses."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from gisserver.common.access.models import Viewer
from gisserver.common.conditional import etags_in
from gisserver.common.errors import NotAuthenticated
from gisserver.common.sentences import Sentence
from gisserver.common.web import params
from gisserver.common.web.addresses import site
from gisserver.common.web.problems import problem_body, problem_response
from tiles.packs.area import area_for, areas_for, unknown
from tiles.packs.making import delta
from tiles.packs.shelf import Pack, newest, versions

Answer = TypeVar("Answer", bound=HttpResponseBase)
PMTILES = "application/vnd.pmtiles"
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_PIECE_BYTES = 256 * 1024


@require_safe
def packs_page(request: HttpRequest) -> HttpResponse:
    """Answer /packs/: the packs of the areas that the user reads as wholes."""
    params.refuse_unknown(request.GET, ())
    packs = [pack for area in areas_for(_user(request)) if (pack := newest(area.code))]
    return _marked(JsonResponse({"packs": [_summary(request, pack) for pack in packs]}))


@require_safe
def tiles_page(request: HttpRequest, code: str) -> HttpResponseBase:
    """Answer /packs/{code}.pmtiles: the file or a piece of it; with ``since``, what is other than in that version."""
    params.refuse_unknown(request.GET, ("since",))
    pack = _pack(request, code)
    since = request.GET.get("since", "")
    if not since:
        return _file(request, pack.tiles, PMTILES, f'"{pack.version}"')
    then = next((each for each in versions(code) if each.version == since), None)
    if then is None:
        raise unknown(f"{code} {since}")
    return _file(request, delta(pack, then), PMTILES, f'"{since}..{pack.version}"')


@require_safe
def content_page(request: HttpRequest, code: str) -> HttpResponseBase:
    """Answer /packs/{code}.json.gz: exact edges of the grids, and addresses, as a file that is packed already."""
    params.refuse_unknown(request.GET, ())
    pack = _pack(request, code)
    return _file(request, pack.content, "application/gzip", f'"{pack.version}-content"')


def _user(request: HttpRequest) -> Viewer:
    if not request.user.is_authenticated:
        raise NotAuthenticated("not_authenticated", "Log in, or send a token, to read this API.")
    return request.user


def _pack(request: HttpRequest, code: str) -> Pack:
    pack = newest(area_for(_user(request), code).code)
    if pack is None:
        raise unknown(code)
    return pack


def _summary(request: HttpRequest, pack: Pack) -> dict[str, object]:
    root = f"{site(request)}/packs/"
    return {
        "code": pack.code,
        "version": pack.version,
        "bytes": pack.tiles.stat().st_size,
        "tiles": f"{root}{pack.code}.pmtiles",
        "content": f"{root}{pack.code}.json.gz",
        "versions": [each.version for each in versions(pack.code)],
    }


def _file(request: HttpRequest, file: Path, media_type: str, etag: str) -> HttpResponseBase:
    """Answer with a file or the one piece of it that is asked for (RFC 9110 §14): 200, 206, 304 or 416."""
    if etag in etags_in(request.headers.get("If-None-Match", "")):
        return _marked(HttpResponseNotModified(), etag)
    size = file.stat().st_size
    piece = _piece(request.headers.get("Range", ""), size)
    if piece is None or request.headers.get("If-Range", etag) != etag:
        return _marked(_streamed(request, file, (0, size - 1), media_type), etag)
    first, last = piece
    if first > last:
        told = Sentence("The file has {size} bytes, none of them in that range.", size=size)
        refusal = problem_response(request, problem_body(416, "range_not_satisfiable", told))
        refusal["Content-Range"] = f"bytes */{size}"
        return _marked(refusal, etag)
    response = _streamed(request, file, piece, media_type)
    response.status_code = 206
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return _marked(response, etag)


def _streamed(request: HttpRequest, file: Path, piece: tuple[int, int], media_type: str) -> HttpResponseBase:
    pieces = iter(()) if request.method == "HEAD" else _bytes_of(file, *piece)
    response = StreamingHttpResponse(pieces, content_type=media_type)
    response["Content-Length"] = str(piece[1] - piece[0] + 1)
    return response


def _piece(header: str, size: int) -> tuple[int, int] | None:
    """Return the first and last byte asked for, the first beyond the last if there are none; None for the whole."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or match[0] == "bytes=-":
        return None  # several pieces, or none that can be read: the whole is a right answer
    if not match[1]:
        return max(size - int(match[2]), 0), size - 1 if int(match[2]) else -1
    first, last = int(match[1]), min(int(match[2] or size - 1), size - 1)
    if match[2] and int(match[2]) < first:
        return None
    return (first, last) if first < size else (size, size - 1)


def _bytes_of(file: Path, first: int, last: int) -> Iterator[bytes]:
    with file.open("rb") as opened:
        opened.seek(first)
        left = last - first + 1
        while left:
            piece = opened.read(min(left, _PIECE_BYTES))
            left -= len(piece)
            yield piece


def _marked(response: Answer, etag: str = "") -> Answer:
    if etag:
        response["ETag"] = etag
        response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Authorization", "Cookie"])
    return response
