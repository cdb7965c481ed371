"""Rows that say the code of the division in which their address lies: it is said in front of the address."""

from datetime import datetime

from buildings.geocoding.register import known_names
from gisserver.common.access.models import Viewer
from grids.models import DivisionVersion


def divisions_by_code(user: Viewer, at: datetime | None = None) -> dict[str, str]:
    """Return what the visible divisions are called, the widest name first, by their codes at ``at``."""
    names = known_names.gazetteer()
    held = DivisionVersion.objects.visible_to(user).at(at).values_list("code", "division_id")
    return {code: "".join(place.name for place in reversed(names.around(division))) for code, division in held}
