"""A crowd of tiles that nobody has leaves connections for those who ask whether what is kept still holds."""

import asyncio
from typing import Any

from gisserver.serving.front.cache.rendering import RenderStatement
from gisserver.serving.front.cache.revalidation import VersionedArea
from gisserver.serving.front.cache.tiles import Tiles, TilesetPlan
from gisserver.serving.front.database import Database
from gisserver.serving.front.http.credentials import Credentials
from gisserver.serving.front.statements import numbered
from gisserver.serving.limits import BATCH_ROUNDS, FRONT_CONNECTIONS

AREA = VersionedArea(("grids",), (0, 0, 1, 1))


class Slow(Database):
    """A database that notes how many statements are under way at most."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.most = 0

    async def row(self, *asked: Any, **how: Any) -> Any:
        """Answer after all others have had their chance to ask."""
        self.now += 1
        self.most = max(self.most, self.now)
        for _ in range(50):
            await asyncio.sleep(0)
        self.now -= 1
        return None, 1, 0, b"tile"


def test_tiles_that_nobody_has_do_not_take_all_connections() -> None:
    async def work() -> tuple[int, int]:
        database = Slow()
        tiles = Tiles(database, None, Credentials())  # type: ignore[arg-type]
        given, statement = TilesetPlan("key", ("grids",), None, [], {}), RenderStatement(1, numbered("SELECT 1"), {})
        crowd = 10 * FRONT_CONNECTIONS
        made = [await each for each in [tiles._start(given, statement, ("key", 9, x, 0), AREA) for x in range(crowd)]]
        return database.most, len([tile for tile in made if tile is not None])

    most, made = asyncio.run(work())
    assert most == FRONT_CONNECTIONS - BATCH_ROUNDS
    assert made == 10 * FRONT_CONNECTIONS
