"""Finished tiles in memory: bounded in bytes, and one computation however many ask at once."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CachedTile:
    """A tile as it goes out: ``body`` is gzip (empty when nothing is there), ``version`` that of its ground."""

    version: int
    body: bytes

    @property
    def size(self) -> int:
        """Bytes of memory it takes, near enough."""
        return len(self.body) + 256


class TileCache:
    """The least recently used tiles go first; safe for the threads of one process."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._tiles: OrderedDict[Hashable, CachedTile] = OrderedDict()
        self._flights: dict[Hashable, Future[CachedTile]] = {}
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Bytes held now."""
        return self._bytes

    def get(self, key: Hashable) -> CachedTile | None:
        """Return the tile of ``key``, of whatever version, or None."""
        with self._lock:
            tile = self._tiles.get(key)
            if tile is not None:
                self._tiles.move_to_end(key)
            return tile

    def put(self, key: Hashable, tile: CachedTile) -> None:
        """Keep ``tile``, unless a newer version is kept already."""
        with self._lock:
            held = self._tiles.get(key)
            if held is not None and held.version > tile.version:
                return
            if held is not None:
                self._bytes -= held.size
            self._tiles[key] = tile
            self._tiles.move_to_end(key)
            self._bytes += tile.size
            while self._bytes > self._max_bytes:
                _, dropped = self._tiles.popitem(last=False)
                self._bytes -= dropped.size

    def clear(self) -> None:
        """Forget all tiles."""
        with self._lock:
            self._tiles.clear()
            self._bytes = 0

    def fill(self, key: Hashable, compute: Callable[[], CachedTile], current: Callable[[], int]) -> CachedTile:
        """Return a tile at least as new as the ground now, computed once for all who ask at the same time.

        Whoever comes first computes. The others read ``current()``, the ground's version, and wait; when the
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
