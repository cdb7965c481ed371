"""Where the rows of a register of legal persons say that each is found: by code, by coordinates, or by address."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import shapely
from django.conf import settings

from buildings.geocoding import batch
from buildings.importers.units import Doors, Wanted
from buildings.masking import quotable
from buildings.models import Building, BuildingCode, LegalPerson, Unit
from buildings.review.doubtful import Doubtful
from buildings.review.matching import match_many, registrar
from gisserver.common.db import sql
from gisserver.common.geo.geometry import to_geos
from gisserver.common.geo.millimetres import round_to_millimetres
from gisserver.common.imports.command import Rejects
from gisserver.common.reading import Table, place_rows
from gisserver.common.sentences import Sentence

SQL = Path(__file__).parent / "sql"


class Addressed(Protocol):
    """What is asked of a row; '' is not said."""

    @property
    def credit_code(self) -> str:
        """Who it is."""

    @property
    def registered_address(self) -> str:
        """Where it is registered."""

    @property
    def actual_address(self) -> str:
        """Where it works."""


class Found(NamedTuple):
    """A unit in a building, a building, or a bare point (survey CRS, whole millimetres)."""

    unit: int | None
    building: int | None
    point: Any = None


class LegalPlaces:
    """The places of rows by index; ``doubts`` are the rows whose address does not tell for sure.

    A row that says no more than what is known of a legal person (``held``, by code) leaves it where it is.
    """

    def __init__(
        self,
        table: Table,
        said: Mapping[str, Sequence[str]],
        rows: Mapping[int, Addressed],
        held: Mapping[str, LegalPerson],
        rejects: Rejects,
    ) -> None:
        self.rows, self.held = rows, held
        self.without_room = 0
        self.doubts: dict[int, Doubtful] = {}
        self.found = self._by_code(said, rejects)
        self.found |= _at_points(table, set(rows) - set(self.found), rejects)
        asked = {i: self.address(i) for i in rows if i not in self.found and i not in rejects}
        self._by_address({i: address for i, address in asked.items() if address and not self._is_known(i)})
        self.found = {i: self._as_finely(i, place) for i, place in self.found.items()}
        self._refuse_nowhere(rejects)
        self.registered = self._registered(rejects)
        self._locations = self._current_locations()

    def fields(self, index: int) -> dict[str, Any]:
        """Return where a row's legal person is found and registered, as fields of it, as far as the row moves it."""
        answer: dict[str, Any] = {}
        place = self.found.get(index)
        if place is not None:
            location = place.point if place.building is None else self._locations[place.building]
            answer |= {"unit_id": place.unit, "building_id": place.building, "location": location}
        if index in self.registered:
            home = self.registered[index]
            answer |= {"registered_unit_id": home.unit, "registered_building_id": home.building}
        return answer

    @property
    def buildings(self) -> set[int]:
        """The buildings that the rows are found in."""
        return {place.building for place in self.found.values() if place.building is not None}

    def _current(self, index: int) -> LegalPerson | None:
        row = self.held.get(self.rows[index].credit_code)
        return row if row is not None and row.valid.upper is None else None

    def address(self, index: int) -> str:
        """Return where a row's legal person is found: by its actual address, told now or before, else the other."""
        row, known = self.rows[index], self._current(index)
        return row.actual_address or (known.actual_address if known else "") or row.registered_address

    def _is_known(self, index: int) -> bool:
        row = self._current(index)
        return row is not None and self.address(index) == (row.actual_address or row.registered_address)

    def _as_finely(self, index: int, place: Found) -> Found:
        """Return a place, in the unit where the legal person is known if the row tells no more than its building."""
        known = self._current(index)
        if known is None or place.unit is not None or place.building is None or known.building_id != place.building:
            return place
        return place._replace(unit=known.unit_id)

    def _by_code(self, said: Mapping[str, Sequence[str]], rejects: Rejects) -> dict[int, Found]:
        """Return the rows with the code of a unit or of a building, any that it has ever had."""
        none = [""] * (max(self.rows, default=-1) + 1)
        units, houses, rooms = (said.get(name, none) for name in ("unit_code", "building", "unit"))
        homes = _units({units[i] for i in self.rows})
        coded = _buildings({houses[i] for i in self.rows})
        doors = Doors(coded.values())
        found: dict[int, Found] = {}
        for i in self.rows:
            if units[i] in homes:
                found[i] = Found(*homes[units[i]])
            elif houses[i] in coded:
                building = coded[houses[i]]
                unit = doors.find(Wanted(building, "", rooms[i])) if rooms[i] else None
                self.without_room += bool(rooms[i]) and unit is None
                found[i] = Found(unit, building)
            elif (units[i] or houses[i]) and not self.address(i):
                code = quotable(units[i] or houses[i])
                sentence = Sentence("No one building has the code or reference {code!r}.", code=code)
                rejects.add(i, "unknown_building", str(sentence))
        return found

    def _by_address(self, asked: Mapping[int, str]) -> None:
        matches = match_many(list(asked.values()), to=["building"] * len(asked))
        for index, match in zip(asked, matches, strict=True):
            if isinstance(match, Doubtful):
                self.doubts[index] = match
            else:
                self.found[index] = Found(match.id if match.target == "unit" else None, match.building)

    def _refuse_nowhere(self, rejects: Rejects) -> None:
        for index in self.rows:
            placed = index in self.found or index in self.doubts or self._current(index) is not None
            if not placed:
                rejects.add(index, "no_place", "The row has neither a code, coordinates nor an address.")

    def _registered(self, rejects: Rejects) -> dict[int, Found]:
        """Return the rows whose registered address is news, or had no place yet, each with its place, if it is sure."""
        told: dict[int, str] = {}
        for index, row in self.rows.items():
            known = self._current(index)
            has_place = known is not None and known.registered_building_id is not None
            is_news = known is None or not has_place or row.registered_address != known.registered_address
            if row.registered_address and is_news and index not in rejects and index not in self.doubts:
                told[index] = row.registered_address
        return dict(zip(told, _sure(list(told.values())), strict=True))

    def _current_locations(self) -> Mapping[int, Any]:
        return dict(Building.objects.filter(pk__in=self.buildings).values_list("pk", "location"))


