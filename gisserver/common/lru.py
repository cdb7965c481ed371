"""What a web worker remembers between requests: values that can't become untrue, the least used forgotten first."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Memory(Generic[Value]):
    """Values by keys that say all they are made of; every thread may ask. ``most`` bounds the sum of their weights."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._weight = 0
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Value | None:
        """Return what is remembered, None if nothing is."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key][0]

    def keep(self, key: Hashable, value: Value, *, weight: int = 1) -> Value:
        """Remember a value, and return what is remembered: the value of whoever came first."""
        with self._lock:
            if key in self._values:
                return self._values[key][0]
            self._values[key] = value, weight
            self._weight += weight
            while self._weight > self.most and len(self._values) > 1:
                self._weight -= self._values.popitem(last=False)[1][1]
            return value

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
            self._weight = 0
