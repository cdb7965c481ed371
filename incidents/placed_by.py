"""The members of a report that can say where an incident is, and which of them decides. Pure."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")


class Member(StrEnum):
    """A member of a report that can say where the incident is."""

    UNIT = "unit"  # the code of a unit: where its building is
    BUILDING = "building"  # the code of a building
    ADDRESS = "address"  # a text that surely means one house
    POINT = "point"  # lon, lat


# What holds where nothing has been set: a code is sure, a text decides nothing by itself.
DEFAULT = (Member.UNIT, Member.BUILDING, Member.POINT)


def deciding(order: Sequence[Member], found: Mapping[Member, T]) -> tuple[Member, T] | None:
    """Return the first member of ``order`` that has a place among those ``found``, with it; None: no place."""
    return next(((member, found[member]) for member in order if member in found), None)
