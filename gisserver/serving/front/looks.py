"""Whether a credential still stands for whom it stood for, and how old what somebody asks for is: many by one look.

Django says with an answer on what it rests (`Basis`). As long as a look finds the same, the answer may be given again.
The statement comes from Django (`workers/settings.py`), so that each rule has one text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
import psycopg
from psycopg.types.numeric import Int4, Int8

from gisserver.common.access.scope import holder_mark, key_of
from gisserver.common.observation import HEADER
from gisserver.serving.front.credentials import Credential
from gisserver.serving.front.database import Database, away

HOLDER, LOG = "x-gisserver-holder", HEADER.lower()


@dataclass(frozen=True, slots=True)
class Holder:
    """Who showed a credential, for whom Django took it: ``mark`` is a digest of the password's hash and the grants."""

    kind: str
    proof: str
    user_id: int
    mark: str


@dataclass(frozen=True, slots=True)
class Ground:
    """Versioned layers, and the squares of them that matter (x_min, y_min, x_max, y_max)."""

    layers: tuple[str, ...]
    cells: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """The version of a ground, and that of its layers as wholes."""

    version: int
    whole: int


@dataclass(frozen=True, slots=True)
class Basis:
    """On what an answer rests: on whom (None: anybody may have it), and on what."""

    holder: Holder | None
    ground: Ground


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


class Looks:
    """Looks at many bases at once; each different holder and each different ground is looked at once."""

    def __init__(self, database: Database, statement: str) -> None:
        self._database, self._statement = database, statement

    async def look(self, asked: Sequence[Basis]) -> list[Found | None]:
        """Return for each basis the versions of its ground, or None when its holder is no longer the same.

        Raises Unavailable ``database_unavailable``.
        """
        if self._database.is_away:
            raise away()
        holders = list(dict.fromkeys(basis.holder for basis in asked if basis.holder is not None))
        grounds = list(dict.fromkeys(basis.ground for basis in asked))
        marks, versions = await self._ask(holders, grounds)
        same: set[Holder | None] = {None}
        same.update(
            holder
            for holder, row in zip(holders, marks, strict=True)
            if row is not None and holder.mark == mark_of(row)
        )
        found = dict(zip(grounds, versions, strict=True))
        return [found[basis.ground] if basis.holder in same else None for basis in asked]

    async def _ask(self, holders: list[Holder], grounds: list[Ground]) -> tuple[list[str | None], list[Found]]:
        values: dict[str, Any] = {
            "kinds": [holder.kind for holder in holders],
            "proofs": [holder.proof for holder in holders],
            "users": [Int8(holder.user_id) for holder in holders],
            "layers": [",".join(ground.layers) for ground in grounds],
        }
        for number, name in enumerate(("x_min", "y_min", "x_max", "y_max")):
            values[name] = [Int4(ground.cells[number]) for ground in grounds]
        try:
            async with self._database.connection() as connection:
                cursor = await connection.execute(self._statement, values, prepare=True, binary=True)
                row = await cursor.fetchone()
        except psycopg.OperationalError as error:
            raise away() from error
        assert row is not None  # noqa: S101 - a SELECT without FROM
        return row[0], [Found(*each) for each in zip(row[1], row[2], strict=True)]


@lru_cache(4096)
def mark_of(row: str) -> str:
    """Return the mark of what the database says of a holder: the password's hash, a line end, the grants."""
    password, _, grants = row.partition("\n")
    return holder_mark(password, key_of(grants))
