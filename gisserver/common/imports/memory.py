"""The memory of an import: millions of small things that live until its end."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Spare a block Python's collector of rings, which would look at every row of a register again and again.

    What is in no ring is freed as ever; rows are in none.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
