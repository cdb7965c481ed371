"""Which values occur in a property of the rows that somebody sees: for lists to choose from, and for scales."""

from typing import Any

from django.db.models import Max, Min

from gisserver.common.access.export import LARGEST_PAGE
from layers.fields import Field, FieldType
from layers.registry import Rows

_LISTED = {FieldType.STRING, FieldType.INTEGER, FieldType.BOOLEAN, FieldType.DATE}
# How JSON Schema calls the ends of numbers; and how programs that check formats call those of times.
_ENDS = {
    FieldType.INTEGER: ("minimum", "maximum"),
    FieldType.NUMBER: ("minimum", "maximum"),
    FieldType.DATE: ("formatMinimum", "formatMaximum"),
    FieldType.DATETIME: ("formatMinimum", "formatMaximum"),
}


def domain_of(rows: Rows, field: Field) -> dict[str, Any]:
    """Return ``enum``, sorted, where there are not more values than a screen shows rows; and the least and greatest."""
    rows = rows.order_by().annotate(_value=field.expression()).filter(_value__isnull=False)
    domain: dict[str, Any] = {}
    if field.type in _LISTED:
        values = list(rows.values_list("_value", flat=True).distinct()[: LARGEST_PAGE + 1])
        if len(values) <= LARGEST_PAGE:
            domain["enum"] = sorted(values)
    if field.type in _ENDS:
        ends = rows.aggregate(least=Min("_value"), greatest=Max("_value"))
        least, greatest = _ENDS[field.type]
        domain |= {least: ends["least"], greatest: ends["greatest"]} if ends["least"] is not None else {}
    return domain
