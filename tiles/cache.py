"""Finished tiles in memory: bounded in bytes, and one computation however many ask at once."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass

from cachetools import LRUCache
from prometheus_client import Gauge

BYTES = Gauge("gisserver_tile_cache_bytes", "Memory that finished tiles take", multiprocess_mode="livesum")


@dataclass(frozen=True, slots=True)
class CachedTile:
    """A tile as it goes out: ``body`` is gzip (empty when nothing is there), ``version`` that of the data in it."""

    version: int
    body: bytes

    @property
    def size(self) -> int:
        """Bytes of memory it takes, near enough."""
        return len(self.body) + 256


class TileCache:
    """The least recently used tiles go first; safe for the threads of one process."""

    def __init__(self, max_bytes: int) -> None:
        self._tiles: LRUCache[Hashable, CachedTile] = LRUCache(max_bytes, getsizeof=lambda tile: tile.size)
        self._flights: dict[Hashable, Future[CachedTile]] = {}
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Bytes held now."""
        return int(self._tiles.currsize)

    def get(self, key: Hashable) -> CachedTile | None:
        """Return the tile of ``key``, of whatever version, or None."""
        with self._lock:
            return self._tiles.get(key)

    def put(self, key: Hashable, tile: CachedTile) -> None:
        """Keep ``tile``, unless a newer version is kept already or it is larger than all there is room for."""
        with self._lock:
            held = self._tiles.get(key)
            newer = held is not None and held.version > tile.version
            if not newer and tile.size <= self._tiles.maxsize:
                self._tiles[key] = tile
                BYTES.set(self.size)

    def clear(self) -> None:
        """Forget all tiles."""
        with self._lock:
            self._tiles.clear()

    def fill(self, key: Hashable, compute: Callable[[], CachedTile], current: Callable[[], int]) -> CachedTile:
        """Return a tile at least as new as the data now, computed once for all who ask at the same time.

        Whoever comes first computes. The others read ``current()``, the version now, and wait; when the
        computation had begun before a change that they may rely on, its tile is older and they go again.
        """
        while True:
            with self._lock:
                flight = self._flights.get(key)
                if flight is None:
                    mine: Future[CachedTile] = Future()
                    self._flights[key] = mine
                    break
            wanted = current()
            tile = flight.result()
            if tile.version >= wanted:
                return tile
        return self._fly(key, mine, compute)

    def _fly(self, key: Hashable, flight: "Future[CachedTile]", compute: Callable[[], CachedTile]) -> CachedTile:
        try:
            tile = compute()
        except BaseException as error:
            with self._lock:
                del self._flights[key]
            flight.set_exception(error)
            raise
        self.put(key, tile)
        with self._lock:
            del self._flights[key]
        flight.set_result(tile)
        return tile
