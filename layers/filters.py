"""A filter in CQL2 as a condition on the rows of a collection, for whoever publishes them in another form."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DataError, InternalError
from django.db.models.expressions import Combinable

from gisserver.common.errors import Invalid
from layers.cql2.space import Space
from layers.cql2.translate import Translator
from layers.cql2.tree import parse_filter
from layers.registry import Collection
from layers.spatial.crs import CRS84


def condition(collection: Collection, text: str) -> Combinable:
    """Return the condition that ``text`` (CQL2 text, geometries in CRS84) puts on rows of ``collection``.

    Raises Invalid for what is no filter, or names a property that the collection does not publish.
    """
    named = {field.name: field for field in collection.fields if field.queryable}
    return Translator(named.get, Space(collection, CRS84)).condition(parse_filter(text, "cql2-text"))


@contextmanager
def computing(text: str) -> Iterator[None]:
    """Raise Invalid ``cannot_compute`` where the database can't compute the filter ``text``; without one do nothing."""
    try:
        yield
    except (DataError, InternalError) as error:
        if not text:
            raise
        # A power that no number holds, two shapes that GEOS cannot relate: the fault is in the request.
        raise Invalid("cannot_compute", "The filter cannot be computed for these rows.", parameter="filter") from error
