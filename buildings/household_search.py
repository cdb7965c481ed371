"""Finding a household by its number (户号), or by the name or phone of its head where the user may read them."""

from typing import Any

from django.db.models import F, Q, QuerySet

from buildings import selectors
from buildings.current import address_of
from gisserver.common.access.models import Viewer
from gisserver.common.errors import Invalid

# One sign would find a street.
LEAST, MOST = 2, 100


def find_households(*, user: Viewer, text: str) -> QuerySet[Any]:
    """Return the households of now whose number, head's name or phone begins with ``text``, with where they live.

    As of `selectors.households_to_show`, and ``building``, ``number``, ``entrance`` and ``address`` of the unit. Name
    and phone are looked for only where the user may read them: finding somebody by them tells them. Raises Invalid.
    """
    wanted = text.strip()
    if not LEAST <= len(wanted) <= MOST:
        raise Invalid("bad_text", "text must be a number, name or phone of 2 to 100 characters.")
    told = Q(head_name__startswith=wanted) | Q(phone__startswith=wanted)
    rows: QuerySet[Any] = selectors.households_to_show(user).filter(
        Q(source_ref__startswith=wanted) | (Q(personal=True) & told)
    )
    found: QuerySet[Any] = rows.annotate(
        building=F("unit__building_id"),
        number=F("unit__number"),
        entrance=F("unit__entrance__name"),
        address=address_of("unit", "unit_id", None),
    )
    return found
