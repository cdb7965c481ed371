"""The quality work list: every case, by community and state, read off the registers as they are, and were.

A case is *open*, or *right*: somebody has seen it and decided that it is as it should be, and it says still what it
said then; or it is *mended*: it was there at a moment and is not now. Nothing but the decisions is stored.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from buildings.models import Address, AddressKind, QualityDecision, Unit
from buildings.quality.registry import KINDS, Communities, ask
from gisserver.common.access.models import Viewer
from gisserver.common.access.roles import Permission
from gisserver.common.db import sql
from grids.models import Division, DivisionLevel, DivisionVersion, visible_communities

SQL = Path(__file__).parent / "sql"
# Stands for "in no community", behind all ids.
NOWHERE = 2**63 - 1
_CHUNK = 2000


class State(StrEnum):
    """What has become of a case."""

    OPEN = "open"
    RIGHT = "right"
    MENDED = "mended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which cases: of these kinds, in these communities (None: everywhere), in this state (None: there now).

    ``since`` is when those that are mended were there.
    """

    kinds: Sequence[str]
    communities: Communities
    state: State | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the list, which is in the order of kinds, communities (ids) and targets (ids)."""

    kind: str = ""
    community: int = -1
    target: int = -1


START = Place()


@dataclass(slots=True)
class Case:
    """One case. ``detail`` says what is odd; ``decision`` is what somebody said of it, while that holds."""

    kind: str
    target: str
    id: int
    building: int | None
    address: str | None
    community_id: int | None
    community: str | None
    detail: str
    state: State
    decision: QualityDecision | None

    @property
    def place(self) -> Place:
        """Where the case stands in the list."""
        return Place(self.kind, NOWHERE if self.community_id is None else self.community_id, self.id)


def communities_asked(
    user: Viewer, community_id: int | None, permission: Permission = Permission.READ
) -> list[int] | None:
    """Return the communities where the user holds a permission, or the one of them that is asked for; None: all.

    What is in no community belongs to whoever has all of them.
    """
    allowed = visible_communities(user, permission)
    if community_id is None and allowed is None:
        return None
    divisions = Division.objects.filter(level=DivisionLevel.COMMUNITY)
    divisions = divisions if community_id is None else divisions.filter(pk=community_id)
    divisions = divisions if allowed is None else divisions.filter(pk__any_of=allowed)
    return list(divisions.values_list("pk", flat=True))


def page(asked: Asked, *, limit: int, after: Place = START) -> tuple[list[Case], Place | None]:
    """Return up to ``limit`` cases behind a place, and the place behind which the next page begins, or None."""
    found: list[Case] = []
    kinds = [kind for kind in KINDS if kind in asked.kinds]
    for kind in kinds[kinds.index(after.kind) if after.kind in kinds else 0 :]:
        behind = after if kind == after.kind else START
        found += _cases(kind, asked, limit=limit + 1 - len(found), after=behind)
        if len(found) > limit:
            return found[:limit], found[limit - 1].place
    return found, None


def all_cases(asked: Asked) -> Iterator[Case]:
    """Yield every case: the statement of each kind runs once, and a few thousand cases are held at a time."""
    for kind in (kind for kind in KINDS if kind in asked.kinds):
        text, values = _statement(kind, asked, limit=None, after=START)
        for rows in sql.chunks(text, size=_CHUNK, **values):
            yield from _shown(kind, rows, mended=asked.state is State.MENDED)


def those(kind: str, communities: Communities, ids: Sequence[int]) -> list[Case]:
    """Return the cases of a kind that are there now, of these targets."""
    asked = Asked(kinds=[kind], communities=_around(ids) if kind == "one_door" and communities is None else communities)
    return _cases(kind, asked, limit=len(ids), after=START, ids=ids)


def _around(units: Sequence[int]) -> Communities:
    """Return the communities of units; None (everywhere) when one is in none."""
    found = set(Unit.objects.filter(pk__in=units).values_list("building__community_id", flat=True))
    return None if None in found else [pk for pk in found if pk is not None]


def numbers(kind: str, communities: Communities, at: datetime) -> Mapping[str, int]:
    """Return how many cases of a kind were ``open`` at a moment, and how many ``seen_right``."""
    asked = ask(kind, communities, at)
    [row] = sql.rows_around(SQL / "numbers.sql", slots={"cases": asked.text}, **asked.values, kind=kind, at=at)
    return row


def _cases(kind: str, asked: Asked, *, limit: int, after: Place, ids: Sequence[int] | None = None) -> list[Case]:
    text, values = _statement(kind, asked, limit=limit, after=after, ids=ids)
    return _shown(kind, sql.rows_of(text, **values), mended=asked.state is State.MENDED)


def _statement(
    kind: str, asked: Asked, *, limit: int | None, after: Place, ids: Sequence[int] | None = None
) -> tuple[str, Mapping[str, Any]]:
    """Return what finds the cases of a kind behind a place (``limit`` None: all of them), and the values it binds."""
    place = {"nowhere": NOWHERE, "community": after.community, "after": after.target, "limit": limit}
    now = ask(kind, asked.communities)
    if asked.state is State.MENDED:
        then = ask(kind, asked.communities, asked.since, suffix="_then")
        slots = {"then": then.text, "cases": now.text}
        return sql.around(SQL / "mended.sql", slots), {**now.values, **then.values, **place}
    decided = {"kind": kind, "ids": ids, "seen_right": None if asked.state is None else asked.state is State.RIGHT}
    return sql.around(SQL / "page.sql", {"cases": now.text}), {**now.values, **place, **decided}


def _shown(kind: str, rows: Sequence[Mapping[str, Any]], *, mended: bool) -> list[Case]:
    """Return the cases of rows, each with the address of its building, the code of its community, and its decision."""
    standard = Address.objects.at().filter(kind=AddressKind.STANDARD, building_id__in={r["building_id"] for r in rows})
    addresses: dict[int | None, str] = dict(standard.order_by("-pk").values_list("building_id", "text"))
    versions = DivisionVersion.objects.at().filter(division_id__in={row["community_id"] for row in rows} - {None})
    codes = dict(versions.values_list("division_id", "code"))
    decisions = QualityDecision.objects.select_related("decided_by").in_bulk({r["decision"] for r in rows} - {None})
    return [
        Case(
            kind=kind,
            target=KINDS[kind].target,
            id=row["id"],
            building=row["building_id"],
            address=addresses.get(row["building_id"]),
            community_id=row["community_id"],
            community=codes.get(row["community_id"]),
            detail=row["detail"],
            state=State.MENDED if mended else State.RIGHT if row["decision"] else State.OPEN,
            decision=decisions.get(row["decision"]),
        )
        for row in rows
    ]
