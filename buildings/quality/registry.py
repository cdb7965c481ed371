"""The kinds of cases that the quality work list knows: each is one statement in `kinds/`, and one line here.

A statement returns ``community_id``, ``id`` of its target (each once), ``building_id`` and ``detail``, which names
nobody. It reads the registers as they were at ``%(moment)s``, in ``%(communities)s`` (ids; NULL: everywhere).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from buildings.as_of import tables_at
from buildings.quality.doors import spellings
from gisserver.common.db import sql
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence

STATEMENTS = Path(__file__).parent / "kinds"
# A house is far from its siblings (same road or estate, same community) beyond both of these: metres from their
# middle, and times the distance within which three quarters of them lie. Fewer siblings tell nothing.
FAR_M = 400.0
FAR_TIMES = 4.0
SIBLINGS = 5
# A storey lower or higher than this is a mistake of the height or of the floors (halls have the highest).
STOREY_LEAST_M = 2.0
STOREY_MOST_M = 15.0
Communities = Sequence[int] | None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of case; ``target`` is what its ids are of, ``told`` says it to people.

    ``suspicion``: the report of addresses counts it too.
    """

    target: str
    told: Sentence
    suspicion: bool = False


KINDS: Mapping[str, Kind] = {
    "outside_community": Kind("building", Sentence("The point lies outside the building's community."), suspicion=True),
    "axes_swapped": Kind("building", Sentence("East and north are exchanged."), suspicion=True),
    "off_footprint": Kind("building", Sentence("The point is not on the footprint."), suspicion=True),
    "far_from_siblings": Kind("building", Sentence("Far from the others of its road or estate."), suspicion=True),
    "same_place": Kind("building", Sentence("Several buildings have one point."), suspicion=True),
    "same_address": Kind("building", Sentence("Several buildings have one standard address."), suspicion=True),
    "height_and_floors": Kind("building", Sentence("Height and floors do not go together."), suspicion=True),
    "floor_above_building": Kind("unit", Sentence("On a floor that the building does not have."), suspicion=True),
    "floor_above_height": Kind("unit", Sentence("On a floor above the building's height."), suspicion=True),
    "floor_and_number": Kind("unit", Sentence("The number says another floor."), suspicion=True),
    "building_without_units": Kind("building", Sentence("A building in use has no units.")),
    "unit_without_code": Kind("unit", Sentence("The unit has no code.")),
    "one_door": Kind("unit", Sentence("Another unit is the same door by another spelling.")),
    "doubled_household": Kind("household", Sentence("Another household in the unit says the same.")),
    "household_in_two_units": Kind("household", Sentence("The household lives in another unit too.")),
    "decided_not_loaded": Kind("review", Sentence("A row was decided, but nobody lives where it said.")),
}


def kind_named(name: str) -> str:
    """Return the name of a kind; raises Invalid ``bad_kind_of_case`` for another."""
    if name not in KINDS:
        known = ", ".join(KINDS)
        raise Invalid(
            "bad_kind_of_case", Sentence("{name} must be one of {known}.", name="kind", known=known), known=list(KINDS)
        )
    return name


@dataclass(frozen=True, slots=True)
class Asked:
    """The statement of a kind at a moment, and the values that it binds."""

    text: str
    values: Mapping[str, Any]


def ask(name: str, communities: Communities, at: datetime | None = None, *, suffix: str = "") -> Asked:
    """Return what finds the cases of a kind in these communities, now or at a moment.

    With a ``suffix`` the values have other names, so that it stands beside another one in a statement.
    """
    now = ("moment",) if at is None else ()
    text = sql.statement(STATEMENTS / f"{name}.sql", tables_at(at), now)
    values: dict[str, Any] = {
        "communities": None if communities is None else list(communities),
        "srid": settings.SURVEY_SRID,
        "siblings": SIBLINGS,
        "far_m": FAR_M,
        "far_times": FAR_TIMES,
        "storey_least_m": STOREY_LEAST_M,
        "storey_most_m": STOREY_MOST_M,
    }
    if at is not None:
        values["moment"] = at
    if "%(doors)s" in text:
        values["doors"] = json.dumps(spellings(communities, at), ensure_ascii=False)
    for value in values if suffix else ():
        text = text.replace(f"%({value})s", f"%({value}{suffix})s")
    return Asked(text, {f"{value}{suffix}": held for value, held in values.items()})
