"""Beginning and ending the versions of divisions, and sending the news of communities with other boundaries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from django.conf import settings
from shapely.geometry.base import BaseGeometry

from gisserver.common.db.validity import since
from gisserver.common.errors import Refused
from gisserver.common.geo.geometry import to_multipolygon, to_shapely
from gisserver.common.imports.command import moment_or_now
from gisserver.common.sentences import Sentence
from grids.importers.versions import Tally, end_version, same_or_new
from grids.models import Division, DivisionLevel, DivisionVersion
from grids.partition_lock import change_partition
from grids.signals import PartitionChange, partition_changed

LEVELS = [str(level.value) for level in DivisionLevel]
# A file that says nothing of these leaves them as they are.
_KEPT = ("name_en", "kind", "parent_id", "geom")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDivision:
    """A division as a file gives it; ``boundary`` in whole millimetres of the survey CRS, or not given."""

    level: str
    code: str
    name: str
    name_en: str = ""
    kind: str = ""
    parent: str = ""
    boundary: BaseGeometry | None = None


def write_divisions(new: Sequence[NewDivision], *, source: str, moment: datetime) -> Tally:
    """Begin, end or leave alone the versions of these divisions at ``moment``; parents first.

    Sends `partition_changed` with the area of the communities whose boundaries changed: what stands outside every
    grid has its community from them. Takes the exclusive partition lock.
    """
    change_partition()
    known = known_divisions([code for division in new for code in (division.code, division.parent)])
    tally = Tally()
    moved: dict[int, list[BaseGeometry]] = {}
    for division in sorted(new, key=lambda division: LEVELS.index(division.level)):
        division_id = known.get(division.code)
        if division_id is None:
            division_id = known[division.code] = Division.objects.create(level=division.level).pk
        change = _write(division, division_id, known.get(division.parent), source=source, moment=moment, tally=tally)
        if division.level == DivisionLevel.COMMUNITY and change:
            moved[division_id] = change
    if moved:
        _tell(moved, moment)
    return tally


def _tell(moved: Mapping[int, Sequence[BaseGeometry]], moment: datetime) -> None:
    """Send the news of communities with other boundaries, each with its former and its new one."""
    change = PartitionChange(
        communities=tuple(sorted(moved)),
        effective_at=max(moment, moment_or_now(None)),
        wkb=shapely.to_wkb(shapely.union_all([each for boundaries in moved.values() for each in boundaries])),
    )
    partition_changed.send(sender=DivisionVersion, change=change)


def _write(
    new: NewDivision, division_id: int, parent_id: int | None, *, source: str, moment: datetime, tally: Tally
) -> list[BaseGeometry]:
    """Return the former and the new boundary when they differ."""
    current = DivisionVersion.objects.filter(division_id=division_id).at(moment).first()
    before = None if current is None else _values_of(current)
    after = {
        "level": new.level,
        "code": new.code,
        "name": new.name,
        "name_en": new.name_en,
        "kind": new.kind,
        "parent_id": parent_id,
        "geom": new.boundary,
    }
    if current is not None and before is not None:
        if new.level != current.level:
            raise Refused(
                "division_level_fixed",
                Sentence("{code} is a {level}, never a {other}.", code=new.code, level=current.level, other=new.level),
            )
        after = {**after, **{name: before[name] for name in _KEPT if not after[name]}}
        after["geom"] = same_or_new(before["geom"], after["geom"])
        if after == before:
            tally.unchanged += 1
            return []
        end_version(current, moment)
        tally.ended += 1
    geom = after.pop("geom")
    former = None if before is None else before["geom"]
    DivisionVersion.objects.create(
        division_id=division_id,
        geom=None if geom is None else to_multipolygon(geom, settings.SURVEY_SRID),
        valid=since(moment),
        source=source[:200],
        **after,
    )
    tally.begun += 1
    return [] if geom is former else [each for each in (former, geom) if each is not None]


def _values_of(version: DivisionVersion) -> dict[str, Any]:
    names = ("level", "code", "name", "name_en", "kind", "parent_id")
    geom = None if version.geom is None else to_shapely(version.geom)
    return {**{name: getattr(version, name) for name in names}, "geom": geom}


def known_divisions(codes: Iterable[str]) -> dict[str, int]:
    """Return the division that each code means or has meant (law 5: a code has one meaning for ever)."""
    found = DivisionVersion.objects.filter(code__in=set(codes) - {""})
    return dict(found.values_list("code", "division_id"))
