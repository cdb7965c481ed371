from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from tiles.cache import CachedTile, TileCache


def never() -> int:
    raise AssertionError("nobody flies, so nobody asks for the version")


def test_it_gives_back_what_was_put() -> None:
    cache = TileCache(10_000)
    cache.put("a", CachedTile(1, b"tile"))
    assert cache.get("a") == CachedTile(1, b"tile")


def test_what_was_never_put_is_none() -> None:
    assert TileCache(10_000).get("a") is None


def test_the_least_recently_used_goes_when_the_bytes_are_full() -> None:
    cache = TileCache(3 * 1256)
    for key in "abc":
        cache.put(key, CachedTile(1, bytes(1000)))
    cache.get("a")
    cache.put("d", CachedTile(1, bytes(1000)))
    assert [key for key in "abcd" if cache.get(key)] == ["a", "c", "d"]


def test_it_never_holds_more_bytes_than_allowed() -> None:
    cache = TileCache(5_000)
    for number in range(100):
        cache.put(number, CachedTile(1, bytes(number * 37)))
    assert 0 < cache.size <= 5_000


def test_a_newer_tile_replaces_the_older_and_its_bytes() -> None:
    cache = TileCache(10_000)
    cache.put("a", CachedTile(1, bytes(1000)))
    cache.put("a", CachedTile(2, bytes(10)))
    assert (cache.get("a"), cache.size) == (CachedTile(2, bytes(10)), 266)


def test_an_older_tile_never_replaces_a_newer() -> None:
    cache = TileCache(10_000)
    cache.put("a", CachedTile(2, b"new"))
    cache.put("a", CachedTile(1, b"old"))
    assert cache.get("a") == CachedTile(2, b"new")


def test_many_who_ask_at_once_cost_one_computation() -> None:
    cache, computed, release = TileCache(10_000), [], Event()
    waiting = Barrier(8)

    def compute() -> CachedTile:
        computed.append(1)
        release.wait(5)
        return CachedTile(7, b"tile")

    def current() -> int:
        waiting.wait(5)  # the seven who did not come first, and the test
        return 7

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(cache.fill, "a", compute, current) for _ in range(8)]
        waiting.wait(5)
        release.set()
        tiles = [answer.result(5) for answer in answers]
    assert (len(computed), set(tiles)) == (1, {CachedTile(7, b"tile")})


def test_who_asks_after_a_change_does_not_get_a_tile_begun_before_it() -> None:
    cache, begun, release = TileCache(10_000), Event(), Event()

    def before() -> CachedTile:
        begun.set()
        release.wait(5)
        return CachedTile(1, b"old")

    def current() -> int:
        release.set()
        return 2

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cache.fill, "a", before, never)
        begun.wait(5)
        second = pool.submit(cache.fill, "a", lambda: CachedTile(2, b"new"), current)
        assert (first.result(5).body, second.result(5).body) == (b"old", b"new")


def failing() -> CachedTile:
    raise OSError("the database is away")


def test_a_failed_computation_is_told_and_not_remembered() -> None:
    cache = TileCache(10_000)
    with pytest.raises(OSError, match="away"):
        cache.fill("a", failing, never)
    tile: Callable[[], CachedTile] = lambda: CachedTile(1, b"tile")  # noqa: E731
    assert cache.fill("a", tile, never).body == b"tile"
