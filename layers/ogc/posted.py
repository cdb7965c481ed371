"""What is asked in the body of a POST: a filter too long for an address."""

from typing import Any

import orjson
from django.http import HttpRequest

from gisserver.common.errors import Invalid, TooLarge
from gisserver.common.sentences import Sentence
from layers.cql2.limits import MAX_BODY_BYTES

# A filter as CQL2 JSON, as OWSLib and pygeoapi's clients post it; or any parameters, as a form would.
FILTER = "application/json"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/ogc-query+json"
_FORM_BYTES = 4 * MAX_BODY_BYTES  # what is no ASCII is longer in a form


def posted(request: HttpRequest) -> dict[str, str]:
    """Return the parameters that the body says. Raises Invalid or TooLarge."""
    kind = request.content_type
    if kind not in {FILTER, FORM}:
        told = Sentence("Send a filter as {json}, or parameters as {form}.", json=FILTER, form=FORM)
        raise Invalid("bad_body", told)
    most = MAX_BODY_BYTES if kind == FILTER else _FORM_BYTES
    if len(request.body) > most:
        raise TooLarge("too_large", Sentence("The body may have at most {most} bytes.", most=most))
    if kind == FORM:
        return request.POST.dict()
    try:
        return {"filter": request.body.decode(), "filter-lang": "cql2-json"}
    except UnicodeDecodeError:
        raise Invalid("not_utf8", "The body must be UTF-8.") from None


def posted_json(request: HttpRequest) -> Any:
    """Return the JSON of the body: a query expression, an order for a process. Raises Invalid or TooLarge."""
    if request.content_type not in {FILTER, QUERY}:
        raise Invalid("bad_body", Sentence("Send the body as {json}.", json=FILTER))
    if len(request.body) > MAX_BODY_BYTES:
        raise TooLarge("too_large", Sentence("The body may have at most {most} bytes.", most=MAX_BODY_BYTES))
    try:
        return orjson.loads(request.body)
    except orjson.JSONDecodeError:
        raise Invalid("bad_body", "The body is no JSON.") from None
