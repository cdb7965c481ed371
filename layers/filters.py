"""A filter in CQL2 as a condition on the rows of a collection, for whoever publishes them in another form."""

from django.db.models.expressions import Combinable

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
