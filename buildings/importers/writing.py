"""Writing the buildings of a register: what is new begins, what is known is corrected, from a moment on."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from buildings.importers.addresses import AddressDates, AddressText, write_building_addresses
from buildings.importers.dating import Begin, Span, TooLate, placed
from buildings.importers.events import record_import
from buildings.importers.footprints import Places
from buildings.models import Building, BuildingCode, Target
from buildings.services import lock_buildings
from gisserver.common.codes import taken
from gisserver.common.db.validity import since
from gisserver.common.geo.geometry import to_geos, to_multipolygon, to_shapely
from gisserver.common.imports.command import Rejects

_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingRow:
    """What a row says of its building; ``key`` tells the same building in the next file."""

    key: str
    code: str
    words: Mapping[str, Any]
    address: AddressText | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One import: its source, the scheme of its codes, since when it holds, and the database's time."""

    source: str
    scheme: str
    moment: datetime
    now: datetime


class Register:
    """The buildings of a source that a file's rows are about, locked with ``others`` (ids) until the commit."""

    def __init__(
        self, rows: Mapping[int, BuildingRow], where: Places, run: Run, *, others: Collection[int] = ()
    ) -> None:
        self.rows, self.where, self.run = rows, where, run
        keys = [row.key for row in rows.values()]
        mine = Building.objects.filter(source=run.source, source_ref__in=keys)
        lock_buildings({*others, *mine.values_list("pk", flat=True)})
        held = list(mine.order_by("pk"))
        self.stored = {building.source_ref: building for building in held if building.valid.upper is None}
        self.ended = {building.source_ref for building in held} - set(self.stored)

    def refuse(self, rejects: Rejects) -> None:
        """Reject the rows of buildings that have ended, and those that say otherwise what is known since."""
        codes = self._codes(self.rows)
        addresses = self._addresses(self.rows)
        dates = AddressDates(addresses, source=self.run.source, moment=self.run.moment, now=self.run.now)
        for index, row in self.rows.items():
            if row.key in self.ended:
                sentence = f"The building {row.key[:60]!r} has ended; a new one needs a new id."
                rejects.add(index, "building_ended", sentence)
                continue
            building = self.stored.get(row.key)
            if building is None:
                continue
            late = dates.late.get(building.pk) or codes.late.get(building.pk)
            if late is not None:
                rejects.add(index, late.code, str(late))
            elif self._changes(index):
                refuse_change(index, building, rejects, self.run)
        self._refuse_taken(rejects)

    def _refuse_taken(self, rejects: Rejects) -> None:
        """Reject the rows whose code another building has or had, or an earlier row; or which their own has lost."""
        told = {index: row.code for index, row in self.rows.items() if row.code}
        held = {row.code: row for row in BuildingCode.objects.filter(code__in=set(told.values())).order_by("valid")}
        first: dict[str, str] = {}
        for index, code in told.items():
            key, known = self.rows[index].key, held.get(code)
            mine = self.stored[key].pk if key in self.stored else None
            is_lost = known is not None and known.valid.upper is not None and self.run.moment not in known.valid
            is_another = known is not None and known.building_id != mine
            if is_lost or is_another or first.setdefault(code, key) != key:
                rejects.add(index, "code_taken", taken(code))

    def write(self, good: Iterable[int]) -> set[int]:
        """Write these rows; return the buildings that are new or have changed."""
        rows = {index: self.rows[index] for index in good}
        changed = {index for index in rows if rows[index].key in self.stored and self._change(index)}
        new = {index: self._building(index) for index in rows if rows[index].key not in self.stored}
        for row in Building.objects.bulk_create(list(new.values()), batch_size=_BATCH):
            self.stored[row.source_ref] = row
        begun = {building.pk for building in new.values()}
        corrected = {self.stored[rows[index].key].pk for index in changed}
        source, moment, now = self.run.source, self.run.moment, self.run.now
        record_import(Target.BUILDING, source=source, moment=moment, begun=begun, changed=corrected)
        addressed = write_building_addresses(self._addresses(rows), source=source, moment=moment, now=now)
        return begun | corrected | addressed | self._codes(rows).write()

    def _addresses(self, rows: Mapping[int, BuildingRow]) -> dict[int, AddressText]:
        told = {self.stored[row.key].pk: row.address for row in rows.values() if row.key in self.stored}
        return {pk: address for pk, address in told.items() if address is not None}

    def _codes(self, rows: Mapping[int, BuildingRow]) -> "_Codes":
        told = {self.stored[row.key].pk: row.code for row in rows.values() if row.key in self.stored}
        return _Codes({pk: code for pk, code in told.items() if code}, self.run)

    def _building(self, index: int) -> Building:
        row = self.rows[index]
        building = Building(source=self.run.source, source_ref=row.key, valid=since(self.run.moment), **row.words)
        _set(building, _place(self.where, index))
        return building

    def _changes(self, index: int) -> dict[str, Any]:
        """Return what a row says of its stored building that this does not say."""
        row = self.rows[index]
        building = self.stored[row.key]
        said = {word: value for word, value in row.words.items() if value not in ("", None)}
        changes = {word: value for word, value in said.items() if getattr(building, word) != value}
        footprint = self.where.footprints[index]
        old = None if building.footprint is None else to_shapely(building.footprint)
        new = None if footprint is None else shapely.multipolygons(shapely.get_parts(footprint))
        moved = old != new or to_shapely(building.location) != self.where.points[index]
        return changes | (_place(self.where, index) if moved else {})

    def _change(self, index: int) -> bool:
        changes = self._changes(index)
        if changes:
            building = self.stored[self.rows[index].key]
            _set(building, {**changes, "changed_at": self.run.moment})
            building.save(update_fields=[*changes, "changed_at"])
        return bool(changes)


