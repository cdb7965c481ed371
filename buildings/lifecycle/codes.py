"""Issuing codes within an event: by hand or the next free one; a code once used is never given to another."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from buildings.lifecycle.act import Act
from buildings.models import BuildingAssignment, BuildingCode, Target, UnitCode
from gisserver.common.codes import CodeKind, taken, why_not_code
from gisserver.common.errors import Conflict, Invalid, Refused
from gisserver.common.sentences import Sentence
from grids.models import DivisionVersion, GridVersion

# Shenzhen's building code: community 12, basic grid 2, serial 5; a unit's: that and serial 6. Widths are data:
# what stands before the serial is whatever codes the community and the building have.
BUILDING_SCHEME, UNIT_SCHEME = "sz19", "sz25"
BUILDING_SERIAL, UNIT_SERIAL = 5, 6
_MODELS: Mapping[Target, Any] = {Target.BUILDING: BuildingCode, Target.UNIT: UnitCode}
_NOTED = {Target.BUILDING: Target.BUILDING_CODE, Target.UNIT: Target.UNIT_CODE}


def set_code(act: Act, target: Target, row: Any, code: str, *, scheme: str, building: int) -> bool:
    """Give ``row`` this code of a scheme; the one before ends. Return whether it is new; raises Conflict code_taken."""
    sentence = why_not_code(code, CodeKind(target.value), settings.CODE_PATTERNS, scheme)
    if sentence is not None:
        raise Invalid("bad_code", sentence)
    held = _MODELS[target].objects.at().filter(**{f"{target}_id": row.pk}, scheme=scheme)
    if code in held.values_list("code", flat=True):
        return False
    set_codes(act, target, {row.pk: code}, scheme=scheme, buildings={row.pk: building})
    return True


def set_codes(act: Act, target: Target, codes: Mapping[int, str], *, scheme: str, buildings: Mapping[int, int]) -> None:
    """Give targets, by id, these codes of a scheme; those before end. Raises Conflict code_taken."""
    model, noted, key = _MODELS[target], _NOTED[target], f"{target}_id"
    held = list(model.objects.at().filter(**{f"{key}__in": list(codes)}, scheme=scheme).order_by("pk"))
    act.end(noted, held, buildings=[buildings[getattr(row, key)] for row in held])
    issuer = act.order.source[:100]
    new = [model(**{key: pk}, code=code, scheme=scheme, issuer=issuer) for pk, code in codes.items()]
    try:
        with transaction.atomic():
            act.begin(noted, new, buildings=[buildings[pk] for pk in codes])
    except IntegrityError as error:
        issued = model.objects.filter(code__in=list(codes.values())).order_by("pk").values_list("code", flat=True)
        raise code_taken(issued.first() or next(iter(codes.values()))) from error


def code_taken(code: str) -> Conflict:
    """Return the refusal of a code that has been issued before."""
    return Conflict("code_taken", taken(code), value=code)


def next_building_code(act: Act, building: Any) -> str:
    """Return the next free code in the building's community and grid; writers of the same grid take turns."""
    codes = next_building_codes(act, [building])
    if building.pk not in codes:
        raise no_community()
    return codes[building.pk]


def no_community() -> Refused:
    """Return the refusal to issue a code to a building that stands in no community."""
    return Refused("no_community", "A building outside every community gets no code.")


def next_building_codes(act: Act, buildings: Sequence[Any]) -> dict[int, str]:
    """Return the next free codes of these buildings by id; none for those outside every community."""
    places = {building.pk: building.community_id for building in buildings}
    communities = DivisionVersion.objects.at().filter(division_id__in=set(places.values()) - {None})
    codes = dict(communities.values_list("division_id", "code"))
    assigned = BuildingAssignment.objects.at(act.now).filter(building_id__in=places)
    held: dict[int, int | None] = dict(assigned.values_list("building_id", "grid_id"))
    versions = GridVersion.objects.at(act.now).filter(grid_id__in=assigned.values("grid_id"))
    grids: dict[int | None, str] = dict(versions.values_list("grid_id", "code"))
    by_stem: dict[str, list[int]] = defaultdict(list)
    for pk, community in places.items():
        if community in codes:
            by_stem[f"{codes[community]}{grids.get(held.get(pk), '')[-2:].rjust(2, '0')}"].append(pk)
    found: dict[int, str] = {}
    for stem, ids in sorted(by_stem.items()):
        found |= dict(zip(ids, _following("buildings_buildingcode", stem, BUILDING_SERIAL, len(ids)), strict=True))
    return found


def next_unit_code(unit: Any) -> str:
    """Return the next free code in the unit's building; raises Refused when the building has none itself."""
    stem = BuildingCode.objects.at().filter(building_id=unit.building_id).order_by("pk").first()
    if stem is None:
        raise no_building_code()
    return _next("buildings_unitcode", stem.code, UNIT_SERIAL)


def no_building_code() -> Refused:
    """Return the refusal to issue a code to a unit whose building has none to stand before it."""
    return Refused("building_without_code", "The unit's building has no code yet.")


def next_unit_codes(units: Sequence[Any]) -> dict[int, str]:
    """Return the next free codes of these units by their ids; none for those whose building has none itself."""
    by_building: dict[int, list[int]] = defaultdict(list)
    for unit in units:
        by_building[unit.building_id].append(unit.pk)
    stems = BuildingCode.objects.at().filter(building_id__in=by_building).order_by("-pk")
    found: dict[int, str] = {}
    for building, stem in sorted({code.building_id: code.code for code in stems}.items()):
        codes = _following("buildings_unitcode", stem, UNIT_SERIAL, len(by_building[building]))
        found.update(zip(by_building[building], codes, strict=True))
    return found


def _next(table: str, stem: str, width: int) -> str:
    return _following(table, stem, width, 1)[0]


def _following(table: str, stem: str, width: int, count: int) -> list[str]:
    """Return the next ``count`` free codes behind a stem; others who ask for some wait until the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{table}:{stem}"])
        cursor.execute(
            # The order of collation C, in which codes are stored, is that of their digits.
            f"SELECT max(substr(code, %s)) FROM {table} "  # noqa: S608 -- one of two tables
            "WHERE code >= %s AND code < %s AND length(code) = %s AND substr(code, %s) ~ '^[0-9]+$'",
            [len(stem) + 1, stem, stem + "\U0010ffff", len(stem) + width, len(stem) + 1],
        )
        highest = cursor.fetchone()[0]
    first = int(highest or 0) + 1
    if len(str(first + count - 1)) > width:
        raise Refused(
            "codes_exhausted", Sentence("All {width}-digit serials behind {stem} are used.", width=width, stem=stem)
        )
    return [f"{stem}{serial:0{width}d}" for serial in range(first, first + count)]
