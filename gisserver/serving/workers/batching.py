"""Doors that answer many requests together, and how each is answered for many.

A function of this kind gets the environs of requests (WSGI, bodies in memory) and returns for each status, headers and
body: just what Django alone would answer. What is not plain it leaves to Django: ``alone`` says so, and the front sends
the request again by itself, in its own lane, so that it holds up nobody.
"""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from buildings.api.geocode import batched as geocode
from gisserver.serving.wire import Frame
from gisserver.serving.workers.environ import environ_of
from grids.api import batched as grids
from incidents.api import batched as incidents

Environ = dict[str, Any]
One = tuple[int, list[tuple[str, str]], bytes]
Alone = Callable[[Environ], One]
Many = Callable[[Sequence[Environ], Alone], Sequence[One]]

DOORS: dict[tuple[str, str], Many] = {
    ("GET", "/api/grids/at"): grids.grids_of_points,
    ("GET", geocode.SEARCH): geocode.search_together,
    ("GET", geocode.REVERSE): geocode.reverse_many_together,
    ("POST", incidents.PATH): incidents.answer_batch,
}


def names() -> list[tuple[str, str]]:
    """Return the doors, as the front is told them."""
    return list(DOORS)


# Of a request that is to be asked alone.
UNBATCHED: One = (0, [], b"")


def environs_of(got: Frame) -> list[Environ]:
    """Return the requests of a frame, as WSGI names them."""
    header, content = got
    environs, begin = [], 0
    for request, size in zip(header["requests"], header["sizes"], strict=True):
        environs.append(environ_of(request, BytesIO(content[begin : begin + size])))
        begin += size
    return environs


def framed(answers: Sequence[One]) -> Frame:
    """Return the frame that holds many answers."""
    told = [(status, headers, len(body)) for status, headers, body in answers]
    return {"answers": told}, b"".join(body for _, _, body in answers)
