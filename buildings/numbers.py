"""How many homes, households, people and legal persons a unit, a building or a grid holds at a moment, as columns.

Each is one expression over the rows of a layer, computed where it is asked for. `buildings/households/counts.py` counts
the same for one place over time; a test holds the two together.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable, ExpressionWrapper

from buildings.models import Household, LegalPerson, LegalPersonAsOf, Unit, UnitAsOf
from gisserver.common.access.models import Viewer
from gisserver.common.access.roles import Permission
from grids.models import visible_communities
from layers import expressions

# Of fewer households, but none, people are told only to who may read personal data there.
LEAST_HOUSEHOLDS = 5
# How a condition names a column of the row that the numbers are of.
Outer = Callable[[str], Any]
Homes = Callable[[Outer], Q]


def personal_in(user: Viewer, community: str) -> Combinable:
    """Return whether the user may read personal data in the community whose id is in the column ``community``."""
    communities = visible_communities(user, Permission.READ_PERSONAL)
    rule: Any = Value(value=True) if communities is None else Q(**{f"{community}__any_of": communities})
    return ExpressionWrapper(rule, output_field=BooleanField())


def numbers_of(homes: Homes, at: datetime | None) -> dict[str, Combinable]:
    """Return ``n_units``, ``n_vacant``, ``n_households``, ``n_residents`` of the units that ``homes`` says, at ``at``.

    Rows have a column ``personal``: whether the reader may read personal data there. Numbers of people, and of vacant
    units, are null where they are of fewer than `LEAST_HOUSEHOLDS` and the reader may not.
    """
    units, nested = (_units(at).filter(homes(ref)) for ref in (OuterRef, lambda path: OuterRef(OuterRef(path))))
    living = Household.objects.at(at).filter(unit_id__in=nested.values("pk"))
    lived_in = units.annotate(lived_in=Exists(Household.objects.at(at).filter(unit_id=OuterRef("pk"))))
    inhabited = "count(*) FILTER (WHERE {0})"
    return {
        "n_units": _one(units, "count({0})", F("pk")),
        "n_vacant": _told(lived_in, inhabited, "count(*) FILTER (WHERE NOT {0})", F("lived_in")),
        "n_households": _told(living, "count({0})", "count({0})", F("pk")),
        "n_residents": _told(living, "count({0})", "coalesce(sum({0}), 0)", F("residents")),
    }


def legal_persons_of(houses: Q, at: datetime | None) -> Combinable:
    """Return how many legal persons at ``at`` meet a condition, which refers to the row by OuterRef."""
    rows: Any = LegalPerson.objects.at() if at is None else LegalPersonAsOf.objects.at(at)
    return _one(rows.filter(houses), "count({0})", F("pk"))


def _units(at: datetime | None) -> QuerySet[Any]:
    return Unit.objects.at() if at is None else UnitAsOf.objects.at(at)


def _told(rows: QuerySet[Any], group: str, number: str, column: F) -> Combinable:
    """Return a number over ``rows``, null where their ``group`` is too small for the reader."""
    small = f"{group} BETWEEN 1 AND {LEAST_HOUSEHOLDS - 1} AND NOT {{1}}"
    return _one(rows, f"CASE WHEN {small} THEN NULL ELSE {number} END", column, OuterRef("personal"))


def _one(rows: QuerySet[Any], aggregate: str, *arguments: Any) -> Combinable:
    """Return one aggregate over all ``rows``; Django, which does not know it as one, does not group them."""
    return Subquery(rows.order_by().annotate(n=expressions.number(aggregate, *arguments)).values("n"))
