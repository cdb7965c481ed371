"""Whether what Django has answered may be given again: many questions by one statement.

Django says with an answer on what it depends (`Dependencies`): a credential and versioned layers. As long as the
database finds both unchanged, the answer may be given again.
The statement comes from Django (`workers/front_settings.py`), so that each rule has one text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
import psycopg
from psycopg.types.numeric import Int4, Int8

from gisserver.common.access.scope import holder_mark, key_of
from gisserver.serving.answers import LOG
from gisserver.serving.front.database import Database, away
from gisserver.serving.front.http.credentials import Credential
from gisserver.serving.front.statements import numbered

HOLDER = "x-gisserver-holder"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who showed a credential, for whom Django took it: ``mark`` is a digest of the password's hash and the grants."""

    kind: str
    proof: str
    user_id: int
    mark: str


@dataclass(frozen=True, slots=True)
class VersionedArea:
    """Versioned layers, and the squares of them that matter (x_min, y_min, x_max, y_max)."""

    layers: tuple[str, ...]
    cells: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """The version of a area, and that of its layers as wholes."""

    version: int
    definition: int


@dataclass(frozen=True, slots=True)
class Dependencies:
    """On what an answer rests: on whom (None: anybody may have it), and on what."""

    holder: Holder | None
    area: VersionedArea


def holder_told(credential: Credential | None, own: Mapping[str, str]) -> Holder | None:
    """Return who Django says that ``credential`` stands for, None for nobody."""
    text = own.get(HOLDER)
    if credential is None or text is None:
        return None
    told = orjson.loads(text)
    return Holder(credential.kind, credential.proof, told["user"], told["mark"])


def own_of(door: str, holder: Holder | None) -> Mapping[str, str]:
    """Return what the log is told of an answer of the front's own at ``door``, a URL pattern."""
    return {LOG: orjson.dumps({"door": door, "user": None if holder is None else holder.user_id}).decode()}


class Revalidator:
    """Revalidator at many bases at once; each different holder and each different area is looked at once."""

    def __init__(self, database: Database, statement: str) -> None:
        self._database, self._statement = database, numbered(statement)

    async def revalidate(self, asked: Sequence[Dependencies]) -> list[Found | None]:
        """Return for each dependencies the versions of its area, or None when its holder is no longer the same.

        Raises Unavailable ``database_unavailable``.
        """
        if self._database.is_away:
            raise away()
        holders = list(dict.fromkeys(dependencies.holder for dependencies in asked if dependencies.holder is not None))
        areas = list(dict.fromkeys(dependencies.area for dependencies in asked))
        marks, versions = await self._ask(holders, areas)
        same: set[Holder | None] = {None}
        same.update(holder for holder, row in zip(holders, marks, strict=True) if is_same(holder, row))
        found = dict(zip(areas, versions, strict=True))
        return [found[dependencies.area] if dependencies.holder in same else None for dependencies in asked]

    async def _ask(self, holders: list[Holder], areas: list[VersionedArea]) -> tuple[list[str | None], list[Found]]:
        values: dict[str, Any] = {
            "kinds": [holder.kind for holder in holders],
            "proofs": [holder.proof for holder in holders],
            "users": [Int8(holder.user_id) for holder in holders],
            "layers": [",".join(area.layers) for area in areas],
        }
        for number, name in enumerate(("x_min", "y_min", "x_max", "y_max")):
            values[name] = [Int4(area.cells[number]) for area in areas]
        try:
            row = await self._database.row(self._statement, values)
        except psycopg.OperationalError as error:
            raise away() from error
        versions = zip(row[1], row[2], strict=True)
        return row[0], [Found(definition + cells, definition) for definition, cells in versions]


def is_same(holder: Holder, row: str | None) -> bool:
    """Say whether a credential stands for the same holder still, by what the database says of it: None for nobody."""
    return row is not None and holder.mark == _mark_of(row)


@lru_cache(4096)
def _mark_of(row: str) -> str:
    password, _, grants = row.partition("\n")
    return holder_mark(password, key_of(grants))
