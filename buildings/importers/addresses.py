"""Address texts from a file's columns, and writing them: an address ends and begins, it is never overwritten."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from numpy.typing import NDArray

from buildings.addresses.text.normalize import normalize
from buildings.importers.dating import Begin, Span, TooLate, placed
from buildings.importers.footprints import places
from buildings.lifecycle.addresses import new_address
from buildings.lifecycle.implied_addresses import implied
from buildings.masking import without_contacts
from buildings.models import Address, AddressKind, Building
from buildings.services import lock_buildings
from gisserver.common.db.advisory_locks import take_turn
from gisserver.common.db.clock import database_now
from gisserver.common.db.validity import since
from gisserver.common.errors import Refused
from gisserver.common.geo.geometry import to_shapely
from gisserver.common.imports.command import Outcome, Rejects
from gisserver.common.reading import Table

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class AddressText:
    """An address as people write it, and its road and number when they were told apart."""

    text: str
    road: str = ""
    number: str = ""


def address_text(row: Mapping[str, str]) -> AddressText | None:
    """Return the address that a row's columns spell, or None.

    Of a whole ``address`` telephone numbers and the like are left out: everybody reads addresses. Otherwise ``road``
    (or ``place``, where houses are numbered by village) and ``number`` are joined: 中山路8号 without a space,
    Hauptstraße 8 with one.
    """
    road, number = row.get("road") or row.get("place", ""), row.get("number", "")
    whole = row.get("address", "")
    if whole in ("", "-"):
        if not (road and number):
            return None
        chinese = any("\u4e00" <= character <= "\u9fff" for character in road)
        whole = f"{road}{number}" if chinese else f"{road} {number}"
    text = without_contacts(whole)[:300]
    return AddressText(text, road[:100], number[:50]) if normalize(text) else None


class AddressDates:
    """How addresses of one source begin on buildings: ``begin`` by building; ``late`` says what is known since."""

    def __init__(self, wanted: Mapping[int, AddressText], *, source: str, moment: datetime, now: datetime) -> None:
        self.taken: set[int] = set()
        self.begin: dict[int, Begin] = {}
        self.late: dict[int, TooLate] = {}
        known, own = self._known(wanted, source, moment)
        for building, address in wanted.items():
            if address.text in known[building]:
                continue
            try:
                how = placed(own[building], address.text, moment=moment, now=now)
            except TooLate as error:
                self.late[building] = error
            else:
                self.begin |= {} if how is None else {building: how}

    def _known(
        self, buildings: Iterable[int], source: str, moment: datetime
    ) -> tuple[Mapping[int, set[str]], Mapping[int, list[Span]]]:
        """Return by building the texts that hold at the moment, and what the source itself says then and later."""
        known: dict[int, set[str]] = defaultdict(set)
        own: dict[int, list[Span]] = defaultdict(list)
        open_or_later = Q(valid__contains=moment) | Q(valid__startswith__gt=moment)
        for address in Address.objects.filter(open_or_later, building_id__in=list(buildings)).order_by("pk"):
            building = address.building_id or 0
            if moment in address.valid:
                known[building].add(address.text)
            if address.source == source and address.kind != AddressKind.FORMER:
                own[building].append(Span(address.pk, address.text, address.valid.lower, address.valid.upper))
            elif address.kind == AddressKind.STANDARD:
                self.taken.add(building)
        return known, own


def write_building_addresses(
    wanted: Mapping[int, AddressText], *, source: str, moment: datetime, now: datetime | None = None
) -> set[int]:
    """Give each building (by id) the address that ``source`` says it has; return the buildings that changed.

    One that had another of this source gets the new one, and the old one ends. A building has one standard
    address: beside one of another source, a new one is an alternate; so is one that another building has, until
    somebody decides otherwise. Raises Refused
    ``effective_before_last_change`` when another has begun since ``moment``.
    """
    dates = AddressDates(wanted, source=source, moment=moment, now=now or database_now())
    for error in dates.late.values():
        raise Refused("effective_before_last_change", error.sentence)
    ending = Address.objects.filter(pk__in=[how.ending for how in dates.begin.values()])
    ending.end(moment)
    alternate = dates.taken | _held_by_others({building: wanted[building].text for building in dates.begin})
    new = [
        (
            building,
            wanted[building],
            AddressKind.ALTERNATE if building in alternate else AddressKind.STANDARD,
            DateTimeTZRange(moment, how.until, "[)"),
        )
        for building, how in dates.begin.items()
    ]
    _create(new, source, moment)
    return set(dates.begin)


def _held_by_others(wanted: Mapping[int, str]) -> set[int]:
    """Return the buildings whose wanted standard address another one has, or an earlier one of these gets."""
    texts = {building: normalize(text)[:300] for building, text in wanted.items()}
    standard = Address.objects.filter(kind=AddressKind.STANDARD, valid__upper_inf=True, building__isnull=False)
    held = set(standard.filter(normalized__in=set(texts.values())).values_list("normalized", flat=True))
    doubles = set()
    for building, text in texts.items():
        if text in held:
            doubles.add(building)
        held.add(text)
    return doubles


def _renew_inside(standard: Mapping[int, str], source: str, moment: datetime) -> None:
    """Let the addresses inside the buildings follow their new standard ones, from the last that each had before."""
    ended = Address.objects.filter(
        kind=AddressKind.STANDARD, building_id__in=list(standard), valid__endswith__lte=moment
    ).order_by("valid__endswith", "pk")
    before = dict(ended.values_list("building_id", "text"))
    changes = {building: (old, standard[building]) for building, old in before.items() if building is not None}
    found = [one for one in implied(changes) if one.held.valid.lower < moment]
    Address.objects.filter(pk__in=[one.held.pk for one in found]).end(moment)
    begun = [new_address(one.target, one.identity, one.text, AddressKind.STANDARD, source=source) for one in found]
    for address in begun:
        address.valid = since(moment)
    Address.objects.bulk_create(begun, batch_size=_BATCH)


@transaction.atomic
def import_addresses(
    *,
    table: Table,
    columns: Mapping[str, str],
    source: str,
    within_m: float = 50.0,
    effective_at: datetime | None = None,
    partial: bool = False,
) -> Outcome:
    """Give address points to the buildings they stand on: the one around the point, else the nearest.

    A point with no building within ``within_m`` metres is rejected, as is one without a road and number. An
    address that its building already has changes nothing. Raises Invalid, RowsRejected or Refused
    ``no_buildings``.
    """
    source = source[:100]
    now = take_turn("addresses", source)
    moment = effective_at or now
    rejects = Rejects(table)
    where = places(table, rejects, repair=False)
    said = {name: table.text(column) for name, column in columns.items()}
    texts = [address_text({name: values[index] for name, values in said.items()}) for index in range(len(table))]
    targets, distances = _nearest_buildings(where.points, within_m)
    for index, text in enumerate(texts):
        if text is None:
            rejects.add(index, "no_address", "The row has neither an address nor a road with a number.")
        elif index not in rejects and targets[index] is None:
            rejects.add(index, "no_building", f"No building stands within {within_m:g} m of the point.")
    rejected = rejects.finish(partial=partial)
    pairs = [
        (target, text)
        for index, (target, text) in enumerate(zip(targets, texts, strict=True))
        if index not in rejects and target is not None and text is not None
    ]
    begun = _add_addresses(pairs, source=source, moment=moment)
    beside = sum(1 for index, m in enumerate(distances) if index not in rejects and m > 0)
    notes = [f"{beside} points stand beside their building, not on it"] if beside else []
    return Outcome(read=len(table), begun=begun, unchanged=len(pairs) - begun, rejected=rejected, notes=notes)


def _nearest_buildings(points: NDArray[np.object_], within_m: float) -> tuple[list[int | None], list[float]]:
    """Return for each point the id of the building on or nearest to it, and the distance in metres."""
    stored = list(Building.objects.at(None).order_by("pk").values_list("pk", "footprint", "location"))
    if not stored:
        raise Refused("no_buildings", "There are no buildings to give addresses to: import_buildings comes first.")
    shapes = np.array([to_shapely(footprint or location) for _, footprint, location in stored], dtype=object)
    tree = shapely.STRtree(shapes)
    targets: list[int | None] = [None] * len(points)
    distances = [0.0] * len(points)
    present = np.flatnonzero(~shapely.is_missing(points))
    (asked, found), metres = tree.query_nearest(
        points[present], max_distance=within_m, return_distance=True, all_matches=False
    )
    for row, building, distance in zip(present[asked].tolist(), found.tolist(), metres.tolist(), strict=True):
        targets[row], distances[row] = stored[building][0], distance
    return targets, distances


def _add_addresses(pairs: list[tuple[int, AddressText]], *, source: str, moment: datetime) -> int:
    """Add the addresses that their buildings don't have; the first of a building is its standard one."""
    buildings = {building for building, _ in pairs}
    lock_buildings(buildings)
    stored = Address.objects.filter(building_id__in=buildings, valid__upper_inf=True)
    had = set(stored.values_list("building_id", "text"))
    named = {building for building, _ in had}
    first = {building: address.text for building, address in reversed(pairs) if building not in named}
    named |= _held_by_others(first)
    new: list[tuple[int, AddressText, str, DateTimeTZRange]] = []
    for building, address in pairs:
        if (building, address.text) in had:
            continue
        kind = AddressKind.ALTERNATE if building in named else AddressKind.STANDARD
        had.add((building, address.text))
        named.add(building)
        new.append((building, address, kind, since(moment)))
    _create(new, source, moment)
    return len(new)


def _create(new: Sequence[tuple[int, AddressText, str, DateTimeTZRange]], source: str, moment: datetime) -> None:
    """Write addresses of buildings; what is inside follows the standard ones that hold from now on."""
    standard = {
        pk: address.text for pk, address, kind, valid in new if kind == AddressKind.STANDARD and not valid.upper
    }
    _renew_inside(standard, source, moment)
    Address.objects.bulk_create(
        [
            Address(
                building_id=building,
                text=address.text,
                normalized=normalize(address.text)[:300],
                kind=kind,
                road=address.road,
                number=address.number,
                source=source,
                valid=valid,
            )
            for building, address, kind, valid in new
        ],
        batch_size=_BATCH,
    )
