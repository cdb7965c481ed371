"""The version of what an answer was made of, as the app that watches the tables keeps it.

A version grows with every commit that changes a table that the rows or their properties come from, and with every
moment at which a dated row begins or ends. What was made of them holds as long as their version stays the same.
`layers` imports no app above: the keeper of versions registers itself.
"""

from collections.abc import Callable
from dataclasses import dataclass

from gisserver.common.geo.mercator import Bounds

# The name under which the list of uploaded layers has its version.
UPLOADS = "*uploads"


@dataclass(frozen=True, slots=True)
class Reads:
    """What an answer was made of: the names of versions, and a box in EPSG:3857 metres (None: everywhere)."""

    names: tuple[str, ...]
    bbox_3857: Bounds | None = None


_looks: list[Callable[[Reads], int]] = []


def register(look: Callable[[Reads], int]) -> None:
    """Declare who looks a version up; again is harmless."""
    _looks[:] = [look]


def version_of(reads: Reads) -> int | None:
    """Return the version of what is read, None when nobody keeps it; look before the rows are read."""
    return _looks[0](reads) if _looks else None


def looked_up(collection_id: str) -> str:
    """Return the name of the version of what only lists, and tiles on request, show of a collection.

    That is properties looked up elsewhere, and rows without a place.
    """
    return f"{collection_id}+"


def names_of(*collection_ids: str) -> tuple[str, ...]:
    """Return the names of all that features of these collections are made of."""
    return tuple(name for each in collection_ids for name in (each, looked_up(each)))
