"""What a web worker keeps between requests: values that can't become untrue, the least recently used dropped first."""

from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

Value = TypeVar("Value")


class Memory(Generic[Value]):
    """Values by keys that say all they are made of; every thread may ask. ``most`` bounds the sum of their weights."""

    def __init__(self, most: int) -> None:
        self._values: LRUCache[Hashable, tuple[Value, int]] = LRUCache(most, getsizeof=lambda kept: kept[1])
        self._lock = Lock()

    def get(self, key: Hashable) -> Value | None:
        """Return what is kept, None if nothing is."""
        with self._lock:
            kept = self._values.get(key)
            return None if kept is None else kept[0]

    def keep(self, key: Hashable, value: Value, *, weight: int = 1) -> Value:
        """Keep a value unless it outweighs everything, and return what is kept: the value of whoever came first."""
        with self._lock:
            if key not in self._values and weight <= self._values.maxsize:
                self._values[key] = value, weight
            return self._values.get(key, (value, weight))[0]

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self._values.clear()
