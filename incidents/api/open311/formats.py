"""Answers of GeoReport as JSON and as XML: the same members under the names that the standard gives them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

import orjson
from django.http import HttpResponse

Members = Mapping[str, Any]
MEDIA_TYPES = {"json": "application/json", "xml": "text/xml"}
# What XML 1.0 can't hold, however it is written.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def rendered(what: Members | Sequence[Members], form: str, names: Sequence[str], status: int = 200) -> HttpResponse:
    """Return an answer; ``names`` are the elements of XML, from the root to that of one row."""
    if form == "xml":
        text = ElementTree.tostring(_element(names, what), encoding="utf-8", xml_declaration=True)
    else:
        text = orjson.dumps(what)
    return HttpResponse(
        text,
        status=status,
        content_type=f"{MEDIA_TYPES[form]}; charset=utf-8",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


def _element(names: Sequence[str], what: Any) -> ElementTree.Element:
    """Return an element: a list holds elements of the next name, members hold elements of their own names."""
    element = ElementTree.Element(names[0])
    if isinstance(what, Mapping):
        for name, value in what.items():
            element.append(_element((name, name.removesuffix("s")), value))
    elif isinstance(what, Sequence) and not isinstance(what, str):
        element.extend(_element(names[1:], each) for each in what)
    elif what is not None:
        element.text = _NO_XML.sub("", str(what).lower() if isinstance(what, bool) else str(what))
    return element
