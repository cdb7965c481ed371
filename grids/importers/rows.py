"""What each row of a grid file gives: code, attributes, and to which community it belongs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gisserver.common.codes import CodeKind
from gisserver.common.errors import Invalid
from gisserver.common.imports.command import Rejects
from gisserver.common.reading import Field, Table
from gisserver.common.reading.exactness import LOST_DIGITS_CURE, lost_text
from grids.importers.versions import alike
from grids.models import DivisionLevel, DivisionVersion, GridKind, GridVersion

Polygons = NDArray[np.object_]
FIELDS = (
    Field("code", ("grid_code", "gridcode", "网格编码", "网格代码", "编码"), required=True, code=CodeKind.GRID),
    Field("name", ("grid_name", "gridname", "网格名称", "名称")),
    Field("kind", ("grid_kind", "网格类型")),
    Field("officer", ("网格员",)),
    Field("community", ("community_code", "社区代码", "社区编码"), code=CodeKind.REFERENCE),
)
_MAKE_ONE = "import it with import_divisions, for example from this very file: --dissolve CODE --name NAME."
_PARTS = "if the rows are parts of one grid and say the same of it, --merge-parts joins them."
_TWIN = "with the same boundary: it is one row too many, which --partial leaves out."
_ROUNDED = f"and both may be numbers that a spreadsheet has cut after 15 digits: {LOST_DIGITS_CURE}."
_KINDS = {**{str(kind.value): str(kind.value) for kind in GridKind}, "基础网格": "base", "专属网格": "special"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """How a grid's community is known: one for all, else by a column, else by the first digits of its code."""

    community: str = ""
    prefix: int = 0

    def code_for(self, *, code: str, given: str) -> str:
        """Return the code of the community, empty when nothing tells it."""
        return self.community or given or (code[: self.prefix] if self.prefix else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """One grid of a file. ``grid_id`` is None for a new one; attributes that the file does not give are None."""

    code: str
    community: str
    community_id: int
    grid_id: int | None
    name: str | None
    kind: str | None
    officer: str | None


def grid_rows(
    table: Table,
    columns: Mapping[str, str],
    polygons: Polygons,
    rejects: Rejects,
    *,
    membership: Membership,
    merge_parts: bool,
    moment: datetime,
) -> dict[int, GridRow]:
    """Return what each row says, by index; rows that say too little, or something unknown, are rejected.

    ``polygons`` are the boundaries of the rows: two rows of one code may be parts of it, or the same row twice.
    """
    texts = {name: table.text(column) for name, column in columns.items()}
    if not (membership.community or membership.prefix or "community" in texts):
        raise Invalid(
            "no_community",
            "Nothing says to which community the grids belong: use --community CODE, --community-prefix N, "
            "or --map community=COLUMN.",
        )
    communities = _communities(moment)
    known = _known(texts["code"])
    rows: dict[int, GridRow] = {}
    seen: dict[str, tuple[int, GridRow]] = {}
    for index, code in enumerate(texts["code"]):
        community = membership.code_for(code=code, given=texts["community"][index] if "community" in texts else "")
        attributes = {name: texts[name][index] if name in texts else None for name in ("name", "kind", "officer")}
        reason = _why_not(code, community, attributes["kind"], communities, known)
        if reason is not None:
            rejects.add(index, *reason)
            continue
        row = GridRow(
            code=code,
            community=community,
            community_id=communities[community],
            grid_id=known[code][0] if code in known else None,
            name=attributes["name"],
            kind=_KINDS[attributes["kind"]] if attributes["kind"] else None,
            officer=attributes["officer"],
        )
        first, former = seen.setdefault(code, (index, row))
        twice = first != index and _why_not_twice(polygons[first], polygons[index], code)
        if twice and not (merge_parts and twice[0] == "duplicate_code" and former == row):
            rejects.add(index, twice[0], f"The code {code} stands in row {first + 1} too, {twice[1]}")
            continue
        rows[index] = row
    return rows


def _why_not_twice(one: BaseGeometry | None, other: BaseGeometry | None, code: str) -> tuple[str, str]:
    """Return the code and sentence for a second row of the same code, and what is to be done about it."""
    if lost_text([code], is_code=True) is not None:
        return "digits_lost", _ROUNDED
    if one is not None and other is not None and alike(one, other):
        return "duplicate_row", _TWIN
    return "duplicate_code", _PARTS


def _why_not(
    code: str,
    community: str,
    kind: str | None,
    communities: Mapping[str, int],
    known: Mapping[str, tuple[int, int]],
) -> tuple[str, str] | None:
    if not code:
        return "no_code", "The row has no code."
    if community not in communities:
        named = community or "(none)"
        return "unknown_community", f"No community {named} is known: {_MAKE_ONE}"
    if code in known and known[code][1] != communities[community]:
        return "grid_in_other_community", f"The code {code} means a grid of another community, for ever."
    if kind and kind not in _KINDS:
        return "unknown_kind", f"A grid's kind is one of {', '.join(_KINDS)}."
    return None


def _communities(moment: datetime) -> dict[str, int]:
    versions = DivisionVersion.objects.at(moment).filter(level=DivisionLevel.COMMUNITY)
    return dict(versions.values_list("code", "division_id"))


def _known(codes: list[str]) -> dict[str, tuple[int, int]]:
    """Return the grid and its community that each code means or has meant."""
    versions = GridVersion.objects.filter(code__in=set(codes))
    return {
        code: (grid, community) for code, grid, community in versions.values_list("code", "grid_id", "community_id")
    }