def refuse_change(index: int, building: Building, rejects: Rejects, run: Run) -> None:
    """Reject a row that changes a building, unless the change comes after what the building says now, and not ahead."""
    began = building.changed_at or building.valid.lower
    if run.moment > run.now:
        sentence = "A building says what holds now; a change of it cannot be written ahead: import it then."
        rejects.add(index, "effective_in_future", sentence)
    elif began >= run.moment:
        sentence = f"The building says this since {began:%Y-%m-%d %H:%M:%S%z}; a change comes after it."
        rejects.add(index, TooLate.code, sentence)


class _Codes:
    """The codes that a source issues to stored buildings, by their ids."""

    def __init__(self, wanted: Mapping[int, str], run: Run) -> None:
        self.wanted, self.run = wanted, run
        known: dict[int, list[Span]] = {}
        issued: set[tuple[int, str]] = set()
        for row in BuildingCode.objects.filter(building_id__in=list(wanted)):
            issued.add((row.building_id, row.code))
            if row.scheme == run.scheme:
                known.setdefault(row.building_id, []).append(Span(row.pk, row.code, row.valid.lower, row.valid.upper))
        self.begin: dict[int, Begin] = {}
        self.late: dict[int, TooLate] = {}
        for building, code in wanted.items():
            spans = known.get(building, [])
            if (building, code) in issued:
                continue  # a code is issued once, whatever the scheme: that it is known longer does not issue it again
            try:
                how = placed(spans, code, moment=run.moment, now=run.now)
            except TooLate as error:
                self.late[building] = error
            else:
                self.begin |= {} if how is None else {building: how}

    def write(self) -> set[int]:
        """Issue the codes that buildings don't have yet; return the buildings concerned."""
        BuildingCode.objects.filter(pk__in=[how.ending for how in self.begin.values()]).end(self.run.moment)
        BuildingCode.objects.bulk_create(
            [
                BuildingCode(
                    building_id=building,
                    code=self.wanted[building],
                    scheme=self.run.scheme,
                    issuer=self.run.source,
                    valid=DateTimeTZRange(self.run.moment, how.until, "[)"),
                )
                for building, how in self.begin.items()
            ],
            batch_size=_BATCH,
        )
        return set(self.begin)


def _place(where: Places, index: int) -> dict[str, Any]:
    footprint = where.footprints[index]
    return {
        "footprint": None if footprint is None else to_multipolygon(footprint, settings.SURVEY_SRID),
        "location": to_geos(where.points[index], settings.SURVEY_SRID),
    }


def _set(building: Building, words: Mapping[str, Any]) -> None:
    for word, value in words.items():
        setattr(building, word, value)
