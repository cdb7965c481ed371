"""The lookup ``any_of``: a value is among those of an array that the database computes once for a statement.

``IN (SELECT …)`` becomes a join, and PostgreSQL may ask the subquery again for each row when it expects few rows.
"""

from typing import Any

from django.db.models import Field, ForeignObject
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import In


@Field.register_lookup
class AnyOf(In):
    """``= ANY (array)`` of a plain column; the right side is an expression that returns an array."""

    lookup_name = "any_of"

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        """Return the operator with its right side."""
        return f"= ANY {rhs}"


@ForeignObject.register_lookup
class RelatedAnyOf(RelatedIn):
    """The same of a foreign key."""

    lookup_name = "any_of"

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        """Return the operator with its right side."""
        return f"= ANY {rhs}"
