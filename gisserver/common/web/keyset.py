"""Keyset pages of REST lists: the last row's key says where the next page begins, at the same cost at any depth."""

from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from gisserver.common.errors import Invalid

_SALT = "gisserver.common.web.keyset"


def page(
    rows: QuerySet[Any], *, order: tuple[str, ...], limit: int, cursor: str = ""
) -> tuple[list[Model], str | None]:
    """Return up to ``limit`` of ``rows`` behind ``cursor`` in ``order``, and the cursor of the next page or None.

    ``order`` names fields that are never null, the last of them unique, each with ``-`` when it descends; all in one
    direction. Raises Invalid for a cursor that was not made here.
    """
    rows = rows.order_by(*order)
    if cursor:
        rows = rows.filter(_behind(order, _read(cursor, len(order))))
    found = list(rows[: limit + 1])
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    return found[:limit], signing.dumps([_plain(getattr(last, name.lstrip("-"))) for name in order], salt=_SALT)


def _read(cursor: str, length: int) -> list[Any]:
    try:
        values = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        values = None
    if not isinstance(values, list) or len(values) != length:
        raise Invalid("bad_cursor", "This cursor was not made here; start from the first page.")
    return values


def _behind(order: tuple[str, ...], values: list[Any]) -> Q:
    """Return the condition (a, b) > (x, y), spelt out, with < where the order descends."""
    names = [name.lstrip("-") for name in order]
    beyond = "lt" if order[0].startswith("-") else "gt"
    condition = Q()
    for depth, name in enumerate(names):
        same = {names[i]: values[i] for i in range(depth)}
        condition |= Q(**same, **{f"{name}__{beyond}": values[depth]})
    # What follows from the condition, repeated: an index on the first field can start there.
    return condition & Q(**{f"{names[0]}__{beyond}e": values[0]})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def link(request: HttpRequest, cursor: str | None) -> str | None:
    """Return the address of the page at ``cursor``, with all other parameters of this request."""
    if cursor is None:
        return None
    query = request.GET.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
