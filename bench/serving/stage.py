"""What all doors are measured with: the database, somebody who may do it all, and things to ask for."""

import random
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench.serving.table import Peer
from bench.serving.wrk import Plan, Request

VIEWS = Path(__file__).parent / "peers" / "views.sql"
SEED = 11
POINTS = 10_000
# Of these the farther ones lie in woods or beyond the district.
SCATTER_DEG = 0.002
TEXTS = """
SELECT text FROM buildings_address
WHERE kind = 'standard' AND division_id IS NULL AND valid @> now() ORDER BY md5(id::text) LIMIT %s
"""
HOMES = """
SELECT ST_X(place), ST_Y(place)
FROM (SELECT ST_Transform(location, 4326) AS place FROM buildings_building ORDER BY md5(id::text) LIMIT %s) AS homes
"""


class Missing(Exception):
    """A peer cannot be had here, and why."""


@dataclass(frozen=True, slots=True)
class Stage:
    """``url`` of the database, the ``token`` of somebody with a grant on the district, ``seconds`` of each load.

    ``without`` are the names of peers that are not wanted.
    """

    url: str
    token: str
    seconds: float
    without: frozenset[str] = frozenset()

    @property
    def headers(self) -> dict[str, str]:
        """The headers of an honest client of ours."""
        return {"Authorization": f"Bearer {self.token}", "Accept-Encoding": "gzip"}

    def plan(self, address: str, requests: Sequence[Request], **headers: str) -> Plan:
        """Return what is asked of our server at ``address``."""
        return Plan(address, requests, {**self.headers, **headers})

    def begun(self, stack: ExitStack, name: str, peer: AbstractContextManager[str]) -> Peer:
        """Return a peer that runs until ``stack`` closes, or one that says why it does not."""
        if name.partition(" ")[0].lower() in self.without:
            return Peer(name, missing="not wanted")
        try:
            return Peer(name, stack.enter_context(peer))
        except Missing as reason:
            return Peer(name, missing=str(reason))

    def rows(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(text, values).fetchall()

    def places(self, count: int = POINTS) -> list[tuple[float, float]]:
        """Return random places around homes, in degrees, the same in every run."""
        chance = random.Random(SEED)
        homes = self.rows(HOMES, min(count, 5_000))
        found = []
        for _ in range(count):
            lon, lat = chance.choice(homes)
            found.append((round(lon + chance.gauss(0, SCATTER_DEG), 6), round(lat + chance.gauss(0, SCATTER_DEG), 6)))
        return found

    def addresses(self, count: int = POINTS) -> list[str]:
        """Return standard addresses of homes, the same in every run."""
        return [text for (text,) in self.rows(TEXTS, count)]


def make_views(url: str) -> None:
    """Give the peers the rows that our doors publish, as views in the schema `bench`."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(VIEWS.read_bytes())
