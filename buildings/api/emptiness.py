"""Why a search found nothing: there is nothing, or nothing in the reader's area; the member ``reason`` says which."""

from enum import StrEnum
from typing import Any

from gisserver.common.access.models import Viewer
from grids.absence import Absence
from grids.models import visible_communities


class Emptiness(StrEnum):
    """What an empty answer to a search means."""

    NOTHING_FOUND = "nothing_found"
    """Everything was searched."""
    NOTHING_IN_YOUR_AREA = "nothing_in_your_area"
    """Only the user's communities were searched; what there is elsewhere is not said (law 7)."""


def of_search(user: Viewer) -> Emptiness:
    """Return what it means when ``user`` finds nothing."""
    return Emptiness.NOTHING_FOUND if visible_communities(user) is None else Emptiness.NOTHING_IN_YOUR_AREA


def explained(body: Any, reason: Emptiness | Absence | None) -> Any:
    """Return the body of a geocoder's answer with the ``reason`` why it is empty, if it is.

    A list has no room for one: Nominatim's formats are as their clients know them.
    """
    empty = isinstance(body, dict) and (body.get("features") == [] or "error" in body)
    return {**body, "reason": reason} if empty and reason is not None else body