def _sure(texts: Sequence[str]) -> list[Found]:
    """Return the building or unit that each address means for sure."""
    outcomes = list(batch.geocode_many(user=registrar(), texts=texts))
    answers = [outcome.answer if outcome.status is batch.Status.FOUND else None for outcome in outcomes]
    return [
        Found(None, None) if one is None else Found(one.id if one.target == "unit" else None, one.building)
        for one in answers
    ]


def _at_points(table: Table, indexes: Collection[int], rejects: Rejects) -> dict[int, Found]:
    """Return the rows with coordinates: in the building on whose footprint they lie, else at the bare point."""
    if table.geometry is None or not indexes:
        return {}
    placed, problems = place_rows(table, survey_srid=settings.SURVEY_SRID)
    rejects.update({index: problem for index, problem in problems.items() if index in indexes})
    good = [
        i for i in sorted(indexes) if i not in rejects and placed[i] is not None and not shapely.is_empty(placed[i])
    ]
    points = round_to_millimetres(shapely.centroid(np.array([placed[i] for i in good], dtype=object)))
    xy = shapely.get_coordinates(points)
    around = sql.rows(SQL / "around_points.sql", x=xy[:, 0].tolist(), y=xy[:, 1].tolist(), srid=settings.SURVEY_SRID)
    return {
        index: Found(None, row["building"], None if row["building"] else to_geos(point, settings.SURVEY_SRID))
        for index, row, point in zip(good, around, points, strict=True)
    }


def _units(codes: Collection[str]) -> dict[str, tuple[int, int]]:
    rows = Unit.objects.at().filter(codes__code__in=set(codes) - {""})
    return {code: (pk, building) for code, pk, building in rows.values_list("codes__code", "pk", "building_id")}


def _buildings(words: Collection[str]) -> dict[str, int]:
    """Return the standing buildings that have, or ever had, these codes, or the only one of each reference."""
    wanted = set(words) - {""}
    by_reference: dict[str, list[int]] = {}
    for ref, pk in Building.objects.at().filter(source_ref__in=wanted).values_list("source_ref", "pk"):
        by_reference.setdefault(ref, []).append(pk)
    found = {ref: pks[0] for ref, pks in by_reference.items() if len(pks) == 1}
    coded = BuildingCode.objects.filter(code__in=wanted, building__valid__upper_inf=True)
    return found | dict(coded.values_list("code", "building_id"))
