"""Waiting for what other processes or the clock bring about, never longer than it may take."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(look: Callable[[], T], wanted: Callable[[T], bool], *, within_s: float = 60.0) -> T:
    """Look again and again until what is seen is wanted, and return it; fail when that takes too long."""
    deadline = time.monotonic() + within_s
    while not wanted(seen := look()):
        assert time.monotonic() < deadline, f"still {seen!r} after {within_s} s"
        time.sleep(0.05)
    return seen
