"""Where tiles come from is counted, and what the cache takes."""

from django.test import Client

from tests.tiles.test_views import path
from tiles.cache import BYTES, CachedTile, TileCache
from tiles.delivery import TILES


def counted() -> dict[str, float]:
    return {outcome: TILES.labels(outcome)._value.get() for outcome in ("made", "memory", "not_modified")}


def test_a_tile_is_made_then_comes_from_memory_then_is_not_sent_again(web: Client, town, at):
    before = counted()
    plain = {"accept-encoding": "identity"}  # the fast path answers only gzip
    first = web.get(path("grids", at(500, 500, 14)), headers=plain)
    web.get(path("grids", at(500, 500, 14)), headers=plain)
    web.get(path("grids", at(500, 500, 14)), headers={**plain, "if-none-match": first["ETag"]})
    assert {outcome: value - before[outcome] for outcome, value in counted().items()} == {
        "made": 1, "memory": 1, "not_modified": 1,
    }  # fmt: skip


def test_the_cache_tells_its_size():
    cache = TileCache(10_000)
    cache.put("a", CachedTile(1, bytes(1000)))
    assert BYTES._value.get() == cache.size == 1256
